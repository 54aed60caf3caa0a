/** The scale of the cells' colours: mistaken to the left of nothing, right to the right of it. */

import { type ColourMap, colourAt } from "../_front/colour.ts";
import { html } from "../_front/dom.ts";
import { strength } from "./words.ts";

const SHARES = [1, 0.25]; // to either side
const STOPS = 17;

export class Legend {
  private readonly bar = html("span", { class: "bar" });
  readonly node = html("div", { class: "legend", "aria-hidden": "true" }, this.bar);
  private map: ColourMap | null = null;

  constructor() {
    for (const right of [false, true]) {
      for (const share of SHARES) this.tick(strength(share, right), String(100 * share));
      const word = html("span", { class: right ? "end" : "start" }, right ? "right" : "mistaken");
      this.node.append(word);
    }
    this.tick(0, "0");
    this.node.append(html("span", { class: "unit" }, "% of the row"));
  }

  show(map: ColourMap): void {
    if (this.map === map) return;
    this.map = map;
    const stops = Array.from({ length: STOPS }, (_, i) => colourAt(map, i, 0, STOPS - 1));
    this.bar.style.backgroundImage = `linear-gradient(to right, ${stops.join(", ")})`;
  }

  private tick(at: number, text: string): void {
    const node = html("span", { class: "tick" }, text);
    node.style.left = `${50 + 50 * at}%`;
    this.bar.append(node);
  }
}
