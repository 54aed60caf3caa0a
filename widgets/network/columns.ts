/** What stands above the diagram: layers and neurons are added and taken away in place. */

import { ACTIVATIONS } from "../_front/activations.ts";
import { html, set, write } from "../_front/dom.ts";
import { MOST_LAYERS, MOST_NEURONS, type State } from "./state.ts";

/** A button that shows − or + and says what it does. */
function stepper(sign: string, label: string, press: () => void, signal: AbortSignal) {
  const button = html(
    "button",
    { type: "button", class: "stepper", "aria-label": label, title: label },
    sign,
  );
  button.addEventListener("click", press, { signal });
  return button;
}

/** The choice of an activation; `mixed` where the neurons of a layer differ. */
export function activationChoice(
  label: string,
  choose: (name: string) => void,
  signal: AbortSignal,
): { node: HTMLSelectElement; show(name: string | string[]): void } {
  const node = html("select", { "aria-label": label });
  for (const name of ACTIVATIONS)
    node.append(html("option", { value: name }, name.replace("_", " ")));
  const mixed = html("option", { value: "", disabled: true }, "mixed");
  node.append(mixed);
  node.addEventListener("change", () => choose(node.value), { signal });
  return {
    node,
    show(name) {
      node.value = typeof name === "string" ? name : "";
    },
  };
}

export class Layers {
  /** "Hidden layers − 2 +", for the diagram's head. */
  readonly node: HTMLElement;
  private readonly fewer: HTMLButtonElement;
  private readonly more: HTMLButtonElement;
  private readonly count = html("span", { class: "count" });

  constructor(
    private readonly state: State,
    change: (part: Partial<State>) => void,
    signal: AbortSignal,
  ) {
    this.fewer = stepper(
      "−",
      "Take the last hidden layer away",
      () => change({ neurons: state.neurons.slice(0, -1) }),
      signal,
    );
    this.more = stepper(
      "+",
      "Add a hidden layer",
      () => change({ neurons: [...state.neurons, 2] }),
      signal,
    );
    this.node = html(
      "span",
      { class: "control layers" },
      "Hidden layers",
      this.fewer,
      this.count,
      this.more,
    );
  }

  hold(): void {
    const { length } = this.state.neurons;
    write(this.count, String(length));
    set(this.fewer, { disabled: length === 0 });
    set(this.more, { disabled: length === MOST_LAYERS });
  }
}

/** The heads of the columns: neurons − 4 +, and their activation. */
export class Columns {
  readonly node = html("div", { class: "columns" });
  private readonly heads: { node: HTMLElement; hold(): void }[];

  constructor(state: State, change: (part: Partial<State>) => void, signal: AbortSignal) {
    const inputs = html("div", { class: "column" }, html("span", {}, "inputs"));
    const output = html("div", { class: "column" }, html("span", {}, "output"));
    const hidden = state.neurons.map((_, layer) => {
      const resize = (by: number) =>
        change({ neurons: state.neurons.with(layer, (state.neurons[layer] as number) + by) });
      const fewer = stepper("−", `One neuron less in layer ${layer + 1}`, () => resize(-1), signal);
      const more = stepper("+", `One neuron more in layer ${layer + 1}`, () => resize(1), signal);
      const activation = activationChoice(
        `Activation of layer ${layer + 1}`,
        (name) => {
          const names = state.neurons.map((_, i) => state.activations[i] ?? name); // a layer may be new
          change({ activations: names.with(layer, name) });
        },
        signal,
      );
      const count = html("span", { class: "count" });
      const steps = html("span", { class: "steps" }, fewer, count, more);
      return {
        node: html("div", { class: "column" }, steps, activation.node),
        hold: () => {
          const size = state.neurons[layer];
          if (size === undefined) return; // the layer goes as soon as Python has taken it away
          write(count, String(size));
          set(fewer, { disabled: size === 1 });
          set(more, { disabled: size === MOST_NEURONS });
          activation.show(state.activations[layer] as string | string[]);
        },
      };
    });
    const still = (node: HTMLElement) => ({ node, hold: () => {} });
    this.heads = [still(inputs), ...hidden, still(output)];
    this.node.append(...this.heads.map((head) => head.node));
  }

  /** Stands above the diagram's columns. */
  resize(xs: readonly number[]): void {
    const apart = (xs[1] as number) - (xs[0] as number);
    this.node.style.setProperty("--apart", `${Math.floor(apart)}px`);
    this.heads.forEach(({ node }, i) => {
      node.style.left = `${xs[i]}px`;
    });
    this.hold();
  }

  hold(): void {
    for (const head of this.heads) head.hold();
  }
}
