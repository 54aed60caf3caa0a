/** The nodes of the diagram: an input on its track, a neuron, a bias. */

import { type ColourMap, colourAt } from "../_front/colour.ts";
import { set, svg, write } from "../_front/dom.ts";
import type { Point } from "../_front/graph.ts";
import { fixed, subscript } from "../_front/numbers.ts";
import { INPUT_RANGE, WEIGHT_RANGE } from "./state.ts";

const PALE = 1.7; // a full colour lies beyond ±1: the number on it stays readable

/** A circle with a number, filled by its sign and amount. */
class Circle {
  readonly circle = svg("circle", { class: "body" });
  readonly halo = svg("circle", { class: "halo" });
  readonly number = svg("text", { class: "value", "text-anchor": "middle", dy: "0.36em" });

  move([cx, cy]: Point, r: number): void {
    set(this.circle, { cx, cy, r });
    set(this.halo, { cx, cy, r: r + 7 });
    set(this.number, { x: cx, y: cy, style: `font-size: ${Math.max(10, r * 0.56).toFixed(1)}px` });
  }

  show(value: number, map: ColourMap): void {
    write(this.number, fixed(value));
    set(this.circle, { fill: colourAt(map, value, -PALE, PALE) });
  }
}

export class Input {
  readonly track = svg("line", { class: "track" });
  readonly knob = svg("circle", { class: "knob body", r: 9 });
  readonly glow = svg("circle", { class: "halo", r: 20 });
  readonly name = svg("text", { class: "name", dy: "0.36em" });
  private readonly at = new Circle();
  readonly node = svg(
    "g",
    { class: "input" },
    this.track,
    this.glow,
    this.knob,
    this.at.halo,
    this.at.circle,
    this.at.number,
  );
  private y = 0;
  /** Where the knob stands for the lowest and the highest input. */
  left = 0;
  right = 1;

  constructor(index: number) {
    write(this.name, `x${subscript(index + 1)}`);
  }

  move(at: Point, r: number): void {
    [this.left, this.right, this.y] = [36, at[0] - r - 18, at[1]];
    set(this.track, { x1: this.left, y1: this.y, x2: this.right, y2: this.y });
    set(this.name, { x: 0, y: this.y });
    this.at.move(at, r);
  }

  show(value: number, map: ColourMap): void {
    const cx = this.left + ((value / INPUT_RANGE + 1) / 2) * (this.right - this.left);
    for (const node of [this.knob, this.glow]) set(node, { cx: cx.toFixed(1), cy: this.y });
    this.at.show(value, map);
  }
}

export class Neuron {
  private readonly at = new Circle();
  private readonly ring = svg("circle", { class: "ring" });
  readonly node: SVGGElement;

  constructor(layer: number, index: number) {
    const label = `Neuron ${index + 1} of layer ${layer + 1}`;
    this.node = svg(
      "g",
      { class: "unit", role: "button", tabindex: 0, "aria-label": label },
      this.at.halo,
      this.ring,
      this.at.circle,
      this.at.number,
    );
  }

  move(at: Point, r: number): void {
    this.at.move(at, r);
    set(this.ring, { cx: at[0], cy: at[1], r: r + 4 });
  }

  show(value: number, map: ColourMap): void {
    this.at.show(value, map);
  }
}

/** A bias under its neuron: a pill on a short track. */
export class Bias {
  private readonly track = svg("line", { class: "track" });
  private readonly label = svg("text", {
    class: "pill-text",
    "text-anchor": "middle",
    dy: "0.36em",
  });
  readonly node = svg(
    "g",
    { class: "pill bias" },
    svg("rect", { class: "halo", x: -34, y: -17, width: 68, height: 34, rx: 17 }),
    svg("rect", { class: "body", x: -29, y: -11, width: 58, height: 22, rx: 11 }),
    this.label,
  );
  readonly whole = svg("g", { class: "bias-place" }, this.track, this.node);
  private middle: Point = [0, 0];
  private reach = 1;

  move([x, y]: Point, r: number): void {
    this.middle = [x, y + r + 18];
    this.reach = r + 8;
    const [left, right, height] = [x - this.reach, x + this.reach, this.middle[1]];
    set(this.track, { x1: left, y1: height, x2: right, y2: height });
  }

  /** Which bias a place on the track means. */
  valueAt(x: number): number {
    return ((x - this.middle[0]) / this.reach) * WEIGHT_RANGE;
  }

  show(value: number): void {
    const x = this.middle[0] + (value / WEIGHT_RANGE) * this.reach;
    set(this.node, {
      transform: `translate(${x.toFixed(1)} ${this.middle[1].toFixed(1)})`,
      "data-sign": Math.sign(value),
    });
    write(this.label, `b ${value > 0 ? "+" : ""}${fixed(value)}`);
  }
}
