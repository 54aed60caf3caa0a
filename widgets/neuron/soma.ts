/** The neuron's body: its activation curve with the present point on it, and its output. */

import { set, svg, write } from "../_front/dom.ts";
import type { Point } from "../_front/graph.ts";
import { clamp, fixed } from "../_front/numbers.ts";
import type { Layout } from "./geometry.ts";
import type { Picture } from "./state.ts";

const INSIDE = 0.68; // the share of the body's radius that the curve takes

export class Soma {
  private readonly axon = svg("line", { class: "axon" });
  private readonly stem = svg("line", { class: "axon stem" });
  private readonly body = svg("circle", { class: "soma" });
  private readonly axis = svg("path", { class: "axis" });
  private readonly curve = svg("path", { class: "curve" });
  private readonly dot = svg("circle", { class: "dot", r: 5 });
  private readonly lamp = svg("circle", { class: "lamp" });
  private readonly output = svg("text", {
    class: "output-text",
    "text-anchor": "middle",
    dy: "0.36em",
  });
  readonly nodes = [
    this.stem,
    this.axon,
    this.body,
    this.axis,
    this.curve,
    this.dot,
    this.lamp,
    this.output,
  ];

  resize({ neuron, output, bias }: Layout): void {
    const { x, y, r } = neuron;
    set(this.body, { cx: x, cy: y, r });
    const size = r * INSIDE;
    set(this.axis, { d: `M${x - size},${y}h${2 * size}M${x},${y - size}v${2 * size}` });
    set(this.axon, { x1: x + r, y1: y, x2: output.x - output.r, y2: y });
    set(this.stem, { x1: x, y1: y + r, x2: x, y2: bias.y - 15 });
    set(this.lamp, { cx: output.x, cy: output.y, r: output.r });
    set(this.output, { x: output.x, y: output.y });
  }

  /** Draws the activation curve, `(2, n)` values of z and a, and where on it the neuron is. */
  derive({ neuron }: Layout, picture: Picture, curve: Float32Array, lamp: string): void {
    const half = curve.length / 2;
    const size = neuron.r * INSIDE;
    const widest = Math.max(...curve.subarray(0, half).map(Math.abs));
    const tallest = Math.max(1, ...curve.subarray(half).map(Math.abs));
    const at = (z: number, a: number): Point => [
      neuron.x + size * clamp(z / widest, -1, 1),
      neuron.y - size * clamp(a / tallest, -1, 1),
    ];
    const points = Array.from({ length: half }, (_, i) =>
      at(curve[i] as number, curve[half + i] as number).map((v) => v.toFixed(1)),
    );
    set(this.curve, { d: `M${points.join("L")}` });
    const [cx, cy] = at(picture.z, picture.output);
    set(this.dot, { cx, cy });
    set(this.lamp, { fill: lamp, class: picture.fires ? "lamp on" : "lamp" });
    write(this.output, fixed(picture.output));
  }
}
