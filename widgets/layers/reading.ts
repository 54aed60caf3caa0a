/** What it means: the chosen neuron's sum with its numbers, the class, the task, the code. */

import { html, set, write } from "../_front/dom.ts";
import { fixed, subscript } from "../_front/numbers.ts";
import { type Segments, segments } from "../_front/segments.ts";
import type { Change, Reading as Numbers, Picture, State } from "./state.ts";

export class Reading {
  readonly node = html("div", { class: "reading" });
  private readonly title = html("p", { class: "title" });
  private readonly symbols = html("p", { class: "symbols" });
  private readonly numbers = html("p", { class: "numbers" });
  private readonly meaning = html("p", { class: "meaning" });
  private readonly decision = html("p", { class: "decision", role: "status" });
  private readonly verdict = html("p", { class: "verdict", role: "status" });
  private readonly code = html("code");
  private readonly samples = html("span", { class: "segments samples" });
  private readonly taskPlace = html("span", { class: "control" });
  private tasks: Segments<string> | null = null;
  private outputs = 0;

  constructor(
    private readonly state: State,
    private readonly change: Change,
    private readonly signal: AbortSignal,
  ) {
    const { title, symbols, numbers, meaning, decision, verdict } = this;
    const sum = html("div", { class: "sum" }, title, symbols, numbers, meaning);
    const samples = html("span", { class: "control" }, "Classify input", this.samples);
    const row = html("div", { class: "row" }, samples, this.taskPlace);
    const task = html("div", { class: "task" }, decision, row, verdict);
    const summary = html("summary", {}, "The same in PyTorch");
    const code = html("details", {}, summary, html("pre", {}, this.code));
    this.node.append(sum, task, code);
  }

  /** Inputs to classify: pressing one sets it. */
  offer(samples: readonly number[][]): void {
    const buttons = samples.map((row, i) => {
      const button = html(
        "button",
        { type: "button", "aria-label": `Sample ${i + 1}` },
        `${i + 1}`,
      );
      const take = () => this.change({ inputs: row.slice(0, this.state.inputs.length) });
      button.addEventListener("click", take, { signal: this.signal });
      return button;
    });
    this.samples.replaceChildren(...buttons);
    this.hold(samples);
  }

  /** Draws what the hand holds: which sample it is, and the task. */
  hold(samples: readonly number[][]): void {
    const { inputs, task, weights } = this.state;
    for (const [i, button] of [...this.samples.children].entries()) {
      const same = inputs.every((value, j) => value === samples[i]?.[j]);
      set(button, { "aria-pressed": String(same) });
    }
    const outputs = weights.at(-1)?.length ?? 0;
    if (this.outputs !== outputs) {
      this.outputs = outputs;
      const classes = Array.from({ length: outputs }, (_, i) => `class ${i + 1}`);
      this.tasks = segments(
        "Task: find an input of class",
        [["none", "none"], ...classes.map((name, i) => [name, `${i + 1}`] as const)],
        (name) => this.change({ task: name }),
        this.signal,
      );
      this.taskPlace.replaceChildren("Task: find an input of class", this.tasks.node);
    }
    this.tasks?.show(task);
  }

  /** Draws what Python made of it. */
  derive({ reading, decision, solved, hint, code, weights }: Picture): void {
    const { neuron, layer, bias, z, a, activation } = reading;
    const i = subscript(neuron);
    const from = layer === 1 ? "x" : "a";
    const terms = reading.inputs.map(
      (_, j) => `w${i}${subscript(j + 1)}·${from}${subscript(j + 1)}`,
    );
    const products = reading.weights.map((w, j) => product(w, reading.inputs[j] as number));
    const of = weights.length > 1 ? ` of layer ${layer}` : "";
    const source = layer === 1 ? "" : `, fed by layer ${layer - 1}`;
    write(this.title, `Neuron ${neuron}${of}${source}`);
    write(this.symbols, `z${i} = ${terms.join(" + ")} + b${i}`);
    write(this.numbers, `z${i} = ${products.join(" + ")} + ${signed(bias)} = ${fixed(z)}`);
    write(this.meaning, meaning(i, { ...reading, z, a, activation }));
    write(this.decision, decision);
    write(this.verdict, hint);
    set(this.verdict, { "data-solved": solved });
    write(this.code, code);
  }
}

function meaning(i: string, { z, a, activation }: Numbers): string {
  const name = activation.replace("_", " ");
  if (activation === "identity") return `a${i} = z${i} = ${fixed(a)}`;
  if (activation === "softmax") return `a${i} = softmax(z)${i} = ${fixed(a)}`;
  return `a${i} = ${name}(${fixed(z)}) = ${fixed(a)}`;
}

function product(weight: number, input: number): string {
  return `${signed(weight)}·${signed(input)}`;
}

/** A number inside a formula: negative ones stand in brackets. */
function signed(value: number): string {
  const text = fixed(value);
  return text.startsWith("−") ? `(${text})` : text;
}
