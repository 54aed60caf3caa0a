/** A picture of the image with a heat map over it, and a mark at one pixel. */

import { type Packed, unpack } from "../_front/arrays.ts";
import { html, set } from "../_front/dom.ts";
import { clamp } from "../_front/numbers.ts";
import { blend, type Look } from "./blend.ts";

export type Pixel = [row: number, column: number];

export class Overlay {
  readonly canvas = html("canvas", { class: "samples", role: "img" });
  readonly marker = html("span", { class: "marker" });
  readonly node = html("span", { class: "overlay" }, this.canvas, this.marker);
  private data: ImageData | null = null;
  private size: Pixel = [1, 1];

  /** @param point is called with the pixel under the pointer, and with null when it leaves. */
  constructor(point: (pixel: Pixel | null) => void, signal: AbortSignal) {
    const under = (event: PointerEvent) => {
      const { left, top, width, height } = this.canvas.getBoundingClientRect();
      const [rows, columns] = this.size;
      const row = Math.floor(((event.clientY - top) / Math.max(1, height)) * rows);
      const column = Math.floor(((event.clientX - left) / Math.max(1, width)) * columns);
      point([clamp(row, 0, rows - 1), clamp(column, 0, columns - 1)]);
    };
    this.node.addEventListener("pointermove", under, { signal });
    this.node.addEventListener("pointerdown", under, { signal });
    this.node.addEventListener(
      "pointerleave",
      ({ pointerType }) => pointerType === "mouse" && point(null), // what a finger found stays
      { signal },
    );
  }

  /** Where no values are given, the image alone. */
  show(image: Packed, values: Packed | null, end: number, look: Look): void {
    const shape = image.shape as [number, number, number];
    const [, height, width] = shape;
    if (!height || !width) return;
    if (this.data?.width !== width || this.data.height !== height) {
      this.data = new ImageData(width, height);
      Object.assign(this.canvas, { width, height });
      this.size = [height, width];
      this.node.style.aspectRatio = `${width} / ${height}`;
    }
    const fits = values?.shape[0] === height && values.shape[1] === width;
    const map = values && fits ? unpack(values) : null;
    blend(unpack(image), shape, map, end, look, this.data.data);
    this.canvas.getContext("2d")?.putImageData(this.data, 0, 0);
  }

  mark(pixel: Pixel | null): void {
    this.marker.hidden = !pixel;
    if (!pixel) return;
    const [rows, columns] = this.size;
    const { style } = this.marker;
    style.left = `${(100 * pixel[1]) / columns}%`;
    style.top = `${(100 * pixel[0]) / rows}%`;
    style.width = `${100 / columns}%`;
    style.height = `${100 / rows}%`;
  }

  name(label: string): void {
    set(this.canvas, { "aria-label": label });
  }
}
