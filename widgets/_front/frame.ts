/** A frame around some cells of a table: it slides where it goes, and can be a handle. */

import { html, set } from "./dom.ts";
import { place } from "./place.ts";
import type { Cell } from "./windows.ts";

export interface Grip {
  label: string;
  /** The table over which it is dragged. */
  within: Element;
  /** Pixels of a cell. */
  side(): number;
  /** Cells from one place to the next. */
  pitch(): Cell;
  /** The frame's place, counted in pitches. */
  value(): Cell;
  last(): Cell;
  text(): string;
  go(place: Cell): void;
  signal: AbortSignal;
}

export class Frame {
  readonly node = html("div", { class: "frame" });
  private readonly speak: () => void = () => {};

  /** A frame with a grip is grasped at its edge: the cells under it can still be reached. */
  constructor(kind: string, grip?: Grip) {
    this.node.classList.add(kind);
    if (!grip) return;
    for (const edge of ["top", "right", "bottom", "left"])
      this.node.append(html("span", { class: `edge ${edge}` }));
    this.node.append(html("span", { class: "grip", "aria-hidden": "true" }, "✥"));
    // Up is more for arrow keys, and for a plane: rows are told by their negative.
    this.speak = place(this.node, {
      label: grip.label,
      within: grip.within,
      low: () => [0, -grip.last()[0]],
      high: () => [grip.last()[1], 0],
      step: () => [1, 1],
      at: (x, y) => [x / grip.side() / grip.pitch()[1], -y / grip.side() / grip.pitch()[0]],
      value: () => [grip.value()[1], -grip.value()[0]],
      text: grip.text,
      input: (x, y) => grip.go([Math.round(-y), Math.round(x)]),
      signal: grip.signal,
    });
    const hold = (held: boolean) => () => set(this.node, { "data-held": held });
    this.node.addEventListener("pointerdown", hold(true), { signal: grip.signal });
    this.node.addEventListener("lostpointercapture", hold(false), { signal: grip.signal });
  }

  /** Lies over rows × columns cells of `side` pixels, from `corner` on. */
  show([row, column]: Cell, [rows, columns]: Cell, side: number): void {
    Object.assign(this.node.style, {
      transform: `translate(${column * side}px, ${row * side}px)`,
      width: `${columns * side}px`,
      height: `${rows * side}px`,
    });
    this.speak();
  }
}
