/** What it means: the sum with its numbers, the task, the code. */

import { html, set, write } from "../_front/dom.ts";
import { fixed, subscript } from "../_front/numbers.ts";
import type { Picture, State } from "./state.ts";
import { Task } from "./task.ts";

export class Reading {
  readonly node = html("div", { class: "reading" });
  private readonly symbols = html("p", { class: "symbols" });
  private readonly numbers = html("p", { class: "numbers", "aria-live": "off" });
  private readonly meaning = html("p", { class: "meaning" });
  private readonly code = html("code");
  private readonly task: Task;

  constructor(
    private readonly state: State,
    change: (part: Partial<State>) => void,
    signal: AbortSignal,
  ) {
    this.task = new Task(state, change, signal);
    const sum = html("div", { class: "sum" }, this.symbols, this.numbers, this.meaning);
    const code = html(
      "details",
      {},
      html("summary", {}, "The same in PyTorch"),
      html("pre", {}, this.code),
    );
    this.node.append(sum, this.task.node, code);
  }

  derive(picture: Picture): void {
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
    this.task.derive(picture);
  }

  private overThreshold(picture: Picture): string {
    const [sum, threshold] = [fixed(picture.sum), fixed(-picture.bias)];
    const verb = picture.fires ? ">" : "≤";
    const then = this.state.activation === "step" ? (picture.fires ? "fires" : "stays silent") : "";
    return `Σ = ${sum} ${verb} θ = ${threshold} → a = ${fixed(picture.output)}${then ? `, it ${then}` : ""}`;
  }
}

/** A number inside a formula: negative ones stand in brackets. */
function signed(value: number): string {
  return value < 0 ? `(${fixed(value)})` : fixed(value);
}
