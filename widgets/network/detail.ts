/** The line below the diagram: what is chosen, what it computes, and what can be done with it. */

import { html, set, write } from "../_front/dom.ts";
import { fixed, subscript } from "../_front/numbers.ts";
import { activationChoice } from "./columns.ts";
import type { Picture, State } from "./state.ts";

export type Place = readonly [layer: number, to: number, from: number];

export class Detail {
  private readonly name = html("strong");
  private readonly formula = html("span", { class: "formula" });
  private readonly power = html("button", { type: "button" });
  private readonly activation: ReturnType<typeof activationChoice>;
  private readonly neuron: HTMLElement;
  private readonly weightName = html("strong");
  private readonly freeze = html("button", { type: "button" });
  private readonly weight: HTMLElement;
  private readonly hint = html(
    "span",
    { class: "hint" },
    "Drag a weight on its connection. Click a neuron to see its map large.",
  );
  readonly node: HTMLElement;
  private touched: Place | null = null;

  constructor(
    private readonly state: State,
    change: (part: Partial<State>) => void,
    signal: AbortSignal,
  ) {
    this.activation = activationChoice(
      "Activation of this neuron",
      (name) => {
        const [layer, index] = state.chosen[0] as [number, number];
        const present = state.activations[layer] as string | string[];
        const names =
          typeof present === "string"
            ? Array.from({ length: state.neurons[layer] as number }, () => present)
            : present;
        change({ activations: state.activations.with(layer, names.with(index, name)) });
      },
      signal,
    );
    const toggle = (rows: number[][], place: readonly number[]) => {
      const key = place.join();
      const rest = rows.filter((row) => row.join() !== key);
      return rest.length === rows.length ? [...rows, [...place]] : rest;
    };
    this.power.addEventListener(
      "click",
      () => change({ off: toggle(state.off, state.chosen[0] as number[]) }),
      { signal },
    );
    this.freeze.addEventListener(
      "click",
      () => this.touched && change({ frozen: toggle(state.frozen, this.touched) }),
      { signal },
    );
    this.weight = html("span", { class: "part" }, this.weightName, this.freeze);
    this.neuron = html(
      "span",
      { class: "part" },
      this.name,
      this.activation.node,
      this.power,
      this.formula,
    );
    this.node = html("div", { class: "detail" }, this.hint, this.weight, this.neuron);
  }

  /** A weight was touched: it is the one that can be frozen. */
  touch(place: Place): void {
    this.hint.remove();
    this.touched = place[2] < 0 ? null : place;
    this.hold();
  }

  hold(): void {
    const { state } = this;
    const [chosen] = state.chosen;
    const hidden = chosen && (chosen[0] as number) < state.neurons.length;
    this.neuron.hidden = !chosen;
    if (chosen) {
      this.hint.remove();
      const [layer, index] = chosen as [number, number];
      const is = state.off.some((place) => place.join() === chosen.join());
      write(
        this.name,
        hidden ? `Neuron ${index + 1} of layer ${layer + 1}` : `Output ${index + 1}`,
      );
      this.power.hidden = this.activation.node.hidden = !hidden;
      write(this.power, is ? "Switch on" : "Switch off");
      const present = state.activations[layer];
      if (present)
        this.activation.show(typeof present === "string" ? present : (present[index] as string));
    }
    const value = this.touched && this.weightAt(this.touched);
    this.weight.hidden = value === undefined || value === null;
    if (this.touched && typeof value === "number") {
      const [layer, to, from] = this.touched;
      const is = state.frozen.some((place) => place.join() === this.touched?.join());
      write(
        this.weightName,
        `Weight ${subscript(from + 1)} → ${subscript(to + 1)} of layer ${layer + 1} = ${fixed(value)}`,
      );
      write(this.freeze, is ? "Let it learn" : "Freeze");
      set(this.freeze, { "aria-pressed": String(is) });
    }
  }

  derive(picture: Picture): void {
    write(this.formula, picture.formula);
    this.hold();
  }

  private weightAt([layer, to, from]: Place): number | undefined {
    return this.state.weights[layer]?.[to]?.[from];
  }
}
