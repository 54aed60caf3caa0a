/** The parts that the diagram is made of: draggable numbers, and a row for each input. */

import { set, svg, write } from "../_front/dom.ts";
import { between, type Point } from "../_front/graph.ts";
import { fixed, subscript } from "../_front/numbers.ts";
import type { Layout } from "./geometry.ts";
import { INPUT_RANGE, type State, WEIGHT_RANGE } from "./state.ts";

/** A draggable number on a pill. */
export function pill(name: string): { node: SVGGElement; label: SVGTextElement } {
  const label = svg("text", { class: "pill-text", "text-anchor": "middle", dy: "0.36em" });
  const node = svg(
    "g",
    { class: `pill ${name}` },
    svg("rect", { class: "halo", x: -38, y: -22, width: 76, height: 44, rx: 22 }),
    svg("rect", { class: "body", x: -31, y: -15, width: 62, height: 30, rx: 15 }),
    label,
  );
  return { node, label };
}

/** One input: its track, its node, and its connection with the weight on it. */
export class Row {
  readonly track = svg("line", { class: "track" });
  readonly connection = svg("g", { class: "connection" });
  readonly input = pill("input");
  readonly weight = pill("weight");
  readonly name = svg("text", { class: "name" });
  readonly weightName = svg("text", { class: "name" });
  private readonly line = svg("line");
  private readonly zero = svg("line", { class: "zero" });

  constructor(readonly index: number) {
    this.connection.append(this.line, this.zero);
  }

  /** What lies above the connections, in the order of the Tab key. */
  get handles(): Element[] {
    return [this.input.node, this.weight.node, this.name, this.weightName];
  }

  draw(at: Layout, state: State): void {
    const y = at.rows[this.index] as number;
    const { from, to, low, high } = at.weights[this.index] as Layout["weights"][number];
    const weight = state.weights[this.index] as number;
    const input = state.inputs[this.index] as number;
    set(this.track, { x1: at.left, y1: y, x2: at.right, y2: y });
    const [x1, y1] = [at.right, y];
    set(this.line, {
      x1,
      y1,
      x2: to[0],
      y2: to[1],
      class: weight > 0 ? "positive" : weight < 0 ? "negative" : "none",
      "stroke-width": 2 + 3 * Math.abs(weight),
    });
    const [zx, zy] = between(low, high, 0.5);
    const tilt = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
    set(this.zero, {
      x1: 0,
      y1: -12,
      x2: 0,
      y2: 12,
      transform: `translate(${zx} ${zy}) rotate(${tilt})`,
    });
    place(this.input.node, [
      at.left + ((input + INPUT_RANGE) / (2 * INPUT_RANGE)) * (at.right - at.left),
      y,
    ]);
    write(this.input.label, fixed(input));
    place(this.weight.node, between(low, high, (weight + WEIGHT_RANGE) / (2 * WEIGHT_RANGE)));
    write(this.weight.label, weight > 0 ? `+${fixed(weight)}` : fixed(weight));
    set(this.weight.node, { "data-sign": Math.sign(weight) });
    set(this.name, { x: at.left - 22, y: y - 24 });
    write(this.name, `input x${subscript(this.index + 1)}`);
    const [nx, ny] = between(from, low, 0.6);
    set(this.weightName, { x: nx, y: ny - 16, visibility: to[0] - from[0] < 220 ? "hidden" : "" });
    write(this.weightName, `w${subscript(this.index + 1)}`);
  }
}

export function place(node: SVGElement, [x, y]: Point): void {
  set(node, { transform: `translate(${x.toFixed(2)} ${y.toFixed(2)})` });
}
