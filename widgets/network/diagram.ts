/** The network as a diagram: inputs, neurons with their maps, weights on their connections. */

import { unpack } from "../_front/arrays.ts";
import type { ColourMap } from "../_front/colour.ts";
import { Connections } from "../_front/connections.ts";
import { html, set, svg, write } from "../_front/dom.ts";
import { type Graph, graph, type Point } from "../_front/graph.ts";
import { subscript } from "../_front/numbers.ts";
import { Biases } from "./biases.ts";
import { type Picture, type State, WEIGHT_RANGE } from "./state.ts";
import { NeuronTiles } from "./tiles.ts";

export interface Hand {
  /** A weight is dragged; `from` is −1 for the bias. */
  drag(layer: number, to: number, from: number, value: number): void;
  release(): void;
  choose(layer: number, neuron: number): void;
  touch(layer: number, to: number, from: number): void;
}

const LIT = 4; // connections into a layer, up to which every number is shown

export class Diagram {
  private readonly svg = svg("svg", { class: "diagram", role: "group", "aria-label": "Network" });
  private readonly tiles = new NeuronTiles();
  readonly node = html("div", { class: "diagram-place" }, this.tiles.node, this.svg);
  private readonly connections: Connections;
  private readonly biases: Biases;
  private readonly neurons: { node: SVGGElement; box: SVGRectElement }[][];
  private readonly inputs: { node: SVGGElement; box: SVGRectElement; name: SVGTextElement }[];
  private at: Graph = { nodes: [], radius: 20 };

  constructor(
    readonly sizes: readonly number[],
    private readonly state: State,
    hand: Hand,
    signal: AbortSignal,
  ) {
    this.connections = new Connections(sizes, {
      range: WEIGHT_RANGE,
      weights: () => state.weights,
      change: (...place) => hand.drag(...place),
      release: hand.release,
      touch: (...place) => hand.touch(...place),
      within: this.svg,
      signal,
    });
    this.biases = new Biases(sizes, {
      biases: () => state.biases,
      change: (layer, neuron, value) => hand.drag(layer, neuron, -1, value),
      release: hand.release,
      within: this.svg,
      signal,
    });
    this.inputs = Array.from({ length: sizes[0] as number }, (_, i) => {
      const name = svg("text", { class: "name", "text-anchor": "middle", dy: "0.36em" });
      write(name, `x${subscript(i + 1)}`);
      const box = svg("rect", { class: "input-box" });
      return { node: svg("g", {}, box, name), box, name };
    });
    this.neurons = sizes
      .slice(1)
      .map((size, layer) =>
        Array.from({ length: size }, (_, i) => this.makeNeuron(layer, i, hand, signal)),
      );
    this.svg.append(
      this.connections.wires,
      ...this.inputs.map(({ node }) => node),
      ...this.neurons.flat().map(({ node }) => node),
      this.biases.node,
      this.connections.pills,
    );
  }

  resize(width: number, height: number): void {
    this.at = graph(width, height, this.sizes, { largest: 38, left: 4, right: 64 });
    set(this.svg, { width, height, viewBox: `0 0 ${width} ${height}` });
    this.tiles.resize(width, height);
    const { nodes, radius } = this.at;
    const put = (node: Element, box: Element, [x, y]: Point) => {
      set(node, { transform: `translate(${x} ${y})` });
      set(box, { x: -radius, y: -radius, width: 2 * radius, height: 2 * radius, rx: 6 });
    };
    this.inputs.forEach(({ node, box }, i) => {
      put(node, box, nodes[0]?.[i] as Point);
    });
    this.neurons.forEach((layer, l) => {
      layer.forEach(({ node, box }, i) => {
        put(node, box, nodes[l + 1]?.[i] as Point);
      });
    });
    this.connections.resize(this.at);
    this.biases.resize(this.at);
    this.mark();
  }

  /** Where the columns stand, for what is written above them. */
  get columns(): number[] {
    return this.at.nodes.map((column) => (column[0] as Point)[0]);
  }

  hold(): void {
    this.connections.hold();
    this.biases.hold();
  }

  /** Shows what is chosen, off, frozen. */
  mark(): void {
    const { state, sizes } = this;
    const has = (rows: number[][], ...place: number[]) =>
      rows.some((row) => row.length === place.length && row.every((n, i) => n === place[i]));
    this.neurons.forEach((layer, l) => {
      layer.forEach(({ node }, i) => {
        set(node, {
          "aria-pressed": String(has(state.chosen, l, i)),
          "data-off": has(state.off, l, i),
        });
      });
    });
    this.connections.mark((...place) => (has(state.frozen, ...place) ? "frozen" : ""));
    this.connections.light(
      (layer, to) =>
        (sizes[layer] as number) * (sizes[layer + 1] as number) <= LIT ||
        has(state.chosen, layer, to),
    );
  }

  /** Paints every neuron's map. */
  derive(picture: Picture, map: ColourMap): void {
    const [, side] = picture.tiles.shape as [number, number, number];
    const off = new Set(this.state.off.map((place) => place.join()));
    const faint = this.neurons.flatMap((layer, l) => layer.map((_, i) => off.has(`${l},${i}`)));
    this.tiles.draw(unpack(picture.tiles), side, this.at, map, faint);
  }

  private makeNeuron(layer: number, index: number, hand: Hand, signal: AbortSignal) {
    const output = layer === this.sizes.length - 2;
    const box = svg("rect", { class: "neuron-box" });
    const name = output ? `Output ${index + 1}` : `Neuron ${index + 1} of layer ${layer + 1}`;
    const node = svg(
      "g",
      { class: "neuron-node", role: "button", tabindex: 0, "aria-label": name },
      svg("title", {}, `${name}: click to see its map large`),
      box,
    );
    const choose = () => hand.choose(layer, index);
    node.addEventListener("click", choose, { signal });
    node.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        choose();
      },
      { signal },
    );
    return { node, box };
  }
}
