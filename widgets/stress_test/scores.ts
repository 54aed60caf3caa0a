/** The scores of one network, the method first that sees most of the marker. */

import { html, set, write } from "../_front/dom.ts";
import { fixed } from "../_front/numbers.ts";
import { colourOf } from "./maps.ts";
import type { StressFrame } from "./state.ts";

const COLUMNS = [
  ["share", "in box", "The share of what speaks for the class that lies in the box"],
  ["pointing", "peak", "How often the highest value lies in the box"],
  ["overlap", "overlap", "How far the highest values and the box overlap: intersection over union"],
  ["deletion", "delete", "The area under the curve while pixels are taken away"],
  ["insertion", "insert", "The area under the curve while pixels are put in"],
] as const;

export class Scores {
  private readonly body = html("tbody");
  readonly node = html(
    "table",
    { class: "scores" },
    html(
      "thead",
      {},
      html(
        "tr",
        {},
        html("th", { scope: "col" }, "Method"),
        ...COLUMNS.map(([, title, words]) => html("th", { scope: "col", title: words }, title)),
      ),
    ),
    this.body,
  );

  show({ methods }: StressFrame, network: number): void {
    while (this.body.children.length < methods.length) {
      const swatch = html("i", { class: "swatch" });
      const name = html("th", { scope: "row" }, swatch, html("span"));
      this.body.append(html("tr", {}, name, ...COLUMNS.map(() => html("td"))));
    }
    methods.forEach(({ place, title, cells }, i) => {
      const [name, ...places] = [...(this.body.children[i] as Element).children];
      set(name?.firstChild as Element, { style: `background: ${colourOf(place)}` });
      write(name?.lastChild as Element, title);
      const cell = cells[network];
      COLUMNS.forEach(([key], k) => {
        const value = cell?.map ? cell[key] : null;
        write(places[k] as Element, value === null ? "–" : fixed(100 * value, 0));
      });
    });
  }
}
