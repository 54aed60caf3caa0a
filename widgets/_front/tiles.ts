/** Maps as tiles, side by side and in rows, on one canvas: a page pays for every canvas it has. */

import type { Values } from "./arrays.ts";
import type { ColourMap } from "./colour.ts";
import { html } from "./dom.ts";
import { pixels } from "./paint.ts";

const GAP = 6; // CSS pixels

export type Shape = readonly [count: number, height: number, width: number];

/** Where a tile stands, in tiles. */
export function cell(index: number, columns: number): [column: number, row: number] {
  return [index % columns, Math.floor(index / columns)];
}

export class Tiles {
  private readonly canvas = html("canvas", { class: "tiles", role: "img" });
  readonly node = html("div", { class: "tiles-place" }, this.canvas);
  private readonly samples = html("canvas");

  constructor(private readonly name: string) {}

  /** Draws `(count, height, width)` values in rows of `columns`, all on one scale. */
  show(
    values: Values,
    [count, height, width]: Shape,
    columns: number,
    map: ColourMap,
    low: number,
    high: number,
  ): void {
    const { canvas, samples } = this;
    canvas.setAttribute("aria-label", `${count} ${this.name}s of ${height} by ${width}`);
    if (count === 0 || this.node.clientWidth === 0) return;
    samples.width = width;
    samples.height = height * count; // as they lie in memory: one above the other
    const image = new ImageData(pixels(values, map, low, high), width, height * count);
    samples.getContext("2d")?.putImageData(image, 0, 0);

    const ratio = devicePixelRatio;
    const room = Math.round(this.node.clientWidth * ratio);
    const gap = Math.round(GAP * ratio);
    const side = Math.floor((room - gap * (columns - 1)) / columns);
    const tall = Math.round((side * height) / width);
    const rows = Math.ceil(count / columns);
    canvas.width = room;
    canvas.height = rows * (tall + gap) - gap;
    canvas.style.height = `${canvas.height / ratio}px`;
    const context = canvas.getContext("2d");
    if (!context) return;
    context.imageSmoothingEnabled = false; // a sample stays a sample
    context.strokeStyle = getComputedStyle(canvas).color;
    context.lineWidth = ratio;
    for (let i = 0; i < count; i++) {
      const [column, row] = cell(i, columns);
      const [x, y] = [column * (side + gap), row * (tall + gap)];
      context.drawImage(samples, 0, i * height, width, height, x, y, side, tall);
      context.strokeRect(x + ratio / 2, y + ratio / 2, side - ratio, tall - ratio);
    }
  }
}
