/** The row above the stage: how many inputs, layers and neurons, and each layer's activation. */

import { ACTIVATIONS } from "../_front/activations.ts";
import { html, set, write } from "../_front/dom.ts";
import { resized, withLayers } from "./resize.ts";
import { type Change, MOST_LAYERS, MOST_NEURONS, type State, sizesOf } from "./state.ts";

export class Controls {
  readonly node = html("div", { class: "controls" });
  private readonly rest = html("span", { class: "rest" });
  private readonly update: (() => void)[] = [];
  private parts = new AbortController();
  private fixed = 0; // how many of the updates are those of the two steppers that stay

  constructor(
    private readonly state: State,
    private readonly change: Change,
    private readonly spare: () => number[][][],
    private readonly signal: AbortSignal,
  ) {
    const layers = this.stepper(
      "layer",
      MOST_LAYERS,
      () => state.weights.length,
      (count) => withLayers(state, count),
      signal,
    );
    const inputs = this.stepper("input", MOST_NEURONS, ...this.sizeAt(0), signal);
    this.node.append(
      html("span", { class: "control" }, "Layers", layers),
      html("span", { class: "control" }, "Inputs", inputs),
      this.rest,
    );
    this.hold();
  }

  hold(): void {
    const count = this.state.weights.length;
    if (this.rest.childElementCount !== count) this.rebuild(count);
    for (const update of this.update) update();
  }

  private rebuild(count: number): void {
    this.parts.abort();
    this.parts = new AbortController();
    this.fixed ||= this.update.length;
    this.update.length = this.fixed;
    const signal = AbortSignal.any([this.signal, this.parts.signal]);
    const layers = Array.from({ length: count }, (_, l) => {
      const name = l === count - 1 ? (count === 1 ? "Layer" : "Output layer") : `Layer ${l + 1}`;
      const stepper = this.stepper(
        `neuron of layer ${l + 1}`,
        MOST_NEURONS,
        ...this.sizeAt(l + 1),
        signal,
      );
      return html("span", { class: "control" }, name, stepper, this.activation(l, count, signal));
    });
    this.rest.replaceChildren(...layers);
  }

  /** How a stepper reads and changes one of the sizes. */
  private sizeAt(place: number): [() => number, (size: number) => number[]] {
    return [
      () => sizesOf(this.state)[place] as number,
      (size) => sizesOf(this.state).with(place, size),
    ];
  }

  private stepper(
    what: string,
    most: number,
    value: () => number,
    sizes: (value: number) => number[],
    signal: AbortSignal,
  ): HTMLElement {
    const number = html("output", { class: "count" });
    const button = (by: 1 | -1) => {
      const label = `One ${what} ${by > 0 ? "more" : "less"}`;
      const node = html("button", { type: "button", "aria-label": label }, by > 0 ? "+" : "−");
      const step = () => {
        const next = value() + by;
        if (next >= 1 && next <= most) this.change(resized(this.state, sizes(next), this.spare()));
      };
      node.addEventListener("click", step, { signal });
      return node;
    };
    const [less, more] = [button(-1), button(1)];
    this.update.push(() => {
      write(number, String(value()));
      set(less, { disabled: value() <= 1 });
      set(more, { disabled: value() >= most });
    });
    return html("span", { class: "stepper", role: "group" }, less, number, more);
  }

  private activation(layer: number, count: number, signal: AbortSignal): HTMLElement {
    const names = layer === count - 1 ? [...ACTIVATIONS, "softmax"] : ACTIVATIONS;
    const options = names.map((name) => html("option", { value: name }, name.replace("_", " ")));
    const label = `Activation of layer ${layer + 1}`;
    const select = html("select", { "aria-label": label }, ...options);
    const choose = () =>
      this.change({ activations: this.state.activations.with(layer, select.value) });
    select.addEventListener("change", choose, { signal });
    this.update.push(() => {
      select.value = this.state.activations[layer] as string;
    });
    return select;
  }
}
