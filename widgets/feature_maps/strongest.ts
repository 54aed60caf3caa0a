/** The test images that excite the chosen channel most, with the part of each that does it. */

import { unpack } from "../_front/arrays.ts";
import { html, set } from "../_front/dom.ts";
import { paintImage } from "../_front/image.ts";
import { short } from "../_front/numbers.ts";
import type { Strongest as Frame } from "./state.ts";

interface Shown {
  node: HTMLElement;
  picture: HTMLImageElement;
  field: HTMLElement;
  place: number;
}

export class Strongest {
  private readonly list = html("div", {
    class: "images",
    role: "group",
    "aria-label": "Images that excite the channel most",
  });
  readonly node = html(
    "div",
    { class: "strongest" },
    html("span", { class: "note" }, "What excites this channel most"),
    this.list,
  );
  private readonly canvas = html("canvas");
  private readonly shown: Shown[] = [];

  constructor(
    private readonly choose: (place: number) => void,
    private readonly signal: AbortSignal,
  ) {}

  show(frame: Frame | Record<string, never>): void {
    const { places = [], images, values, fields } = frame as Partial<Frame>;
    this.node.hidden = !places.length;
    // They stay the same buttons: who holds the focus keeps it.
    while (this.shown.length < places.length) this.add();
    for (const [i, { node }] of this.shown.entries()) node.hidden = i >= places.length;
    if (!images || !values || !fields) return;
    const one = images.shape.slice(1);
    const size = one.reduce((product, side) => product * side, 1);
    const bytes = unpack(images);
    places.forEach((place, i) => {
      const shown = this.shown[i] as Shown;
      const { node, picture, field } = shown;
      shown.place = place;
      paintImage(this.canvas, bytes.subarray(i * size, (i + 1) * size), one);
      picture.src = this.canvas.toDataURL();
      const words = `Test image ${place}: ${short(values[i] ?? 0)}`;
      set(node, { title: words, "aria-label": words });
      const [top, bottom, left, right] = fields[i] ?? [];
      field.hidden = right === undefined;
      if (top !== undefined && bottom !== undefined && left !== undefined && right !== undefined) {
        const percent = (share: number) => `${100 * share}%`;
        field.style.inset = [top, 1 - right, 1 - bottom, left].map(percent).join(" ");
      }
    });
  }

  private add(): void {
    const picture = html("img", { class: "samples", alt: "" });
    const field = html("span", { class: "field" });
    const node = html("button", { type: "button" }, picture, field);
    const shown: Shown = { node, picture, field, place: 0 };
    node.addEventListener("click", () => this.choose(shown.place), { signal: this.signal });
    this.shown.push(shown);
    this.list.append(node);
  }
}
