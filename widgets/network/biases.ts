/** The biases: a bead beside each neuron, on a short upright track. */

import { set, svg, write } from "../_front/dom.ts";
import type { Graph, Point } from "../_front/graph.ts";
import { clamp, fixed } from "../_front/numbers.ts";
import { slider } from "../_front/slider.ts";
import { WEIGHT_RANGE } from "./state.ts";

export interface BiasesOptions {
  biases(): number[][];
  change(layer: number, neuron: number, value: number): void;
  release(): void;
  within: Element;
  signal: AbortSignal;
}

interface Bead {
  place: readonly [layer: number, neuron: number];
  node: SVGGElement;
  label: SVGTextElement;
  track: SVGLineElement;
  at: Point;
  reach: number;
  speak(): void;
  drawn: number;
}

export class Biases {
  readonly node = svg("g", { class: "biases" });
  private readonly beads: Bead[] = [];

  constructor(
    sizes: readonly number[],
    private readonly options: BiasesOptions,
  ) {
    sizes.slice(1).forEach((size, layer) => {
      for (let neuron = 0; neuron < size; neuron++) this.beads.push(this.make(layer, neuron));
    });
    for (const { track } of this.beads) this.node.append(track);
    for (const { node } of this.beads) this.node.append(node);
  }

  resize({ nodes, radius }: Graph): void {
    for (const bead of this.beads) {
      const [layer, neuron] = bead.place;
      const [x, y] = (nodes[layer + 1] as Point[])[neuron] as Point;
      bead.at = [x + radius + 6, y];
      bead.reach = radius - 4;
      set(bead.track, {
        x1: bead.at[0],
        x2: bead.at[0],
        y1: y - bead.reach,
        y2: y + bead.reach,
      });
    }
    for (const bead of this.beads) bead.drawn = Number.NaN;
    this.hold();
  }

  hold(): void {
    const biases = this.options.biases();
    for (const bead of this.beads) {
      const { place, node, label, at, reach, speak } = bead;
      const value = biases[place[0]]?.[place[1]] ?? 0;
      if (value === bead.drawn) continue;
      bead.drawn = value;
      const y = at[1] - clamp(value / WEIGHT_RANGE, -1, 1) * reach;
      set(node, {
        transform: `translate(${at[0].toFixed(1)} ${y.toFixed(1)})`,
        "data-sign": Math.sign(value),
      });
      write(label, `b ${value > 0 ? "+" : ""}${fixed(value)}`);
      speak();
    }
  }

  private make(layer: number, neuron: number): Bead {
    const { signal, within } = this.options;
    const label = svg("text", { class: "bias-text", x: 12, dy: "0.36em" });
    const node = svg(
      "g",
      { class: "bias" },
      svg("circle", { class: "halo", r: 14 }),
      svg("circle", { class: "body", r: 5.5 }),
      label,
    );
    const bead: Bead = {
      place: [layer, neuron],
      node,
      label,
      track: svg("line", { class: "bias-track" }),
      at: [0, 0],
      reach: 1,
      speak: () => {},
      drawn: Number.NaN,
    };
    bead.speak = slider(node, {
      label: `Bias of neuron ${neuron + 1} in layer ${layer + 1}`,
      low: -WEIGHT_RANGE,
      high: WEIGHT_RANGE,
      step: 0.1,
      within,
      at: (_, y) => ((bead.at[1] - y) / bead.reach) * WEIGHT_RANGE,
      value: () => this.options.biases()[layer]?.[neuron] ?? 0,
      text: (value) => `b = ${fixed(value)}`,
      input: (value) => this.options.change(layer, neuron, value),
      release: this.options.release,
      signal,
    });
    return bead;
  }
}
