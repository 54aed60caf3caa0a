import { html, set, write } from "../_front/dom.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { command, type Frame, followFrames } from "../_front/live.ts";
import { fixed } from "../_front/numbers.ts";
import { segments } from "../_front/segments.ts";

interface ControlsFrame extends Frame {
  message: string;
  step: number;
  totalSteps: number;
  epoch: number;
  epochs: number;
  seconds: number;
  secondsLeft: number | null;
  imagesPerSecond: number;
  accuracy: number | null;
  pace: number | null;
  learningRate: number;
  about: string;
}

interface Model extends Shared {
  frame: ControlsFrame;
}

/** Each state as a word and a shape, and what the main button does in it. */
const STATES = {
  starting: { shape: "◌", word: "Loading", button: "Start training", does: "start" },
  ready: { shape: "●", word: "Ready", button: "Start training", does: "start" },
  running: { shape: "▶", word: "Training", button: "Pause", does: "pause" },
  paused: { shape: "❚❚", word: "Paused", button: "Go on", does: "start" },
  finished: { shape: "✓", word: "Finished", button: "Train again", does: "start" },
  stopped: { shape: "■", word: "Stopped", button: "Train again", does: "start" },
  diverged: { shape: "⚠", word: "Diverged", button: "Train again", does: "start" },
  failed: { shape: "⚠", word: "Failed", button: "Try again", does: "start" },
} as const;

/** Steps in a second; 0 stands for as fast as it can. */
const PACES: [number, string][] = [
  [8, "slow"],
  [50, "medium"],
  [0, "full"],
];

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const button = (text: string, does: string) => {
    const node = html("button", { type: "button" }, text);
    node.addEventListener("click", () => command(model, node.dataset.does ?? does), { signal });
    return node;
  };
  const main = button("Start training", "start");
  main.classList.add("main");
  const step = button("Take one step", "step");
  const stop = button("Stop", "stop");
  const reset = button("Reset", "reset");
  const pace = segments("Speed", PACES, (value) => command(model, "pace", value || null), signal);
  const shape = html("span", { class: "shape", "aria-hidden": "true" });
  const word = html("strong", { role: "status" });
  const bar = html("div", { class: "bar" });
  const track = html("div", { class: "track", role: "progressbar", "aria-label": "Progress" }, bar);
  const where = html("span", { class: "where" });
  const epoch = html("span");
  const left = html("span");
  const accuracy = html("span", { class: "accuracy" });
  const message = html("p", { class: "message", role: "status" });
  root.append(
    html("div", { class: "buttons" }, main, step, stop, reset),
    html("div", { class: "speed" }, "Speed", pace.node),
    html(
      "div",
      { class: "how-far" },
      html("div", { class: "line" }, html("span", { class: "state" }, shape, word), where),
      track,
      html("div", { class: "line small" }, epoch, left),
      message,
    ),
    html("div", { class: "score" }, accuracy, html("span", {}, "of the test images recognised")),
  );

  followFrames(model, host, (frame) => {
    const state = STATES[frame.state];
    write(main, state.button);
    main.dataset.does = state.does;
    const busy = frame.state === "starting";
    const over = ["finished", "stopped", "diverged", "failed"].includes(frame.state);
    set(main, { disabled: busy });
    set(step, { disabled: busy || over || frame.state === "running" });
    set(stop, { disabled: frame.state !== "running" && frame.state !== "paused" });
    set(reset, { disabled: busy || (frame.step === 0 && frame.state === "ready") });
    pace.show(frame.pace ?? 0);
    root.dataset.state = frame.state;
    write(shape, state.shape);
    write(word, state.word);
    const share = frame.totalSteps ? frame.step / frame.totalSteps : 0;
    bar.style.transform = `scaleX(${share})`;
    const text = `step ${count(frame.step)} of ${count(frame.totalSteps)}`;
    write(where, text);
    write(epoch, `${frame.epoch} of ${frame.epochs} epochs done`);
    set(track, { "aria-valuenow": Math.round(100 * share), "aria-valuetext": text });
    write(left, timeLeft(frame));
    write(accuracy, frame.accuracy === null ? "–" : `${fixed(100 * frame.accuracy, 1)} %`);
    const usual = frame.state === "ready" || frame.state === "running";
    write(message, usual ? frame.about : frame.message);
  });
  set(root, { role: "region", "aria-label": "Training" });
}

function count(value: number): string {
  return value.toLocaleString("en");
}

function timeLeft(frame: ControlsFrame): string {
  const speed = frame.imagesPerSecond ? `${count(Math.round(frame.imagesPerSecond))} images/s` : "";
  if (frame.state === "running" && frame.secondsLeft !== null) {
    return `${speed} · ${duration(frame.secondsLeft)} left`;
  }
  return frame.step > 0 ? `${duration(frame.seconds)} trained` : "";
}

function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${fixed(seconds / 3600, 1)} h`;
}

export default view<Model>("run-controls", draw);
