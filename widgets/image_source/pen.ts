/** A pen for the keyboard: arrow keys move it over the paper, Space sets it down and lifts it. */

import { html, set, write } from "../_front/dom.ts";
import { clamp } from "../_front/numbers.ts";

const STEP = 0.04; // of the paper's side: half of the pen's width
const FINE = 0.01; // with Shift
const WAYS: Record<string, readonly [right: number, down: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export interface PenHooks {
  /** The pen touches the paper: a stroke begins. */
  begin(place: [number, number]): void;
  /** The pen moves on the paper. */
  go(place: [number, number]): void;
  /** Takes the last stroke away. */
  erase(): void;
}

export class Pen {
  private readonly said = html("span", { class: "visually-hidden", role: "status" });
  readonly node = html("div", {
    class: "pen",
    role: "application",
    tabindex: 0,
    "aria-roledescription": "pen",
    "aria-label":
      "Pen: arrow keys move it, Space sets it down or lifts it, Delete erases the last stroke",
  });
  private place: [number, number] = [0.5, 0.2];
  private down = false;

  constructor(
    private readonly hooks: PenHooks,
    signal: AbortSignal,
  ) {
    this.node.append(this.said);
    this.node.addEventListener("keydown", (event) => this.key(event), { signal });
    this.node.addEventListener("blur", () => this.lift(), { signal });
    this.show();
  }

  private key(event: KeyboardEvent): void {
    const way = WAYS[event.key];
    if (way) this.move(way, event.shiftKey ? FINE : STEP);
    else if (event.key === " " && this.down) this.lift();
    else if (event.key === " ") this.set();
    else if (event.key === "Escape") this.lift();
    else if (event.key === "Delete" || event.key === "Backspace") {
      this.lift();
      this.hooks.erase();
      write(this.said, "Erased the last stroke");
    } else return;
    event.preventDefault();
    this.show();
  }

  private move([right, down]: readonly [number, number], step: number): void {
    const [x, y] = this.place;
    const round = (one: number) => Number(clamp(one, 0, 1).toFixed(3));
    this.place = [round(x + right * step), round(y + down * step)];
    if (this.down) this.hooks.go(this.place);
  }

  private set(): void {
    this.down = true;
    this.hooks.begin(this.place);
    write(this.said, "Pen down");
  }

  private lift(): void {
    if (this.down) write(this.said, "Pen up");
    this.down = false;
    this.show();
  }

  private show(): void {
    const [x, y] = this.place;
    set(this.node, { "data-down": this.down, style: `left: ${100 * x}%; top: ${100 * y}%` });
  }
}
