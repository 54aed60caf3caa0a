/** A colour scale with numbers: no picture goes without one. */

import type { ColourMap } from "./colour.ts";
import { html, write } from "./dom.ts";
import { short } from "./numbers.ts";
import { paint } from "./paint.ts";

const STEPS = 64;

export class Scale {
  private readonly canvas = html("canvas", { "aria-hidden": "true" });
  private readonly low = html("span");
  private readonly high = html("span");
  readonly node = html("span", { class: "scale" }, this.low, this.canvas, this.high);

  show(map: ColourMap, low: number, high: number): void {
    const values = Float32Array.from(
      { length: STEPS },
      (_, i) => low + (i / (STEPS - 1)) * (high - low),
    );
    paint(this.canvas, values, [1, STEPS], map, low, high);
    write(this.low, short(Number(low.toPrecision(2))));
    write(this.high, short(Number(high.toPrecision(2))));
  }
}
