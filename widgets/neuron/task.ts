/** What the neuron shall do, how it does with every pattern of inputs, and a hint. */

import { html, set, write } from "../_front/dom.ts";
import { type Picture, type State, TRUTH_TABLES } from "./state.ts";

interface Row {
  node: HTMLElement;
  button: HTMLElement;
  lamps: HTMLElement;
  said: HTMLElement;
}

/** When the neuron shall fire. */
function goal(task: string): string {
  const tables: Record<string, string> = {
    and: "both inputs are on",
    or: "at least one input is on",
    xor: "just one input is on",
  };
  return tables[task] ?? `${task} is on`;
}

export class Task {
  private readonly choice = html("select");
  private readonly legend = html("span", { class: "legend" });
  private readonly trials = html("ul", { class: "trials" });
  private readonly score = html("strong");
  private readonly hint = html("span");
  private readonly verdict = html("p", { class: "verdict", role: "status" });
  readonly node = html(
    "div",
    { class: "task" },
    html("div", { class: "control" }, html("label", {}, "Task ", this.choice), this.legend),
    this.trials,
    this.verdict,
  );
  private readonly rows: Row[] = [];
  private picture: Picture | null = null;

  constructor(
    private readonly state: State,
    private readonly change: (part: Partial<State>) => void,
    private readonly signal: AbortSignal,
  ) {
    this.verdict.append(this.score, " ", this.hint);
    this.choice.addEventListener("change", () => this.choose(this.choice.value), { signal });
  }

  derive(picture: Picture): void {
    this.picture = picture;
    const { trials, solved, done } = picture;
    this.offer(picture.inputs.length);
    this.choice.value = this.state.task;
    const marked = trials[0]?.inputs.length === 2; // in the plane
    write(this.legend, marked ? "■ should fire\u2003□ should be silent" : "");
    while (this.rows.length > trials.length) this.rows.pop()?.node.remove();
    while (this.rows.length < trials.length) this.addRow();
    for (const [i, { inputs, fires, should_fire, right }] of trials.entries()) {
      const { button, lamps, said } = this.rows[i] as Row;
      set(button, { "data-right": String(right) });
      set(lamps, { "aria-label": `inputs ${inputs.join(" ")}` });
      const wanted = marked ? ` → ${should_fire ? "■" : "□"}` : "";
      write(lamps, inputs.map((on) => (on ? "●" : "○")).join(" ") + wanted);
      write(said, `${fires ? "fires" : "silent"} ${right ? "✓" : "✗"}`);
    }
    set(this.score, { "data-done": done });
    write(
      this.score,
      solved
        ? `Solved: it fires when ${goal(this.state.task)}, and only then.`
        : this.count(picture),
    );
    write(this.hint, picture.hint);
  }

  private count({ trials, done }: Picture): string {
    if (trials.length === 0) return "";
    const right = `${trials.filter((trial) => trial.right).length} of ${trials.length} right`;
    return done ? `${right}: one neuron can do no more.` : `${right}.`;
  }

  /** The tasks that a neuron with so many inputs can be given; truth tables make it have two. */
  private offer(inputs: number): void {
    if (this.choice.dataset.inputs === String(inputs)) return;
    this.choice.dataset.inputs = String(inputs);
    const only = Array.from({ length: inputs }, (_, i) => `input ${i + 1}`);
    this.choice.replaceChildren(
      html("option", { value: "none" }, "none"),
      ...only.map((task) =>
        html("option", { value: task }, `fire when ${goal(task)}, and only then`),
      ),
      ...TRUTH_TABLES.map((task) =>
        html("option", { value: task }, `${task.toUpperCase()}: fire when ${goal(task)}`),
      ),
    );
  }

  private choose(task: string): void {
    const { inputs, weights } = this.state;
    const two = TRUTH_TABLES.includes(task) && inputs.length > 2;
    this.change(
      two ? { task, inputs: inputs.slice(0, 2), weights: weights.slice(0, 2) } : { task },
    );
  }

  /** A pattern of inputs; pressing it sets them. */
  private addRow(): void {
    const [lamps, said] = [html("span", { class: "lamps" }), html("span")];
    const button = html("button", { type: "button", class: "trial" }, lamps, said);
    const index = this.rows.length;
    const put = () => {
      const trial = this.picture?.trials[index];
      if (trial) this.change({ inputs: trial.inputs });
    };
    button.addEventListener("click", put, { signal: this.signal });
    this.rows.push({ node: html("li", {}, button), button, lamps, said });
    this.trials.append(this.rows[index]?.node as Node);
  }
}
