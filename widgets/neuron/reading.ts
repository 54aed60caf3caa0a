/** What it means: the sum with its numbers, the task with its trials, the code. */

import { html, set, write } from "../_front/dom.ts";
import { fixed, subscript } from "../_front/numbers.ts";
import { type Segments, segments } from "../_front/segments.ts";
import type { Picture, State } from "./state.ts";

interface Trial {
  node: HTMLElement;
  button: HTMLElement;
  lamps: HTMLElement;
  said: HTMLElement;
}

export class Reading {
  readonly node = html("div", { class: "reading" });
  private readonly symbols = html("p", { class: "symbols" });
  private readonly numbers = html("p", { class: "numbers", "aria-live": "off" });
  private readonly meaning = html("p", { class: "meaning" });
  private readonly trials = html("ul", { class: "trials" });
  private readonly verdict = html("p", { class: "verdict", role: "status" });
  private readonly code = html("code");
  private tasks: Segments<number> | null = null;
  private readonly rows: Trial[] = [];
  private picture: Picture | null = null;
  private readonly taskPlace = html("div", { class: "control" });

  constructor(
    private readonly state: State,
    private readonly change: (part: Partial<State>) => void,
    private readonly signal: AbortSignal,
  ) {
    const task = html("div", { class: "task" }, this.taskPlace, this.trials, this.verdict);
    const sum = html("div", { class: "sum" }, this.symbols, this.numbers, this.meaning);
    const code = html(
      "details",
      {},
      html("summary", {}, "The same in PyTorch"),
      html("pre", {}, this.code),
    );
    this.node.append(sum, task, code);
  }

  derive(picture: Picture): void {
    this.picture = picture;
    const threshold = this.state.form === "threshold";
    const terms = picture.inputs.map((_, i) => `w${subscript(i + 1)}·x${subscript(i + 1)}`);
    const products = picture.weights.map(
      (w, i) => `${signed(w)}·${signed(picture.inputs[i] as number)}`,
    );
    const [sum, bias, z] = [fixed(picture.sum), signed(picture.bias), fixed(picture.z)];
    write(this.symbols, `${terms.join(" + ")}${threshold ? " = Σ" : " + b = z"}`);
    write(this.numbers, `${products.join(" + ")}${threshold ? ` = ${sum}` : ` + ${bias} = ${z}`}`);
    write(
      this.meaning,
      threshold ? this.overThreshold(picture) : `z = ${z} → a = ${fixed(picture.output)}`,
    );
    set(this.meaning, { "data-fires": picture.fires });
    write(this.code, picture.code);
    this.drawTask(picture);
  }

  private overThreshold(picture: Picture): string {
    const [sum, threshold] = [fixed(picture.sum), fixed(-picture.bias)];
    const verb = picture.fires ? ">" : "≤";
    const then = this.state.activation === "step" ? (picture.fires ? "fires" : "stays silent") : "";
    return `Σ = ${sum} ${verb} θ = ${threshold} → a = ${fixed(picture.output)}${then ? `, it ${then}` : ""}`;
  }

  private drawTask(picture: Picture): void {
    const count = this.state.inputs.length;
    if (this.taskPlace.dataset.count !== String(count)) {
      this.taskPlace.dataset.count = String(count);
      const numbers = Array.from({ length: count }, (_, i) => [i + 1, `input ${i + 1}`] as const);
      this.tasks = segments(
        "Task",
        [[0, "none"], ...numbers],
        (task) => this.change({ task }),
        this.signal,
      );
      this.taskPlace.replaceChildren("Task: respond only to", this.tasks.node);
    }
    this.tasks?.show(this.state.task);
    while (this.rows.length > picture.trials.length) this.rows.pop()?.node.remove();
    while (this.rows.length < picture.trials.length) this.addTrial();
    for (const [i, { inputs, fires, right }] of picture.trials.entries()) {
      const { button, lamps, said } = this.rows[i] as Trial;
      set(button, { "data-right": String(right) });
      set(lamps, { "aria-label": `inputs ${inputs.join(" ")}` });
      write(lamps, inputs.map((on) => (on ? "●" : "○")).join(" "));
      write(said, `${fires ? "fires" : "silent"} ${right ? "✓" : "✗"}`);
    }
    set(this.verdict, { "data-solved": picture.solved });
    const right = picture.trials.filter((trial) => trial.right).length;
    const solved = `Solved: it fires for input ${this.state.task} and for nothing else.`;
    const open = `${right} of ${picture.trials.length} right. ${picture.hint}`;
    write(this.verdict, picture.trials.length === 0 ? "" : picture.solved ? solved : open);
  }

  /** A pattern of inputs; pressing it sets them. */
  private addTrial(): void {
    const [lamps, said] = [html("span", { class: "lamps" }), html("span")];
    const button = html("button", { type: "button", class: "trial" }, lamps, said);
    const index = this.rows.length;
    const set = () => {
      const trial = this.picture?.trials[index];
      if (trial) this.change({ inputs: trial.inputs });
    };
    button.addEventListener("click", set, { signal: this.signal });
    this.rows.push({ node: html("li", {}, button), button, lamps, said });
    this.trials.append(this.rows[index]?.node as Node);
  }
}

/** A number inside a formula: negative ones stand in brackets. */
function signed(value: number): string {
  return value < 0 ? `(${fixed(value)})` : fixed(value);
}
