/** Trains both, and says how far each is and what it says of the example. */

import { html, set, write } from "../_front/dom.ts";
import { fixed } from "../_front/numbers.ts";
import { stateOf } from "../_front/states.ts";
import { type RunFrame, type StressFrame, TITLES } from "./state.ts";

const BEGIN = "Train both";

export class Runs {
  private readonly main = html("button", { type: "button", class: "first" }, BEGIN);
  private readonly reset = html("button", { type: "button" }, "Reset");
  private readonly lines = TITLES.map((title, i) => new Line(title, i ? "planted" : "clean"));
  readonly node = html(
    "div",
    { class: "runs" },
    this.main,
    this.reset,
    ...this.lines.map(({ node }) => node),
  );

  constructor(command: (name: string) => void, signal: AbortSignal) {
    this.main.addEventListener("click", () => command(this.main.dataset.does ?? "start"), {
      signal,
    });
    this.reset.addEventListener("click", () => command("reset"), { signal });
  }

  show(frame: StressFrame): void {
    const { button, does } = stateOf(frame.state, BEGIN);
    write(this.main, button);
    this.main.dataset.does = does;
    set(this.main, { disabled: frame.state === "starting" });
    set(this.reset, { disabled: frame.state === "starting" || frame.state === "ready" });
    this.lines.forEach((line, i) => {
      line.show(frame.runs[i] as RunFrame);
    });
  }
}

class Line {
  private readonly state = html("span", { class: "state", role: "status" });
  private readonly accuracy = html("span", { class: "accuracy" });
  private readonly bar = html("div", { class: "bar" });
  private readonly track: HTMLElement;
  readonly node: HTMLElement;

  constructor(title: string, kind: string) {
    this.track = html(
      "div",
      { class: "track", role: "progressbar", "aria-label": `Training, ${title}` },
      this.bar,
    );
    const said = html(
      "div",
      { class: "how" },
      html("strong", {}, title),
      this.state,
      this.accuracy,
    );
    this.node = html("div", { class: `line ${kind}` }, said, this.track);
  }

  show(run: RunFrame): void {
    write(this.state, how(run));
    write(
      this.accuracy,
      run.accuracy === null ? "" : `test accuracy ${fixed(100 * run.accuracy, 0)} %`,
    );
    this.bar.style.transform = `scaleX(${run.share})`;
    set(this.track, { "aria-valuenow": Math.round(100 * run.share) });
  }
}

export function how({ state, epoch, epochs, done }: RunFrame): string {
  const { shape, word } = stateOf(state, BEGIN);
  if (state === "running") return `${shape} epoch ${Math.min(epoch + 1, epochs)} of ${epochs}`;
  if (state !== "ready" && state !== "starting" && done < 1) {
    return `${shape} tested ${Math.floor(100 * done)} %`;
  }
  return `${shape} ${word}`;
}
