/** The gradients on their connections, and what flows along those that take part in a frame. */

import { set, svg, write } from "../_front/dom.ts";
import { between, type Point, wire } from "../_front/graph.ts";
import { type Kind, type Moment, number } from "./frames.ts";
import type { Layout } from "./layout.ts";

interface Gradient {
  place: readonly [layer: number, to: number, source: number];
  line: SVGLineElement;
  pulse: SVGLineElement;
  label: SVGTextElement;
}

const FEW = 12; // connections whose numbers all have room
const DEEP = 3; // layers in which gradients begin to vanish
const FLOWS: Kind[] = ["forward", "delta", "weight"];

export class Gradients {
  /** Below the nodes. */
  readonly lines = svg("g", { class: "gradients" });
  /** Above everything but the handles. */
  readonly labels = svg("g", { class: "gradient-labels" });
  private readonly all: Gradient[] = [];
  private readonly steepest: SVGTextElement[] = [];
  private readonly steepestName = svg("text", { x: 0 });
  private tight = false;
  private room = true;

  constructor(sizes: readonly number[]) {
    if (sizes.length > DEEP)
      this.steepest = sizes.slice(1).map(() => svg("text", { "text-anchor": "middle" }));
    this.labels.append(this.steepestName, ...this.steepest);
    for (let layer = 0; layer + 1 < sizes.length; layer++)
      for (let to = 0; to < (sizes[layer + 1] as number); to++)
        for (let source = 0; source < (sizes[layer] as number); source++) {
          const line = svg("line", { class: "gradient" });
          const pulse = svg("line", { class: "pulse", pathLength: 1 });
          const label = svg("text", {
            class: "gradient-text",
            "text-anchor": "middle",
            dy: "0.36em",
          });
          this.lines.append(line, pulse);
          this.labels.append(label);
          this.all.push({ place: [layer, to, source], line, pulse, label });
        }
  }

  resize(at: Layout, height: number): void {
    this.tight = at.tight;
    this.room = at.room;
    set(this.steepestName, { y: height - 30 });
    this.steepest.forEach((label, layer) => {
      const [from, to] = [at.nodes[layer]?.[0], at.nodes[layer + 1]?.[0]] as [Point, Point];
      set(label, { x: (from[0] + to[0]) / 2, y: height - 30 });
    });
    for (const { place, line, pulse, label } of this.all) {
      const { from, to } = wire(at, ...place);
      const ends = { x1: from[0], y1: from[1], x2: to[0], y2: to[1] };
      for (const one of [line, pulse]) set(one, ends);
      const [x, y] = between(from, to, at.tight ? 0.5 : 0.75);
      set(label, { x, y: at.tight ? y + 26 : y }); // below the weight where it cannot stand beside
    }
  }

  show(values: number[][][], moment: Moment, colour: (value: number) => string): void {
    const [kind] = moment.frame;
    for (const { place, line, pulse, label } of this.all) {
      const [layer, to, source] = place;
      const value = values[layer]?.[to]?.[source] ?? 0;
      const known = moment.knowsGradient(...place) && moment.isBack(layer);
      const uses = moment.uses(...place);
      line.style.stroke = known ? colour(value) : "";
      set(line, { "data-known": known, "data-now": uses && FLOWS.includes(kind) });
      const says = known && this.room && ((this.all.length <= FEW && !this.tight) || uses);
      write(label, says ? number(value) : "");
      set(label, { "data-sign": Math.sign(value) });
      set(pulse, { "data-flow": uses && moment.flow });
    }
    this.steepest.forEach((label, layer) => {
      const table = values[layer] ?? [];
      const known =
        moment.isBack(layer) &&
        table.every((row, j) => row.every((_, k) => moment.knowsGradient(layer, j, k)));
      const most = Math.max(...table.flat().map(Math.abs));
      write(label, known ? `≤ ${number(most)}` : "");
    });
    write(this.steepestName, this.steepest.some((label) => label.textContent) ? "|∂C/∂w|" : "");
  }
}
