/** Buttons and a bar that go through the steps of something: back, on, play, anywhere. */

import { choice } from "./choice.ts";
import { button, html, on, set, write } from "./dom.ts";
import { clamp } from "./numbers.ts";

export interface Reel {
  /** The last step; the first is 0. */
  last(): number;
  step(): number;
  go(step: number): void;
  /** The present step in words, as it stands beside the bar. */
  text(): string;
}

/** Milliseconds for a step, and the word for it. */
export type Speeds = readonly (readonly [number, string])[];

export class Player {
  readonly node = html("div", { class: "player" });
  private readonly play = button("", { class: "main" });
  private readonly back = button("Step back");
  private readonly on = button("Step");
  private readonly first = button("To the start");
  private readonly bar = html("input", { type: "range", min: 0, step: 1 });
  private readonly words = html("output", { class: "player-text" });
  private timer = 0;
  private playing = false;

  constructor(
    private readonly reel: Reel,
    label: string,
    speeds: Speeds,
    signal: AbortSignal,
  ) {
    set(this.bar, { "aria-label": label });
    let pace = (speeds[Math.floor(speeds.length / 2)] as readonly [number, string])[0];
    const speed = choice(
      "Speed",
      speeds,
      () => pace,
      (value) => {
        pace = value;
      },
      signal,
    );
    speed.show();
    const act = (button: HTMLElement, does: () => void) => on(button, "click", signal, does);
    act(this.first, () => this.to(0));
    act(this.back, () => this.to(reel.step() - 1));
    act(this.on, () => this.to(reel.step() + 1));
    act(this.play, () => (this.playing ? this.pause() : this.run(() => pace)));
    on(this.bar, "input", signal, () => this.to(this.bar.valueAsNumber));
    signal.addEventListener("abort", () => this.pause());
    const buttons = html("div", { class: "buttons" });
    buttons.append(this.play, this.on, this.back, this.first, speed.node);
    this.node.append(buttons, html("div", { class: "player-bar" }, this.bar, this.words));
    this.hold();
  }

  /** Shows where it stands. */
  hold(): void {
    const { reel } = this;
    const [step, last] = [reel.step(), reel.last()];
    set(this.bar, { max: last, "aria-valuetext": reel.text() });
    this.bar.value = String(step);
    set(this.back, { disabled: step <= 0 });
    set(this.first, { disabled: step <= 0 });
    set(this.on, { disabled: step >= last });
    write(this.play, this.playing ? "❚❚ Pause" : "▶ Play");
    write(this.words, reel.text());
  }

  /** Stands still where it is. */
  pause(): void {
    clearTimeout(this.timer);
    this.playing = false;
    this.hold();
  }

  /** Plays on; from the start, if it is at its end. */
  private run(pace: () => number): void {
    this.playing = true;
    const { reel } = this;
    if (reel.step() >= reel.last()) reel.go(0);
    const tick = () => {
      if (reel.step() < reel.last()) reel.go(reel.step() + 1);
      if (reel.step() >= reel.last()) this.pause();
      else this.timer = window.setTimeout(tick, pace());
      this.hold();
    };
    this.timer = window.setTimeout(tick, pace());
    this.hold();
  }

  private to(step: number): void {
    this.reel.go(clamp(step, 0, this.reel.last()));
    this.pause();
  }
}
