/** The neurons as circles: the activation inside, and δ once it is known. */

import { set, svg, write } from "../_front/dom.ts";
import { subscript } from "../_front/numbers.ts";
import { type Moment, number, superscript } from "./frames.ts";
import type { Layout } from "./layout.ts";
import type { Picture } from "./state.ts";

interface Neuron {
  column: number;
  index: number;
  node: SVGGElement;
  circle: SVGCircleElement;
  ring: SVGCircleElement;
  /** A thin outline that stays where the colour of a small δ fades. */
  base: SVGCircleElement;
  name: SVGTextElement;
  activation: SVGTextElement;
  delta: SVGTextElement;
}

const text = (name: string) => svg("text", { class: name, "text-anchor": "middle", dy: "0.36em" });

export class Nodes {
  readonly node = svg("g", { class: "nodes" });
  private readonly all: Neuron[] = [];
  private prefix = "δ ";

  constructor(private readonly sizes: readonly number[]) {
    sizes.forEach((size, column) => {
      for (let index = 0; index < size; index++) this.add(column, index);
    });
  }

  private add(column: number, index: number): void {
    const neuron: Neuron = {
      column,
      index,
      node: svg("g", { class: column ? "neuron-node" : "neuron-node input" }),
      ring: svg("circle", { class: "ring" }),
      base: svg("circle", { class: "base" }),
      circle: svg("circle", { class: "soma" }),
      name: text("name"),
      activation: text("activation"),
      delta: text("delta"),
    };
    const { node, ring, base, circle, name, activation, delta } = neuron;
    if (column) node.append(ring, base, circle, activation, delta);
    node.append(name); // an input's number stands on its handle
    this.node.append(node);
    this.all.push(neuron);
    const below = subscript(index + 1);
    write(name, column ? `a${below}${superscript(column)}` : `x${below}`);
  }

  resize({ nodes, radius, delta: where }: Layout): void {
    for (const { column, index, circle, base, ring, name, activation, delta } of this.all) {
      const [x, y] = nodes[column]?.[index] ?? [0, 0];
      set(circle, { cx: x, cy: y, r: radius });
      set(base, { cx: x, cy: y, r: radius + 3 });
      set(ring, { cx: x, cy: y, r: radius + 6 });
      set(activation, { x, y: where === "with" ? y - 0.08 * radius : y });
      const down = { with: 0.42 * radius, below: radius + 16, instead: 0 };
      set(delta, { x, y: y + down[where] });
      set(name, column ? { x, y: y - 0.56 * radius } : { x: 10, y });
    }
    this.node.style.setProperty("--radius", `${radius}px`);
    set(this.node, { "data-delta": where, "data-tiny": radius < 17 });
    this.prefix = where === "below" || radius >= 38 ? "δ " : "";
  }

  /** `colour` gives a δ its colour on the scale. */
  show(picture: Picture, moment: Moment, colour: (value: number) => string): void {
    const { sizes } = this;
    for (const { column, index, node, circle, activation, delta } of this.all) {
      set(node, { "data-now": moment.involves(column, index, sizes.length) });
      if (column === 0) continue;
      const layer = column - 1;
      const values = moment.isNew ? picture.new_activations : picture.activations;
      set(node, { "data-known": moment.knowsActivation(layer, index) });
      write(activation, number(values[layer]?.[index] ?? 0));
      const error = picture.deltas[layer]?.[index] ?? 0;
      const known = moment.knowsDelta(layer, index) && !moment.isNew;
      set(node, { "data-sign": known && Math.sign(error) });
      const text = number(error);
      write(delta, known ? (text.length > 7 ? "" : this.prefix) + text : "");
      circle.style.stroke = known ? colour(error) : "";
    }
  }
}
