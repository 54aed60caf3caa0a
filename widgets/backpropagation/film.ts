/** The film of the round: a bar of named parts with a handle, and the buttons that move it. */

import { html, set, write } from "../_front/dom.ts";
import { clamp } from "../_front/numbers.ts";
import { slider } from "../_front/slider.ts";
import { frameAt, type Phase, phases, placeOf, spread } from "./frames.ts";
import type { Picture } from "./state.ts";

const SPEEDS = [
  [2000, "slow speed"],
  [700, "normal speed"],
  [400, "fast speed"],
] as const;
const NORMAL = 700;

export interface Player {
  step(): number;
  length(): number;
  title(): string;
  /** Goes to a frame; −1 is the last one of the round before, `length` the next round. */
  go(step: number): void;
  /** Whether a question has to be answered first. */
  waits(): boolean;
}

export class Film {
  readonly node = html("div", { class: "film" });
  readonly bar = html("div", { class: "film-bar" });
  private readonly handle = html("div", { class: "film-handle" });
  private readonly back = html("button", { type: "button" }, "Step back");
  private readonly next = html("button", { type: "button", class: "main" }, "Next step");
  private readonly play = html("button", { type: "button" }, "Play");
  private readonly start = html("button", { type: "button" }, "To the start");
  /** Which step it is, to be placed beside its title. */
  readonly count = html("span", { class: "note film-count" });
  private parts: Phase[] = [];
  private speak: () => void = () => {};
  private rebuilt = new AbortController();
  private timer = 0;
  private pace = NORMAL;
  private widths: number[] = [];

  constructor(
    private readonly player: Player,
    private readonly signal: AbortSignal,
  ) {
    const on = (button: HTMLElement, act: () => void) =>
      button.addEventListener("click", act, { signal });
    on(this.back, () => this.by(-1));
    on(this.next, () => this.by(1));
    on(this.start, () => this.to(0));
    on(this.play, () => (this.timer ? this.pause() : this.run()));
    const options = SPEEDS.map(([pace, name]) => html("option", { value: pace }, name));
    const speed = html("select", { "aria-label": "Speed" }, ...options);
    speed.value = String(NORMAL);
    speed.addEventListener("change", () => (this.pace = Number(speed.value)), { signal });
    signal.addEventListener("abort", () => this.pause());
    const buttons = html("div", { class: "buttons" });
    buttons.append(this.start, this.back, this.next, this.play, speed);
    this.node.append(this.bar, buttons);
    this.bar.addEventListener(
      "pointerdown",
      (event) => {
        if (event.target === this.handle) return;
        event.preventDefault();
        const { left } = this.bar.getBoundingClientRect();
        this.to(Math.round(frameAt(event.clientX - left, this.parts, this.widths)));
        this.handle.dispatchEvent(new PointerEvent("pointerdown", event)); // and drags on
      },
      { signal },
    );
  }

  /** Takes a film of other frames. */
  rebuild(picture: Picture): void {
    this.rebuilt.abort();
    this.rebuilt = new AbortController();
    this.parts = phases(picture.film);
    const parts = this.parts.map(({ name }) => html("span", { class: "film-part" }, name));
    const frames = picture.film.length;
    this.bar.replaceChildren(...parts, this.handle);
    this.speak = slider(this.handle, {
      label: "Step of the round",
      low: 0,
      high: frames - 1,
      step: 1,
      within: this.bar,
      at: (x) => frameAt(x, this.parts, this.widths),
      value: this.player.step,
      text: () => this.player.title(),
      input: (value) => this.to(Math.round(value)),
      signal: AbortSignal.any([this.signal, this.rebuilt.signal]),
    });
    this.resize(this.bar.clientWidth);
  }

  resize(width: number): void {
    this.widths = spread(this.parts, width, width > 1000 ? 84 : 66);
    this.widths.forEach((part, i) => {
      (this.bar.children[i] as HTMLElement).style.width = `${part}px`;
    });
    this.hold();
  }

  hold(): void {
    const [step, length] = [this.player.step(), this.player.length()];
    this.handle.style.left = `${placeOf(step, this.parts, this.widths)}px`;
    this.parts.forEach(({ first, count }, i) => {
      const part = this.bar.children[i] as HTMLElement;
      const done = clamp((step + 1 - first) / count, 0, 1);
      set(part, { "data-now": step >= first && step < first + count });
      part.style.setProperty("--done", `${done * 100}%`);
    });
    write(this.next, step === length - 1 ? "Next round" : "Next step");
    write(this.count, `step ${step + 1} of ${length}`);
    this.speak();
  }

  /** Stops the film. */
  pause(): void {
    clearTimeout(this.timer);
    this.timer = 0;
    write(this.play, "Play");
  }

  private run(): void {
    write(this.play, "Pause");
    const tick = () => {
      this.timer = window.setTimeout(tick, this.pace);
      if (this.player.waits()) return;
      this.player.go(this.player.step() + 1);
      if (this.player.step() === this.player.length() - 1) this.pause();
    };
    this.timer = window.setTimeout(tick, 0);
  }

  private by(steps: number): void {
    this.pause();
    this.player.go(this.player.step() + steps);
  }

  private to(step: number): void {
    this.pause();
    this.player.go(clamp(step, 0, this.player.length() - 1));
  }
}
