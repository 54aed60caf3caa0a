/** The row above the stage: which kind of autoencoder, and its training. */

import { dial } from "../_front/dial.ts";
import { html, set, write } from "../_front/dom.ts";
import { clamp, fixed, short } from "../_front/numbers.ts";
import { segments } from "../_front/segments.ts";
import { stateOf } from "../_front/states.ts";
import type { State, TrainingFrame } from "./state.ts";

/** Steps in a second; 0 stands for as fast as it can. */
const PACES = [
  [20, "slow"],
  [100, "medium"],
  [0, "full"],
] as const;

/** β on the track, as a power of ten. */
const [LOW, HIGH] = [-2, 2];

export class Controls {
  readonly node = html("div", { class: "controls" });
  private readonly main = html("button", { type: "button", class: "main" });
  private readonly epoch = html("button", { type: "button" }, "One epoch");
  private readonly reset = html("button", { type: "button" }, "Reset");
  private readonly shape = html("span", { class: "shape", "aria-hidden": "true" });
  private readonly word = html("strong", { role: "status" });
  private readonly where = html("span", { class: "where" });
  private readonly bar = html("div", { class: "bar" });
  private readonly track = html(
    "div",
    { class: "track", role: "progressbar", "aria-label": "Progress" },
    this.bar,
  );
  private readonly pace;
  private readonly kind;
  private readonly beta;
  private does: "start" | "pause" = "start";

  constructor(
    private readonly state: State,
    change: (part: Partial<State>) => void,
    command: (name: string, value?: unknown) => void,
    signal: AbortSignal,
  ) {
    const press = (button: HTMLElement, act: () => void) =>
      button.addEventListener("click", act, { signal });
    press(this.main, () => command(this.does));
    press(this.epoch, () => command("run_epochs", 1));
    press(this.reset, () => command("reset"));
    this.pace = segments<number>("Speed", PACES, (pace) => change({ pace }), signal);
    this.kind = segments<"variational" | "plain">(
      "Kind of autoencoder",
      [
        ["variational", "variational"],
        ["plain", "plain"],
      ],
      (kind) => change({ variational: kind === "variational" }),
      signal,
    );
    this.beta = dial({
      label: "β",
      low: LOW,
      high: HIGH,
      step: 0.1,
      value: () => clamp(Math.log10(Math.max(state.beta, 10 ** LOW)), LOW, HIGH),
      text: () => short(state.beta),
      input: (power) => change({ beta: Number((10 ** power).toPrecision(2)) }),
      typed: (text) => {
        const value = Number(text.replace(",", ".").replace("−", "-"));
        change({ beta: text.trim() === "" ? Number.NaN : value });
      },
      signal,
    });
    const state_ = html("span", { class: "state" }, this.shape, this.word);
    this.node.append(
      html("div", { class: "buttons" }, this.main, this.epoch, this.reset),
      html("span", { class: "control" }, "Speed", this.pace.node),
      html("span", { class: "control" }, "Autoencoder", this.kind.node, this.beta.node),
      html("div", { class: "how-far" }, html("div", {}, state_, this.where), this.track),
    );
  }

  hold(): void {
    this.kind.show(this.state.variational ? "variational" : "plain");
    this.beta.show();
    this.pace.show(this.state.pace);
    set(this.beta.node, { hidden: !this.state.variational });
  }

  derive(frame: TrainingFrame): void {
    const state = stateOf(frame.state, "Start training");
    const { main, epoch, reset } = this;
    write(main, state.button);
    this.does = state.does;
    const busy = frame.state === "starting";
    const over = ["finished", "stopped", "diverged", "failed"].includes(frame.state);
    set(main, { disabled: busy });
    set(epoch, { disabled: busy || over || frame.state === "running" });
    set(reset, { disabled: busy || (frame.step === 0 && frame.state === "ready") });
    write(this.shape, state.shape);
    write(this.word, state.word);
    write(this.where, `${frame.epoch} of ${frame.epochs} epochs`);
    const share = frame.totalSteps ? frame.step / frame.totalSteps : 0;
    this.bar.style.transform = `scaleX(${share})`;
    set(this.track, {
      "aria-valuenow": Math.round(100 * share),
      "aria-valuetext": `${fixed(100 * share, 0)} %`,
    });
  }
}
