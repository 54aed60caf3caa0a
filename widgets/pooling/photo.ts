/** A photograph, and what the same pooling makes of it. */

import { unpack } from "../_front/arrays.ts";
import { grey } from "../_front/colour.ts";
import { html, write } from "../_front/dom.ts";
import { paint } from "../_front/paint.ts";
import { Scale } from "../_front/scale.ts";
import type { Photo } from "./state.ts";

const WORDS = ["Photograph", "Pooled"] as const;

export class PhotoPair {
  private readonly canvases = [html("canvas"), html("canvas")] as const;
  private readonly sizes = [html("span"), html("span")] as const;
  private readonly said = html("p", { class: "note" });
  readonly node = html("div", { class: "photo" });
  private photo: Photo | null = null;

  constructor() {
    const scale = new Scale();
    scale.show(grey, 0, 1);
    this.canvases.forEach((canvas, i) => {
      canvas.classList.add("samples");
      const size = this.sizes[i] as HTMLElement;
      size.classList.add("note");
      const head = html("div", { class: "head" }, html("h3", {}, WORDS[i] as string), size);
      if (i === 0) head.append(scale.node);
      this.node.append(html("div", { class: "figure" }, head, canvas));
    });
    this.node.append(this.said);
  }

  derive(photo: Photo | null): void {
    this.photo = photo;
    if (!photo) return;
    const shown = [photo.pixels, photo.pooled];
    shown.forEach(({ shape }, i) => {
      const [height, width] = shape as [number, number];
      const canvas = this.canvases[i] as HTMLCanvasElement;
      paint(canvas, unpack(shown[i] as Photo["pixels"]), [height, width], grey, 0, 255);
      const size = `${height} × ${width}`;
      write(this.sizes[i] as HTMLElement, size);
      canvas.setAttribute("role", "img");
      canvas.setAttribute("aria-label", `${WORDS[i]}, ${size}`);
    });
    write(this.said, photo.sentence);
  }

  /** Both are drawn with pixels of one size, so that it is seen how much smaller one is. */
  resize(width: number, height: number): void {
    const { photo } = this;
    if (!photo) return;
    const [rows, columns] = photo.pixels.shape as [number, number];
    const pooled = photo.pooled.shape[1] as number;
    const gap = 24;
    const fitting = Math.min((width - gap) / (columns + Math.max(pooled, 40)), height / rows);
    const side = Math.max(1, Math.floor(2 * fitting) / 2);
    [photo.pixels, photo.pooled].forEach(({ shape }, i) => {
      const { style } = this.canvases[i] as HTMLCanvasElement;
      style.height = `${(shape[0] as number) * side}px`;
      style.width = `${(shape[1] as number) * side}px`;
    });
  }
}
