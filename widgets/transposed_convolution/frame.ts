/** A frame around a block of cells; it slides from place to place, and some can be dragged. */

import type { Cell } from "../_front/cells.ts";
import { html, set } from "../_front/dom.ts";
import { place } from "../_front/place.ts";

export interface Grip {
  label: string;
  /** The frame's place in the grid's own cells, first row and column 0. */
  value(): Cell;
  last(): Cell;
  /** Cells from one place to the next. */
  pitch(): number;
  side(): number;
  text(): string;
  move(row: number, column: number): void;
  signal: AbortSignal;
}

export class Frame {
  readonly node: HTMLElement;
  private readonly speak: () => void = () => {};

  /** `kind` names its colour: that of what it holds. */
  constructor(kind: string, within?: HTMLElement, grip?: Grip) {
    this.node = html("div", { class: `frame ${kind}` });
    if (!within || !grip) return;
    // x and y as on paper: y grows upwards, as the arrow keys of a plane do
    this.speak = place(this.node, {
      label: grip.label,
      low: () => [0, -grip.last()[0]],
      high: () => [grip.last()[1], 0],
      step: () => [1, 1],
      within,
      at: (x, y) => {
        const pitch = grip.side() * grip.pitch();
        return [x / pitch, -y / pitch];
      },
      value: () => [grip.value()[1], -grip.value()[0]],
      text: grip.text,
      input: (x, y) => grip.move(Math.round(-y), Math.round(x)),
      signal: grip.signal,
    });
    for (const [event, held] of [
      ["pointerdown", true],
      ["lostpointercapture", false],
    ] as const)
      this.node.addEventListener(event, () => set(this.node, { "data-held": held }), {
        signal: grip.signal,
      });
  }

  /** Puts the frame around rows × columns cells. */
  show([row, column]: Cell, [rows, columns]: Cell): void {
    const { style } = this.node;
    style.setProperty("--row", String(row));
    style.setProperty("--column", String(column));
    style.setProperty("--rows", String(rows));
    style.setProperty("--columns", String(columns));
    this.speak();
  }
}
