/** The network as a diagram: inputs on their tracks, weights on their connections, neurons. */

import type { ColourMap } from "../_front/colour.ts";
import { Connections } from "../_front/connections.ts";
import { set, svg } from "../_front/dom.ts";
import { graph, type Point } from "../_front/graph.ts";
import { clamp, fixed, subscript } from "../_front/numbers.ts";
import { slider } from "../_front/slider.ts";
import { Bias, Input, Neuron } from "./parts.ts";
import {
  type Change,
  INPUT_RANGE,
  type Picture,
  type State,
  sizesOf,
  WEIGHT_RANGE,
} from "./state.ts";

const BELOW = 32; // what a bias takes below its neuron

export class Diagram {
  readonly node = svg("svg", { class: "diagram", role: "group", "aria-label": "The network" });
  private readonly connections: Connections;
  private readonly inputs: Input[];
  private readonly neurons: Neuron[][];
  private readonly biases: Bias[][];
  private readonly speak: (() => void)[] = [];
  private readonly sizes: number[];
  private rows: Point[] = [];

  constructor(
    private readonly state: State,
    private readonly change: Change,
    private readonly map: () => ColourMap,
    private readonly signal: AbortSignal,
  ) {
    this.sizes = sizesOf(state);
    this.connections = new Connections(this.sizes, {
      range: WEIGHT_RANGE,
      weights: () => state.weights,
      change: (layer, to, from, value) =>
        change({ weights: replaced(state.weights, layer, to, from, value) }),
      touch: (layer, to) => this.choose(layer, to),
      within: this.node,
      signal,
    });
    this.inputs = state.inputs.map((_, i) => this.makeInput(i));
    this.neurons = state.weights.map((layer, l) => layer.map((_, i) => this.makeNeuron(l, i)));
    this.biases = state.weights.map((layer, l) => layer.map((_, i) => this.makeBias(l, i)));
    this.node.append(
      this.connections.wires,
      ...this.inputs.flatMap(({ name, node }) => [name, node]),
      ...this.neurons.flat().map(({ node }) => node),
      this.connections.pills,
      ...this.biases.flat().map(({ whole }) => whole),
    );
  }

  /** Whether it can draw the state: another shape needs another drawing. */
  get fits(): boolean {
    return String(sizesOf(this.state)) === String(this.sizes);
  }

  /** The heights at which the outputs stand. */
  get outputs(): number[] {
    return this.rows.map(([, y]) => y);
  }

  /** Fits the drawing to a place of that many pixels. */
  resize(width: number, height: number): void {
    const left = clamp(width * 0.17, 56, 150);
    const tall = height - BELOW / 2; // the lowest bias hangs below its neuron
    const neurons = Math.max(...this.sizes.slice(1));
    const room = Math.min(tall / (this.sizes[0] as number) - 8, tall / neurons - BELOW);
    const largest = clamp(room / 2, 20, 42);
    const at = graph(width, tall, this.sizes, { largest, left: left + 36, right: 34 });
    set(this.node, { width, height, viewBox: `0 0 ${width} ${height}` });
    this.connections.resize(at);
    const [inputs, ...layers] = at.nodes as [Point[], ...Point[][]];
    for (const [i, input] of this.inputs.entries()) input.move(inputs[i] as Point, at.radius);
    for (const [l, layer] of layers.entries())
      for (const [i, point] of layer.entries()) {
        this.neurons[l]?.[i]?.move(point, at.radius);
        this.biases[l]?.[i]?.move(point, at.radius);
      }
    const gap = Math.min(tall / neurons, 4.5 * at.radius);
    const roomy = gap >= 2 * at.radius + BELOW && width / this.sizes.length > 120;
    set(this.node, { "data-roomy": roomy });
    this.rows = layers.at(-1) ?? [];
    this.hold();
  }

  /** Draws what the hand holds: handles, connections, the chosen neuron. */
  hold(): void {
    const { state } = this;
    const map = this.map();
    const [layer, neuron] = state.chosen;
    this.connections.hold();
    this.connections.light((l, to) => l === layer - 1 && to === neuron - 1);
    for (const [i, input] of this.inputs.entries()) input.show(state.inputs[i] as number, map);
    for (const [l, row] of this.neurons.entries())
      for (const [i, { node }] of row.entries()) {
        const chosen = l === layer - 1 && i === neuron - 1;
        set(node, { "aria-pressed": String(chosen) });
        const bias = this.biases[l]?.[i] as Bias;
        bias.show(state.biases[l]?.[i] as number);
        set(bias.whole, { "data-lit": chosen });
      }
    for (const speak of this.speak) speak();
  }

  /** Draws what Python made of it. */
  derive({ activations }: Picture): void {
    const map = this.map();
    for (const [l, row] of this.neurons.entries())
      for (const [i, neuron] of row.entries()) neuron.show(activations[l]?.[i] as number, map);
  }

  private choose(layer: number, neuron: number): void {
    const [l, n] = this.state.chosen;
    if (l !== layer + 1 || n !== neuron + 1) this.change({ chosen: [layer + 1, neuron + 1] });
  }

  private makeInput(i: number): Input {
    const { state } = this;
    const input = new Input(i);
    this.speak.push(
      slider(input.node, {
        label: `Input ${i + 1}`,
        low: -INPUT_RANGE,
        high: INPUT_RANGE,
        step: 0.1,
        within: this.node,
        at: (x) => ((x - input.left) / (input.right - input.left)) * 2 * INPUT_RANGE - INPUT_RANGE,
        value: () => state.inputs[i] as number,
        text: (value) => `x${subscript(i + 1)} = ${fixed(value)}`,
        input: (value) => this.change({ inputs: state.inputs.with(i, value) }),
        signal: this.signal,
      }),
    );
    return input;
  }

  private makeNeuron(layer: number, index: number): Neuron {
    const neuron = new Neuron(layer, index);
    const { node } = neuron;
    const choose = () => this.choose(layer, index);
    node.addEventListener("click", choose, { signal: this.signal });
    node.addEventListener("focus", choose, { signal: this.signal });
    return neuron;
  }

  private makeBias(layer: number, index: number): Bias {
    const { state } = this;
    const bias = new Bias();
    this.speak.push(
      slider(bias.node, {
        label: `Bias of layer ${layer + 1}, neuron ${index + 1}`,
        low: -WEIGHT_RANGE,
        high: WEIGHT_RANGE,
        step: 0.1,
        within: this.node,
        at: (x) => bias.valueAt(x),
        value: () => state.biases[layer]?.[index] as number,
        text: (value) => `b${subscript(index + 1)} = ${fixed(value)}`,
        input: (value) => {
          const row = (state.biases[layer] as number[]).with(index, value);
          this.change({ biases: state.biases.with(layer, row) });
        },
        signal: this.signal,
      }),
    );
    const choose = () => this.choose(layer, index);
    bias.node.addEventListener("pointerdown", choose, { signal: this.signal });
    bias.node.addEventListener("focus", choose, { signal: this.signal });
    return bias;
  }
}

/** The same weights but for one. */
function replaced(
  weights: number[][][],
  layer: number,
  to: number,
  from: number,
  value: number,
): number[][][] {
  const rows = weights[layer] as number[][];
  return weights.with(layer, rows.with(to, (rows[to] as number[]).with(from, value)));
}
