/** Whole rounds at once, and the error over the rounds. */

import { type Packed, unpack } from "../_front/arrays.ts";
import { html, set, svg, write } from "../_front/dom.ts";
import { number } from "./frames.ts";
import { type Change, MOST_ROUNDS, type Picture, type State } from "./state.ts";

const WIDTH = 240;
const HEIGHT = 64;
const LEFT = 52;

export class TrainingPanel {
  private readonly line = svg("path", { class: "curve" });
  private readonly dot = svg("circle", { class: "dot", r: 4 });
  private readonly top = svg("text", { x: LEFT - 6, y: 8, dy: "0.36em", "text-anchor": "end" });
  private readonly zero = svg(
    "text",
    { x: LEFT - 6, y: HEIGHT, dy: "0.1em", "text-anchor": "end" },
    "0",
  );
  private readonly last = svg("text", { x: WIDTH, y: HEIGHT + 18, "text-anchor": "end" });
  private readonly first = svg("text", { x: LEFT, y: HEIGHT + 18 }, "round 0");
  private readonly axes = svg("path", { class: "axis", d: `M${LEFT},0V${HEIGHT}H${WIDTH}` });
  private readonly chart = svg(
    "svg",
    { class: "errors", role: "img", viewBox: `0 -4 ${WIDTH + 6} ${HEIGHT + 26}` },
    this.axes,
    this.line,
    this.dot,
    this.top,
    this.zero,
    this.first,
    this.last,
  );
  private readonly said = html("p", { class: "training-said" });
  private readonly reset = html("button", { type: "button" }, "Reset");
  private readonly train: [HTMLButtonElement, number][];
  readonly node = html("div", { class: "training" });

  constructor(
    private readonly state: State,
    change: Change,
    signal: AbortSignal,
  ) {
    const go = (rounds: number) => change({ rounds, step: 0, guess: "", revealed: false });
    this.train = [1, 10, 100].map((count) => {
      const label = count === 1 ? "Train 1 round" : `${count} rounds`;
      const button = html("button", { type: "button" }, label);
      if (count > 1) set(button, { "aria-label": `Train ${count} rounds` });
      button.addEventListener("click", () => go(Math.min(MOST_ROUNDS, state.rounds + count)), {
        signal,
      });
      return [button, count];
    });
    this.reset.addEventListener("click", () => go(0), { signal });
    const buttons = html("div", { class: "buttons" }, ...this.train.map(([b]) => b), this.reset);
    this.node.append(buttons, html("div", { class: "training-error" }, this.chart, this.said));
  }

  hold(): void {
    this.reset.disabled = this.state.rounds === 0;
    for (const [button] of this.train) button.disabled = this.state.rounds >= MOST_ROUNDS;
  }

  derive(picture: Picture): void {
    this.draw(picture.errors);
    const now = number(picture.error, 4);
    const rounds = `${picture.rounds} ${picture.rounds === 1 ? "round" : "rounds"}`;
    write(
      this.said,
      picture.diverged
        ? `After ${rounds} the weights leave every scale: take a smaller learning rate, then press Reset.`
        : picture.rounds
          ? `After ${rounds} the error C is ${now}.`
          : `The error C is ${now}, before the first round.`,
    );
    if (picture.diverged) for (const [button] of this.train) button.disabled = true;
  }

  private draw(packed: Packed): void {
    const errors = unpack(packed);
    const most = Math.max(1e-9, ...errors);
    const x = (i: number) => LEFT + (i / Math.max(1, errors.length - 1)) * (WIDTH - LEFT);
    const y = (value: number) => HEIGHT * (1 - value / most);
    const points = Array.from(errors, (error, i) => `${x(i).toFixed(1)},${y(error).toFixed(1)}`);
    set(this.line, { d: `M${points.join("L")}` });
    const end = errors.length - 1;
    set(this.dot, { cx: x(end), cy: y(errors[end] ?? 0) });
    write(this.top, number(most, 2));
    write(this.last, end ? String(end) : "");
    set(this.chart, {
      "aria-label": `The error over ${end} rounds: ${number(errors[end] ?? 0, 4)} now`,
    });
  }
}
