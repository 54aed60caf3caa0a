/** What stands around the plane: its frame, ticks and names, and the numbers of the colour scale. */

import { svg } from "../_front/dom.ts";
import { clamp, short, ticks } from "../_front/numbers.ts";
import { INPUT_RANGE } from "./state.ts";

export const MARGIN = { left: 44, top: 10, right: 92, bottom: 42 };

type Anchor = "start" | "middle" | "end";

export class Frame {
  readonly node = svg("g", { class: "frame" });
  private drawn = "";

  /** Draws around a square of `side` pixels, for outputs from `low` to `high`. */
  draw(side: number, low: number, high: number): void {
    const key = `${side} ${low} ${high}`;
    if (this.drawn === key) return;
    this.drawn = key;
    const { left, top } = MARGIN;
    const [right, bottom] = [left + side, top + side];
    const number = (value: number, x: number, y: number, anchor: Anchor) =>
      svg("text", { x, y, dy: "0.36em", "text-anchor": anchor }, short(value));
    const name = (text: string, x: number, y: number, turn: number) =>
      svg(
        "text",
        {
          class: "name",
          "text-anchor": "middle",
          transform: `translate(${x} ${y}) rotate(${turn})`,
        },
        text,
      );
    const marks = ticks(-INPUT_RANGE, INPUT_RANGE, 4).flatMap((value) => {
      const along = ((value + INPUT_RANGE) / (2 * INPUT_RANGE)) * side;
      return [
        number(value, left + along, bottom + 13, "middle"),
        number(value, left - 8, bottom - along, "end"),
      ];
    });
    const values = [high, (low + high) / 2, low].map((value) => {
      const y = top + clamp(((high - value) / (high - low)) * side, 7, side - 7);
      return number(value, right + 32, y, "start");
    });
    this.node.replaceChildren(
      svg("rect", { x: left, y: top, width: side, height: side }),
      ...marks,
      ...values,
      name("input x₁", left + side / 2, bottom + 36, 0),
      name("input x₂", 14, top + side / 2, -90),
      name("output a", right + 76, top + side / 2, 90),
    );
  }
}
