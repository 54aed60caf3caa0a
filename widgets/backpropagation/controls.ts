/** The row above the stage: the network's shape, activation, loss, learning rate. */

import { html, write } from "../_front/dom.ts";
import { clamp, short } from "../_front/numbers.ts";
import { slider } from "../_front/slider.ts";
import { type Change, LOGITS, type State } from "./state.ts";

const ACTIVATIONS = ["sigmoid", "tanh", "relu", "leaky_relu", "identity"];
const LOSSES = [
  ["half_squared_error", "½ squared error"],
  ["mse_loss", "mean squared error"],
  [LOGITS, "binary cross-entropy"],
] as const;
const RATES = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10];
const MOST = 5;

/** What goes back to the beginning when the network is another one. */
const anew = (): Partial<State> => ({
  weights: [], // which asks Python to draw them
  biases: [],
  rounds: 0,
  step: 0,
  guess: "",
  revealed: false,
});

function choice(
  label: string,
  options: readonly (readonly [value: string, text: string])[],
  choose: (value: string) => void,
  signal: AbortSignal,
): HTMLSelectElement {
  const items = options.map(([value, text]) => html("option", { value }, text));
  const select = html("select", { "aria-label": label }, ...items);
  select.addEventListener("change", () => choose(select.value), { signal });
  return select;
}

const counts = Array.from({ length: MOST }, (_, i) => [`${i + 1}`, `${i + 1}`] as const);

export class Controls {
  readonly node = html("div", { class: "controls" });
  private readonly layers: HTMLSelectElement;
  private readonly activation: HTMLSelectElement;
  private readonly loss: HTMLSelectElement;
  private readonly knob = html("div", { class: "knob" });
  private readonly rate = html("output", { class: "rate-value" });
  private readonly speak: () => void;

  constructor(
    private readonly state: State,
    change: Change,
    signal: AbortSignal,
  ) {
    this.layers = choice(
      "Layers",
      counts,
      (value) => {
        const wanted = Number(value) + 1;
        const { sizes } = state;
        const hidden = sizes.slice(1, -1);
        while (hidden.length < wanted - 2) hidden.push(hidden.at(-1) ?? 2);
        const next = [sizes[0] as number, ...hidden.slice(0, wanted - 2), sizes.at(-1) as number];
        change({ sizes: next, ...anew() });
      },
      signal,
    );
    const names = ACTIVATIONS.map((name) => [name, name.replace("_", " ")] as const);
    this.activation = choice("Activation", names, (activation) => change({ activation }), signal);
    this.loss = choice(
      "Loss",
      LOSSES,
      (loss) => {
        const targets = state.targets.map((t) => (loss === LOGITS ? clamp(t, 0, 1) : t));
        change({ loss, targets });
      },
      signal,
    );
    const draw = html("button", { type: "button" }, "New weights");
    draw.addEventListener("click", () => change({ seed: state.seed + 1, ...anew() }), { signal });

    const track = html("div", { class: "rate-track" }, this.knob);
    const last = RATES.length - 1;
    this.speak = slider(this.knob, {
      label: "Learning rate",
      low: 0,
      high: last,
      step: 1,
      within: track,
      at: (x) => (x / track.clientWidth) * last,
      value: () => nearest(state.learning_rate),
      text: () => `η = ${short(state.learning_rate)}`,
      input: (value) => {
        const learning_rate = RATES[Math.round(value)] as number;
        if (learning_rate !== state.learning_rate) change({ learning_rate });
      },
      signal,
    });
    const control = (name: string, ...nodes: HTMLElement[]) =>
      html("span", { class: "control" }, html("span", {}, name), ...nodes);
    this.node.append(
      control("Layers", this.layers),
      control("Activation", this.activation),
      control("Loss", this.loss),
      control("Learning rate η", track, this.rate),
      draw,
    );
  }

  hold(): void {
    const { state } = this;
    this.layers.value = String(state.sizes.length - 1);
    this.activation.value = state.activation;
    this.loss.value = state.loss;
    this.knob.style.left = `${(nearest(state.learning_rate) / (RATES.length - 1)) * 100}%`;
    write(this.rate, short(state.learning_rate));
    this.speak();
  }
}

/** Where a learning rate lies on the ladder. */
function nearest(rate: number): number {
  const away = RATES.map((one) => Math.abs(Math.log(one / rate)));
  return away.indexOf(Math.min(...away));
}

/** The names of the columns, each with the number of its neurons. */
export class Columns {
  readonly node = html("div", { class: "columns" });
  private readonly heads: HTMLElement[];

  constructor(state: State, change: Change, signal: AbortSignal) {
    const last = state.sizes.length - 1;
    this.heads = state.sizes.map((size, column) => {
      const name = column === 0 ? "inputs" : column === last ? "outputs" : `layer ${column}`;
      const label = column === 0 ? "Number of inputs" : `Neurons of layer ${column}`;
      const select = choice(
        label,
        counts,
        (value) => change({ sizes: state.sizes.with(column, Number(value)), ...anew() }),
        signal,
      );
      select.value = String(size);
      return html("label", { class: "column" }, html("span", {}, name), select);
    });
    this.node.append(...this.heads);
  }

  /** Puts each name above its column. */
  resize(places: number[]): void {
    this.heads.forEach((head, i) => {
      head.style.left = `${places[i] ?? 0}px`;
    });
  }
}
