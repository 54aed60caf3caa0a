/** The scores of one network, the method first that sees most of the marker. */

import { html, set, write } from "../_front/dom.ts";
import { fixed } from "../_front/numbers.ts";
import { colourOf } from "./maps.ts";
import type { StressFrame } from "./state.ts";

const COLUMNS = [
  [
    "share",
    "in box",
    "In box: the share of the map that lies in the box; of a map with a sign, of what speaks for the class",
  ],
  [
    "pointing",
    "peak",
    "Peak: in how many of the images the highest value of the map lies in the box",
  ],
  [
    "overlap",
    "overlap",
    "Overlap: as many pixels as the box has, those with the highest values in the map; intersection over union with the box",
  ],
  [
    "deletion",
    "delete",
    "Delete: the mean probability of the class while the pixels with the highest values in the map are taken away first: small is good",
  ],
  [
    "insertion",
    "insert",
    "Insert: the mean probability of the class while the pixels with the highest values in the map are put in first: large is good",
  ],
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

  show({ methods, ranked }: StressFrame, network: number): void {
    while (this.body.children.length < methods.length) {
      const swatch = html("i", { class: "swatch" });
      const name = html("th", { scope: "row" }, swatch, html("span"));
      this.body.append(html("tr", {}, name, ...COLUMNS.map(() => html("td"))));
    }
    const rank = (name: string) => ranked.indexOf(name);
    const sorted = [...methods].sort((a, b) => rank(a.name) - rank(b.name));
    sorted.forEach(({ place, title, cells }, i) => {
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
