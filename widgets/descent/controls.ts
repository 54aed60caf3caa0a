/** The row above: which surface, how its levels are drawn, and how the racers are disturbed. */

import { type Choice, choice } from "../_front/choice.ts";
import { button, html, on, write } from "../_front/dom.ts";
import { dial } from "./dial.ts";
import type { Change, Ground, Offers, State } from "./state.ts";
import { three } from "./walk.ts";

const STEPS = [10, 20, 50, 100, 200, 500, 1000];
const NOISES = [0, 0.1, 0.3, 1, 3, 10];

export function controlRow(state: State, offers: Offers, change: Change, signal: AbortSignal) {
  const surface = choice(
    "Surface",
    offers.surfaces,
    () => state.surface,
    (name) => change({ surface: name, probe: [] }),
    signal,
  );
  const levels = choice(
    "Levels",
    [
      [0, "linear"],
      [1, "logarithmic"],
    ],
    () => Number(state.logarithmic),
    (scale) => change({ logarithmic: scale > 0 }),
    signal,
  );
  const steps = choice(
    "Steps",
    STEPS.map((count) => [count, String(count)] as const),
    () => state.steps,
    (count) => change({ steps: count, step: Math.min(state.step, count) }),
    signal,
  );
  const noise = choice(
    "Noise",
    NOISES.map((size) => [size, size ? `± ${size}` : "none"] as const),
    () => state.noise,
    (size) => change({ noise: size }),
    signal,
  );
  const task = choice(
    "Task",
    [["none", "none"], ...offers.tasks],
    () => state.task,
    (name) => change({ task: name, guess: [], revealed: false }),
    signal,
  );
  const condition = dial({
    label: "Condition",
    low: 0,
    high: 3,
    step: 0.05,
    value: () => Math.log10(state.condition),
    text: () => three(state.condition),
    input: (power) => change({ condition: Number((10 ** power).toPrecision(3)) }),
    signal,
  });
  const redraw = button("Draw again");
  on(redraw, "click", signal, () => change({ seed: state.seed + 1 }));
  const batch = html("span", { class: "control" });
  const note = html("p", { class: "sentence" });
  const node = html("div", { class: "controls" });
  node.append(
    surface.node,
    condition.node,
    levels.node,
    steps.node,
    batch,
    noise.node,
    redraw,
    task.node,
  );
  let batches: Choice | undefined;
  let sampled = 0;

  /** Batches of samples, where there are any. */
  function offer(samples: number): void {
    batch.hidden = samples === 0;
    if (samples > 0 && sampled !== samples) {
      sampled = samples;
      const few = Math.max(2, Math.round(samples / 4));
      batches = choice<number>(
        "Batch",
        [
          [0, `all ${samples}`],
          [few, `${few} at a time`],
          [1, "single sample"],
        ],
        () => state.batch_size,
        (size) => change({ batch_size: size }),
        signal,
      );
      batch.replaceChildren(batches.node);
    }
    batches?.show();
  }

  return {
    node,
    /** What the surface teaches, to stand below it. */
    note,
    hold(ground: Ground): void {
      for (const one of [surface, levels, steps, noise, task]) one.show();
      condition.node.hidden = state.surface !== "elongated bowl";
      condition.hold();
      offer(ground.samples);
      redraw.hidden = state.noise === 0 && state.batch_size === 0;
      write(note, ground.sentence);
    },
  };
}
