/** What a channel looks for: the images that were made for it, and the real ones that excite it most. */

import type { Values } from "../_front/arrays.ts";
import { html, set, write } from "../_front/dom.ts";
import { paintImage } from "../_front/image.ts";
import { short } from "../_front/numbers.ts";

export interface TileLook {
  /** "3", or the name of a class. */
  name: string;
  values: readonly number[];
  real: readonly number[];
  dead: boolean;
  chosen: boolean;
}

export interface TileHand {
  choose(): void;
  select(place: number): void;
}

export class Tile {
  private readonly made = html("button", { type: "button", class: "made" });
  private readonly real = html("div", { class: "real" });
  private readonly name = html("span", { class: "name" });
  private readonly words = html("span", { class: "value words" });
  private readonly pair = html("span", { class: "value pair" });
  readonly node = html(
    "figure",
    { class: "tile" },
    html("div", { class: "images" }, this.made, this.real),
    html("figcaption", {}, this.name, this.words, this.pair),
  );
  private places: readonly number[] = [];

  constructor(
    private readonly hand: TileHand,
    private readonly signal: AbortSignal,
  ) {
    this.made.addEventListener("click", () => hand.choose(), { signal });
  }

  show({ name, values, real, dead, chosen }: TileLook): void {
    const there = values.length > 0 && real.length > 0;
    const [best, most] = [number(there ? Math.max(...values) : 0), number(real[0] ?? 0)];
    write(this.name, name);
    write(this.words, dead ? "dead" : there ? `made ${best}, best real ${most}` : "");
    write(this.pair, dead ? "dead" : there ? `${best} · ${most}` : "");
    const words = dead
      ? `${name}: nothing excites it, neither a test image nor one made for it`
      : there
        ? `${name}: ${best} for the image made for it, ${most} for the best test image`
        : name;
    set(this.made, { "aria-pressed": String(chosen), "aria-label": words, title: words });
    set(this.node, { "data-dead": dead });
  }

  /** @param values of the images one after the other, each of that shape. */
  paintMade(values: Values, count: number, shape: readonly number[]): void {
    this.paint(this.made, values, count, shape);
    set(this.made, { "data-many": count > 1 });
  }

  paintReal(
    values: Values,
    places: readonly number[],
    excited: readonly number[],
    shape: readonly number[],
  ): void {
    this.places = places;
    while (this.real.children.length < places.length) {
      const i = this.real.children.length;
      const node = html("button", { type: "button" }, html("canvas", { class: "samples" }));
      const select = () => this.hand.select(this.places[i] ?? 0);
      node.addEventListener("click", select, { signal: this.signal });
      this.real.append(node);
    }
    const size = sizeOf(shape);
    [...this.real.children].forEach((node, i) => {
      set(node, { hidden: i >= places.length });
      if (i >= places.length) return;
      const words = `Test image ${places[i]}: ${number(excited[i] ?? 0)}`;
      set(node, { title: words, "aria-label": words });
      const canvas = node.firstElementChild as HTMLCanvasElement;
      paintImage(canvas, values.subarray(i * size, (i + 1) * size), shape);
    });
  }

  private paint(
    parent: HTMLElement,
    values: Values,
    count: number,
    shape: readonly number[],
  ): void {
    while (parent.children.length < count)
      parent.append(html("canvas", { class: "samples", "aria-hidden": true }));
    while (parent.children.length > count) parent.lastElementChild?.remove();
    const size = sizeOf(shape);
    [...parent.children].forEach((canvas, i) => {
      paintImage(canvas as HTMLCanvasElement, values.subarray(i * size, (i + 1) * size), shape);
    });
  }
}

function sizeOf(shape: readonly number[]): number {
  return shape.reduce((product, side) => product * side, 1);
}

function number(value: number): string {
  return short(Number(value.toPrecision(2)));
}
