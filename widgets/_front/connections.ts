/** The connections of a network, each with its weight on it as a number that is dragged along. */

import { set, svg, write } from "./dom.ts";
import { between, type Graph, type Point, share, type Wire, wire } from "./graph.ts";
import { clamp, fixed, subscript } from "./numbers.ts";
import { slider } from "./slider.ts";

export interface ConnectionsOptions {
  /** Weights lie between −range and range on the connection; a trained one may lie beyond. */
  range: number;
  /** The weights as they are now: `[layer][to][from]`, `layer` 0 leads from the inputs. */
  weights(): number[][][];
  /** A weight was dragged. */
  change(layer: number, to: number, from: number, value: number): void;
  /** The hand has let go. */
  release?(): void;
  /** A connection was touched, focused or pointed at. */
  touch?(layer: number, to: number, from: number): void;
  /** The element in which the pointer's place is told: the drawing itself. */
  within: Element;
  signal: AbortSignal;
}

interface Connection {
  place: readonly [layer: number, to: number, from: number];
  at: Wire;
  reach: SVGLineElement;
  line: SVGLineElement;
  pill: SVGGElement;
  label: SVGTextElement;
  speak(): void;
  /** What is drawn: most weights are as they were when another one is dragged. */
  drawn: number;
}

const WIDEST = 0.19; // of a node's half size: a dense network has thin lines

export class Connections {
  /** The lines, below the nodes. */
  readonly wires = svg("g", { class: "wires" });
  /** The numbers, above the nodes. */
  readonly pills = svg("g", { class: "pills" });
  private readonly all: Connection[] = [];
  private widest = 7;

  /** `sizes` are the numbers of nodes in each column, the inputs first. */
  constructor(
    sizes: readonly number[],
    private readonly options: ConnectionsOptions,
  ) {
    for (let layer = 0; layer + 1 < sizes.length; layer++)
      for (let to = 0; to < (sizes[layer + 1] as number); to++)
        for (let from = 0; from < (sizes[layer] as number); from++)
          this.all.push(this.make(layer, to, from));
  }

  resize(graph: Graph): void {
    this.widest = Math.max(2.5, WIDEST * graph.radius);
    for (const connection of this.all) {
      connection.at = wire(graph, ...connection.place);
      const [[x1, y1], [x2, y2]] = [connection.at.from, connection.at.to];
      for (const line of [connection.reach, connection.line]) set(line, { x1, y1, x2, y2 });
    }
    for (const connection of this.all) connection.drawn = Number.NaN;
    this.hold();
  }

  /** Draws the weights that the hand holds, or that Python has learnt. */
  hold(): void {
    const weights = this.options.weights();
    for (const connection of this.all) {
      const { place, at, line, pill, label, speak } = connection;
      const [layer, to, from] = place;
      const value = weights[layer]?.[to]?.[from] ?? 0;
      if (value === connection.drawn) continue;
      connection.drawn = value;
      const part = clamp(value / this.options.range, -1, 1);
      set(line, {
        class: value > 0 ? "wire positive" : value < 0 ? "wire negative" : "wire none",
        "stroke-width": (1 + (this.widest - 1) * Math.sqrt(Math.abs(part))).toFixed(1),
      });
      const [x, y] = between(at.low, at.high, (part + 1) / 2);
      set(pill, {
        transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})`,
        "data-sign": Math.sign(value),
      });
      write(label, value > 0 ? `+${fixed(value)}` : fixed(value));
      speak();
    }
  }

  /** Says whose numbers stand on the page all the time; the others come when they are touched. */
  light(lit: (layer: number, to: number, from: number) => boolean): void {
    for (const { place, pill } of this.all) set(pill, { "data-lit": lit(...place) });
  }

  /** Marks connections with a word for the style sheet, such as "frozen"; empty for none. */
  mark(word: (layer: number, to: number, from: number) => string): void {
    for (const { place, line, pill } of this.all) {
      const mark = word(...place) || false;
      for (const node of [line, pill]) set(node, { "data-mark": mark });
    }
  }

  private make(layer: number, to: number, from: number): Connection {
    const { range, signal, within, touch } = this.options;
    const label = svg("text", { class: "pill-text", "text-anchor": "middle", dy: "0.36em" });
    const pill = svg(
      "g",
      { class: "pill weight" },
      svg("circle", { class: "bead", r: 5 }),
      svg("rect", { class: "halo", x: -34, y: -20, width: 68, height: 40, rx: 20 }),
      svg("rect", { class: "body", x: -27, y: -13, width: 54, height: 26, rx: 13 }),
      label,
    );
    const reach = svg("line", { class: "reach" });
    const line = svg("line", { class: "wire none" });
    this.wires.append(line, reach);
    this.pills.append(pill);
    const name = `w${subscript(to + 1)}${subscript(from + 1)}`;
    const nothing: Wire = { from: [0, 0], to: [1, 0], low: [0, 0], high: [1, 0] };
    const connection: Connection = {
      place: [layer, to, from],
      at: nothing,
      reach,
      line,
      pill,
      label,
      speak: () => {},
      drawn: Number.NaN,
    };
    connection.speak = slider(pill, {
      label: `Weight of layer ${layer + 1}, from ${from + 1} to ${to + 1}`,
      low: -range,
      high: range,
      step: 0.1,
      within,
      at: (x, y) => {
        const p: Point = [x, y];
        return (share(p, connection.at.low, connection.at.high) * 2 - 1) * range;
      },
      value: () => this.options.weights()[layer]?.[to]?.[from] ?? 0,
      text: (value) => `${name} = ${fixed(value)}`,
      input: (value) => this.options.change(layer, to, from, value),
      release: () => this.options.release?.(),
      signal,
    });
    // The whole line is a handle: pressed anywhere, it is the number on it that is grasped.
    reach.addEventListener(
      "pointerdown",
      (event) => {
        event.preventDefault();
        pill.dispatchEvent(new PointerEvent("pointerdown", event));
      },
      { signal },
    );
    for (const element of [reach, pill]) {
      element.addEventListener("pointerenter", () => set(pill, { "data-near": true }), { signal });
      element.addEventListener("pointerleave", () => set(pill, { "data-near": false }), { signal });
      element.addEventListener("pointerdown", () => touch?.(layer, to, from), { signal });
    }
    pill.addEventListener("focus", () => touch?.(layer, to, from), { signal });
    return connection;
  }
}
