/** A colour scale with numbers: no picture goes without one. */

import { type ColourMap, colourAt } from "./colour.ts";
import { html, write } from "./dom.ts";
import { short } from "./numbers.ts";

const STOPS = 17;

export class Scale {
  private readonly bar = html("span", { class: "scale-bar" });
  private readonly low = html("span");
  private readonly high = html("span");
  readonly node = html("span", { class: "scale" }, this.low, this.bar, this.high);
  private map: ColourMap | null = null;

  show(map: ColourMap, low: number, high: number): void {
    if (this.map !== map) {
      this.map = map;
      const stops = Array.from({ length: STOPS }, (_, i) => colourAt(map, i, 0, STOPS - 1));
      this.bar.style.backgroundImage = `linear-gradient(to right, ${stops.join(", ")})`;
    }
    write(this.low, short(Number(low.toPrecision(2))));
    write(this.high, short(Number(high.toPrecision(2))));
  }
}
