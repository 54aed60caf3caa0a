/** Everything that is chosen rather than dragged: points, training, and what is seldom needed. */

import { type Choice, choice } from "../_front/choice.ts";
import { html, set, write } from "../_front/dom.ts";
import { short } from "../_front/numbers.ts";
import { type Segments, segments } from "../_front/segments.ts";
import type { State } from "./state.ts";

type Value = string | number;

const POINTS: [string, string][] = [
  ["circle", "circle"],
  ["xor", "four quadrants (XOR)"],
  ["gaussian", "two clouds"],
  ["spiral", "spiral"],
  ["moons", "half-moons"],
  ["three classes", "three classes"],
  ["plane", "plane (a value)"],
  ["hills", "hills (a value)"],
  ["and table", "AND, truth table"],
  ["or table", "OR, truth table"],
  ["xor table", "XOR, truth table"],
  ["breast cancer", "breast cancer"],
  ["own", "my own points"],
];

const REAL = ["breast cancer", "own"];
const DRAWN = ["noise", "count"]; // what only points that are drawn have

export interface Actions {
  change(part: Partial<State>): void;
  play(): void;
  command(name: "step" | "epoch" | "reset"): void;
  readFile(file: File): void;
}

export class Controls {
  readonly node = html("div", { class: "controls" });
  readonly more = html("details", { class: "more" }, html("summary", {}, "More settings"));
  private readonly play = html("button", { type: "button", class: "primary play" });
  private readonly choices: Choice[] = [];
  private readonly pace: Segments<string>;

  constructor(
    private readonly state: State,
    private readonly actions: Actions,
    private readonly signal: AbortSignal,
  ) {
    this.play.addEventListener("click", () => actions.play(), { signal });
    this.pace = segments(
      "Speed",
      [
        ["slow", "slow"],
        ["medium", "medium"],
        ["full", "full"],
      ] as const,
      (pace) => actions.change({ pace }),
      signal,
    );
    const rates = [0.0001, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1, 3, 10];
    const plain = (values: number[]): [number, string][] => values.map((v) => [v, short(v)]);
    const penalty = plain([0, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1]);
    this.node.append(
      this.play,
      this.button("One step", "step"),
      this.button("One epoch", "epoch"),
      this.button("Reset", "reset"),
      html("span", { class: "control" }, "Speed", this.pace.node),
      this.choice("Learning rate", "learning_rate", plain(rates)),
      this.choice("Optimizer", "optimizer", [
        ["sgd", "SGD"],
        ["momentum", "momentum"],
        ["adam", "Adam"],
      ]),
      this.choice("Points", "points", POINTS),
      this.choice("Noise", "noise", plain([0, 0.1, 0.2, 0.5, 1])),
      this.task(),
    );
    const file = html("input", { type: "file", accept: ".csv,.tsv,.txt,text/csv" });
    file.addEventListener(
      "change",
      () => {
        const chosen = file.files?.[0];
        if (chosen) actions.readFile(chosen);
        file.value = "";
      },
      { signal },
    );
    this.more.append(
      html(
        "div",
        { class: "controls" },
        this.choice("Initial weights", "scheme", [
          ["xavier", "Xavier"],
          ["he", "He"],
          ["normal", "normal"],
          ["uniform", "uniform"],
          ["zeros", "zeros"],
        ]),
        this.choice("Seed", "seed", plain([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])),
        this.choice("Batch size", "batch_size", plain([1, 5, 10, 20, 50, 100, 1000])),
        this.choice("L1", "l1", penalty),
        this.choice("L2", "l2", penalty),
        this.choice("Dropout", "dropout", plain([0, 0.1, 0.2, 0.3, 0.5])),
        this.choice("Number of points", "count", plain([50, 100, 200, 400, 1000])),
        this.choice("Test share", "test_share", plain([0.1, 0.2, 0.3, 0.5, 0.7, 0.9])),
        this.choice("Stop at a training loss of", "stop_at", [
          [0, "never"],
          ...plain([0.3, 0.1, 0.03, 0.01]),
        ]),
        html("label", { class: "control" }, "Points from a CSV (two numbers, a class)", file),
      ),
    );
  }

  hold(playing: boolean, status: string): void {
    write(this.play, playing ? "❚❚ Pause" : "▶ Train");
    set(this.play, { disabled: status === "diverged" });
    this.pace.show(this.state.pace);
    for (const choice of this.choices) choice.show();
    const drawn = !this.state.points.endsWith("table") && !REAL.includes(this.state.points);
    for (const { select } of this.choices) {
      if (DRAWN.includes(select.name)) set(select, { disabled: !drawn });
    }
  }

  private button(text: string, name: "step" | "epoch" | "reset"): HTMLElement {
    const button = html("button", { type: "button" }, text);
    button.addEventListener("click", () => this.actions.command(name), { signal: this.signal });
    return button;
  }

  /** A task begins where it makes its point: XOR without a hidden layer. */
  private task(): HTMLElement {
    const options: [string, string][] = [
      ["none", "none"],
      ["separate xor", "separate XOR with few neurons"],
    ];
    return this.choice("Task", "task", options, (task) =>
      task === "none" ? { task } : { task, points: "xor table", neurons: [] },
    );
  }

  private choice<K extends keyof State & string>(
    label: string,
    key: K,
    options: [State[K] & Value, string][],
    part: (value: State[K]) => Partial<State> = (value) => ({ [key]: value }) as Partial<State>,
  ): HTMLElement {
    const { state, actions } = this;
    const made = choice(
      label,
      options,
      () => state[key] as State[K] & Value,
      (value) => actions.change(part(value)),
      this.signal,
    );
    made.select.name = key;
    this.choices.push(made);
    return made.node;
  }
}
