/** The row that is always seen: what to do, how fast, how far it is, how well it does. */

import { html, set, write } from "../_front/dom.ts";
import { count, duration, fixed } from "../_front/numbers.ts";
import { segments } from "../_front/segments.ts";
import { stateOf } from "../_front/states.ts";
import type { ControlsFrame } from "./state.ts";

const BEGIN = "Start training";

/** Steps in a second; 0 stands for as fast as it can. */
const PACES: [number, string][] = [
  [8, "slow"],
  [50, "medium"],
  [0, "full"],
];

type Command = (name: string, value?: unknown) => void;

export function row(
  command: Command,
  setPace: (pace: number | null) => void,
  opener: HTMLElement,
  signal: AbortSignal,
) {
  const button = (text: string, act: () => void) => {
    const node = html("button", { type: "button" }, text);
    node.addEventListener("click", act, { signal });
    return node;
  };
  let does: string = "start";
  const main = button(BEGIN, () => command(does));
  main.classList.add("main");
  const step = button("One step", () => command("step"));
  const epoch = button("One epoch", () => command("run_epochs", 1));
  const stop = button("Stop", () => command("stop"));
  const reset = button("Reset", () => command("reset"));
  const pace = segments("Speed", PACES, (value) => setPace(value || null), signal);
  const shape = html("span", { class: "shape", "aria-hidden": "true" });
  const word = html("strong", { role: "status" });
  const bar = html("div", { class: "bar" });
  const track = html("div", { class: "track", role: "progressbar", "aria-label": "Progress" }, bar);
  const where = html("span", { class: "where" });
  const epochs = html("span");
  const left = html("span");
  const accuracy = html("span", { class: "accuracy" });
  const message = html("p", { class: "message", role: "status" });
  const node = html(
    "div",
    { class: "row" },
    html("div", { class: "buttons" }, main, step, epoch, stop, reset),
    html("div", { class: "speed" }, "Speed", pace.node),
    html(
      "div",
      { class: "how-far" },
      html("div", { class: "line" }, html("span", { class: "state" }, shape, word), where),
      track,
      html("div", { class: "line small" }, epochs, left),
    ),
    html("div", { class: "score" }, accuracy, html("span", {}, "test accuracy")),
    opener,
    message,
  );
  return {
    node,
    show(frame: ControlsFrame): void {
      const state = stateOf(frame.state, BEGIN);
      write(main, state.button);
      does = state.does;
      const busy = frame.state === "starting";
      const over = ["finished", "stopped", "diverged", "failed"].includes(frame.state);
      set(main, { disabled: busy });
      for (const one of [step, epoch])
        set(one, { disabled: busy || over || frame.state === "running" });
      set(stop, { disabled: frame.state !== "running" && frame.state !== "paused" });
      set(reset, { disabled: busy || (frame.step === 0 && frame.state === "ready") });
      pace.show(frame.pace ?? 0);
      write(shape, state.shape);
      write(word, state.word);
      const share = frame.totalSteps ? frame.step / frame.totalSteps : 0;
      bar.style.transform = `scaleX(${share})`;
      const text = `step ${count(frame.step)} of ${count(frame.totalSteps)}`;
      write(where, text);
      write(epochs, `${frame.epoch} of ${frame.epochs} epochs`);
      set(track, { "aria-valuenow": Math.round(100 * share), "aria-valuetext": text });
      write(left, timeLeft(frame));
      write(accuracy, frame.accuracy === null ? "–" : `${fixed(100 * frame.accuracy, 1)} %`);
      write(message, frame.message || frame.about);
    },
  };
}

function timeLeft(frame: ControlsFrame): string {
  const speed = frame.imagesPerSecond ? `${count(Math.round(frame.imagesPerSecond))} images/s` : "";
  if (frame.state === "running" && frame.secondsLeft !== null) {
    return `${speed} · ${duration(frame.secondsLeft)} left`;
  }
  return frame.step > 0 ? `${duration(frame.seconds)} trained` : "";
}
