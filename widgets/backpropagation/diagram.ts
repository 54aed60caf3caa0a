/** The network as a diagram: numbers to drag, and what the present frame does with them. */

import { type ColourMap, colourAt } from "../_front/colour.ts";
import { Connections } from "../_front/connections.ts";
import { set, svg } from "../_front/dom.ts";
import { subscript } from "../_front/numbers.ts";
import type { Moment } from "./frames.ts";
import { Gradients } from "./gradients.ts";
import { Handle } from "./handle.ts";
import { type Layout, layout } from "./layout.ts";
import { Nodes } from "./nodes.ts";
import {
  type Change,
  INPUT_RANGE,
  LOGITS,
  type Picture,
  type State,
  WEIGHT_RANGE,
} from "./state.ts";

const FEW = 12; // weights that can all be read at once

/** The weights and biases that the page shows, and how they are changed. */
export interface Held {
  weights(): number[][][];
  biases(): number[][];
  change(part: Partial<State>): void;
  touch(layer: number, to: number, source: number): void;
}

export class Diagram {
  readonly node = svg("svg", { class: "diagram", role: "group", "aria-label": "The network" });
  private readonly connections: Connections;
  private readonly gradients: Gradients;
  private readonly nodes: Nodes;
  private readonly inputs: Handle[];
  private readonly biases: Handle[][];
  private readonly targets: Handle[];
  private readonly handles = svg("g", { class: "handles" });
  private readonly several: boolean;
  private tight = false;

  constructor(
    private readonly sizes: readonly number[],
    state: State,
    change: Change,
    held: Held,
    private readonly signal: AbortSignal,
  ) {
    const weights = sizes.slice(1).reduce((sum, n, i) => sum + n * (sizes[i] as number), 0);
    this.several = weights > FEW;
    this.connections = new Connections(sizes, {
      range: WEIGHT_RANGE,
      weights: held.weights,
      change: (layer, to, source, value) => {
        const all = held.weights();
        const table = all[layer] as number[][];
        const row = (table[to] as number[]).with(source, value);
        held.change({ weights: all.with(layer, table.with(to, row)), biases: held.biases() });
      },
      touch: held.touch,
      within: this.node,
      signal,
    });
    this.gradients = new Gradients(sizes);
    this.nodes = new Nodes(sizes);
    this.inputs = Array.from({ length: sizes[0] as number }, (_, i) =>
      this.handle(`Input ${i + 1}`, `x${subscript(i + 1)}`, "", {
        low: () => -INPUT_RANGE,
        high: INPUT_RANGE,
        value: () => state.inputs[i] ?? 0,
        input: (value) => change({ inputs: state.inputs.with(i, value) }),
      }),
    );
    this.biases = sizes.slice(1).map((size, layer) =>
      Array.from({ length: size }, (_, j) =>
        this.handle(`Bias of layer ${layer + 1}, neuron ${j + 1}`, `b${subscript(j + 1)}`, "b", {
          low: () => -WEIGHT_RANGE,
          high: WEIGHT_RANGE,
          value: () => held.biases()[layer]?.[j] ?? 0,
          input: (value) => {
            const all = held.biases();
            const row = (all[layer] as number[]).with(j, value);
            held.change({ biases: all.with(layer, row), weights: held.weights() });
          },
        }),
      ),
    );
    this.targets = Array.from({ length: sizes.at(-1) as number }, (_, i) =>
      this.handle(`Target ${i + 1}`, `t${subscript(i + 1)}`, `t${subscript(i + 1)}`, {
        low: () => (state.loss === LOGITS ? 0 : -INPUT_RANGE),
        high: state.loss === LOGITS ? 1 : INPUT_RANGE,
        value: () => state.targets[i] ?? 0,
        input: (value) => change({ targets: state.targets.with(i, value) }),
      }),
    );
    this.handles.append(
      ...[...this.inputs, ...this.biases.flat(), ...this.targets].map((h) => h.node),
    );
    for (const { node } of this.biases.flat()) set(node, { "data-hides": true });
    const { connections, gradients, nodes, handles } = this;
    this.node.append(connections.wires, gradients.lines, nodes.node, gradients.labels);
    this.node.append(handles, connections.pills);
  }

  private handle(
    label: string,
    symbol: string,
    name: string,
    rest: Pick<ConstructorParameters<typeof Handle>[0], "low" | "high" | "value" | "input">,
  ): Handle {
    return new Handle({ label, symbol, name, ...rest, within: this.node, signal: this.signal });
  }

  /** Fits the drawing to a place; returns where its columns stand. */
  resize(width: number, height: number): number[] {
    const at: Layout = layout(width, height, this.sizes);
    set(this.node, { width, height, viewBox: `0 0 ${width} ${height}` });
    this.connections.resize(at);
    this.gradients.resize(at, height);
    this.nodes.resize(at);
    at.inputs.forEach((track, i) => {
      this.inputs[i]?.resize(track);
    });
    at.targets.forEach((track, i) => {
      this.targets[i]?.resize(track);
    });
    at.biases.forEach((column, layer) => {
      column.forEach((track, j) => {
        this.biases[layer]?.[j]?.resize(track);
      });
    });
    this.tight = at.tight;
    set(this.handles, { "data-roomy": at.roomy, "data-tight": at.tight || !at.roomy });
    return at.nodes.map((column) => column[0]?.[0] ?? 0);
  }

  /** Draws what the hand holds. */
  hold(): void {
    this.connections.hold();
    for (const handle of [...this.inputs, ...this.biases.flat(), ...this.targets]) handle.hold();
  }

  /** Draws what Python made of it, at a moment of the film. */
  derive(picture: Picture, moment: Moment, map: ColourMap, largest: number): void {
    const colour = (value: number) => colourAt(map, value, -largest, largest);
    this.nodes.show(picture, moment, colour);
    this.gradients.show(picture.weight_gradients, moment, colour);
    const [kind] = moment.frame;
    this.connections.light(
      (...place) =>
        !(this.several || this.tight) ||
        (kind !== "new" && !(this.several && kind === "update") && moment.uses(...place)),
    );
    this.connections.mark((layer) => (moment.isBack(layer) ? "quiet" : ""));
    this.inputs.forEach((handle, i) => {
      set(handle.node, { "data-now": moment.involves(0, i, this.sizes.length) });
    });
    this.targets.forEach((handle) => {
      set(handle.node, { "data-now": kind === "error" || kind === "start" || kind === "new" });
    });
    this.biases.forEach((column, layer) => {
      column.forEach((handle, j) => {
        set(handle.node, { "data-now": moment.usesBias(layer, j) });
      });
    });
    set(this.node, { "data-kind": kind });
    this.hold();
  }
}
