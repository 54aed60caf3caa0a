/** Decision regions below a cloud: a picture of few pixels that is moved with it. */

import { type Packed, unpack } from "../_front/arrays.ts";
import { html } from "../_front/dom.ts";
import type { Camera } from "./camera.ts";
import { paletteOf } from "./colouring.ts";

export interface Regions {
  /** (rows, columns): the class of each cell; row 0 is the highest. */
  classes: Packed;
  /** The grid reaches from −half to half in both directions. */
  half: number;
  /** What the regions are. */
  words: string;
}

const STRENGTH = 52; // of 255

export class Ground {
  readonly canvas = html("canvas", { class: "ground", "aria-hidden": "true", hidden: true });
  private shown: Regions | null = null;

  constructor(private readonly camera: Camera) {}

  show(regions: Regions | null): void {
    this.canvas.hidden = regions === null;
    if (regions === null || this.shown?.classes === regions.classes) return;
    this.shown = regions;
    const [rows, columns] = regions.classes.shape as [number, number];
    const classes = unpack(regions.classes);
    const image = new ImageData(columns, rows);
    const palette = paletteOf("class", false);
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const swatch = palette[(classes[row * columns + column] as number) % palette.length];
        const at = 4 * (row * columns + column);
        image.data.set([...(swatch?.colour ?? [0, 0, 0]), STRENGTH], at);
      }
    }
    this.canvas.width = columns;
    this.canvas.height = rows;
    this.canvas.getContext("2d")?.putImageData(image, 0, 0);
    this.move();
  }

  /** Puts it where the cloud is. */
  move(): void {
    if (!this.shown || this.canvas.hidden) return;
    const { half } = this.shown;
    const [x, y] = this.camera.on(-half, half);
    const scale = (2 * half * this.camera.unit) / this.canvas.width;
    this.canvas.style.transform = `translate(${x}px, ${y}px) scale(${scale})`;
  }
}
