/** The row above the stage: how many inputs, which activation, threshold or bias, which task. */

import { ACTIVATIONS } from "../_front/activations.ts";
import { html } from "../_front/dom.ts";
import { type Segments, segments } from "../_front/segments.ts";
import { fits, type State } from "./state.ts";

export class Controls {
  readonly node = html("div", { class: "controls" });
  private readonly inputs: Segments<number>;
  private readonly form: Segments<"threshold" | "bias">;
  private readonly activation: HTMLSelectElement;

  constructor(
    private readonly state: State,
    change: (part: Partial<State>) => void,
    signal: AbortSignal,
  ) {
    const counts = [...new Set([2, 3, state.inputs.length])].sort();
    this.inputs = segments(
      "Number of inputs",
      counts.map((n) => [n, String(n)] as const),
      (count) => {
        const resized = (row: number[]) => Array.from({ length: count }, (_, i) => row[i] ?? 0);
        const task = fits(state.task, count) ? state.task : "none";
        change({ inputs: resized(state.inputs), weights: resized(state.weights), task });
      },
      signal,
    );
    this.form = segments(
      "How the threshold is written",
      [
        ["threshold", "threshold θ"],
        ["bias", "bias b"],
      ] as const,
      (form) => change({ form }),
      signal,
    );
    const options = ACTIVATIONS.map((name) =>
      html("option", { value: name }, name.replace("_", " ")),
    );
    this.activation = html("select", {}, ...options);
    this.activation.addEventListener(
      "change",
      () => change({ activation: this.activation.value }),
      { signal },
    );
    this.node.append(
      html("span", { class: "control" }, "Inputs", this.inputs.node),
      html("label", { class: "control" }, "Activation", this.activation),
      html("span", { class: "control" }, "Written with", this.form.node),
    );
  }

  hold(): void {
    this.inputs.show(this.state.inputs.length);
    this.form.show(this.state.form);
    this.activation.value = this.state.activation;
  }
}
