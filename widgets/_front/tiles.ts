/** Maps as tiles: one small canvas each, so that CSS can lay them out and scale them. */

import type { Values } from "./arrays.ts";
import type { ColourMap } from "./colour.ts";
import { html } from "./dom.ts";
import { paint } from "./paint.ts";

export class Tiles {
  readonly node: HTMLElement;
  private readonly canvases: HTMLCanvasElement[] = [];

  constructor(private readonly name: string) {
    this.node = html("div", { class: "tiles", role: "img" });
  }

  /** Draws `(count, height, width)` values, each tile on the same scale from `low` to `high`. */
  show(
    values: Values,
    [count, height, width]: readonly [number, number, number],
    map: ColourMap,
    low: number,
    high: number,
  ): void {
    while (this.canvases.length > count) this.canvases.pop()?.remove();
    while (this.canvases.length < count) {
      const index = this.canvases.length + 1;
      const canvas = html("canvas", { class: "samples", title: `${this.name} ${index}` });
      this.canvases.push(canvas);
      this.node.append(canvas);
    }
    this.node.setAttribute("aria-label", `${count} ${this.name}s of ${height} by ${width}`);
    const size = height * width;
    this.canvases.forEach((canvas, i) => {
      paint(canvas, values.subarray(i * size, (i + 1) * size), [height, width], map, low, high);
    });
  }
}
