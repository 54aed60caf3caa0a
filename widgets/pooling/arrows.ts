/** Four arrows that move the input by one cell, and one way back. */

import { html, set } from "../_front/dom.ts";
import type { Change, State } from "./state.ts";

const MOVES = [
  ["←", "left", 0, -1],
  ["↑", "up", -1, 0],
  ["↓", "down", 1, 0],
  ["→", "right", 0, 1],
] as const;

export class Arrows {
  readonly node = html("div", { class: "arrows", role: "group", "aria-label": "Move the input" });
  private readonly back = html("button", { type: "button" }, "Back");

  constructor(
    private readonly state: State,
    change: Change,
    signal: AbortSignal,
  ) {
    this.node.append(html("span", { class: "note" }, "Move it"));
    for (const [sign, word, down, right] of MOVES) {
      const button = html("button", { type: "button", "aria-label": `Move ${word}` }, sign);
      const move = () => {
        const { shift, input } = state;
        const most = Math.max(input.length, input[0]?.length ?? 0);
        const by = (old: number, more: number) => Math.max(-most, Math.min(most, old + more));
        change({ shift: [by(shift[0], down), by(shift[1], right)], picked: [] });
      };
      button.addEventListener("click", move, { signal });
      this.node.append(button);
    }
    this.back.addEventListener("click", () => change({ shift: [0, 0], picked: [] }), { signal });
    this.node.append(this.back);
  }

  hold(): void {
    set(this.back, { disabled: this.state.shift.every((by) => by === 0) });
  }
}
