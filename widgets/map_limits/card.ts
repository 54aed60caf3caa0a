/** A card: what is not proved, the pictures that show it, the number, and what it means. */

import { type Packed, unpack } from "../_front/arrays.ts";
import { amount, diverging, type Rgb } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { paintImage } from "../_front/image.ts";
import { paint } from "../_front/paint.ts";

export interface Words {
  number: string;
  unit: string;
  sentence: string;
}

/** A picture with what it is; painted in its own pixels. */
export class Tile {
  private readonly canvas = html("canvas", { class: "samples", role: "img" });
  private readonly caption = html("figcaption");
  readonly node = html("figure", {}, this.canvas, this.caption);

  image(image: Packed, caption: string): void {
    paintImage(this.canvas, unpack(image), image.shape);
    this.tell(caption);
  }

  /** A heat map as a share of its own largest value: those of different methods have no common unit. */
  map(map: Packed, signed: boolean, paper: Rgb, caption: string): void {
    const values = unpack(map);
    let most = 0;
    for (const value of values) most = Math.max(most, Math.abs(value));
    const [height, width] = map.shape as [number, number];
    const colours = signed ? diverging(paper) : amount(paper);
    paint(this.canvas, values, [height, width], colours, signed ? -most : 0, most || 1);
    this.tell(caption);
  }

  private tell(caption: string): void {
    write(this.caption, caption);
    set(this.canvas, { "aria-label": caption });
  }
}

export class Card {
  private readonly number = html("strong", { class: "number" });
  private readonly unit = html("small");
  private readonly sentence = html("p", { class: "sentence" });
  readonly node: HTMLElement;

  constructor(title: string, picture: HTMLElement) {
    const said = html("p", { class: "measured" }, this.number, this.unit);
    this.node = html("article", {}, html("h3", {}, title), picture, said, this.sentence);
  }

  show({ number, unit, sentence }: Words): void {
    write(this.number, number);
    write(this.unit, unit);
    write(this.sentence, sentence);
  }
}
