/** The plane: the network's answer as a map, the points on it, axes with names and a scale. */

import { unpack, type Values } from "../_front/arrays.ts";
import { type ColourMap, colourAt, type Rgb } from "../_front/colour.ts";
import { html, set, svg } from "../_front/dom.ts";
import { mark } from "../_front/marks.ts";
import { clamp, short, ticks } from "../_front/numbers.ts";
import { pixels } from "../_front/paint.ts";
import { colourOf, regions } from "./classes.ts";
import type { Answer } from "./state.ts";

const MARGIN = { left: 46, top: 8, right: 78, bottom: 40 };

/** What is to be seen in the plane. */
export interface Scene {
  /** The same thing as long as the points are the same: they are drawn once. */
  source: unknown;
  answer: Answer | undefined;
  /** x and y of each point in turn. */
  points: Values;
  labels: Values;
  tested: Values;
  classes: readonly string[];
  low: number;
  high: number;
  axes: readonly string[];
  /** The name of what the map's colour stands for. */
  scale: string;
}

export class Plane {
  private readonly map = html("canvas", { class: "samples", role: "img" });
  private readonly marks = html("canvas", { class: "marks", "aria-hidden": "true" });
  private readonly frame = svg("svg", { class: "frame" });
  readonly node = html("div", { class: "plane" }, this.map, this.marks, this.frame);
  private side = 300;
  private scene: Scene | null = null;
  private framed = "";
  private dotted: unknown[] = [];

  constructor(put: (x: number, y: number) => void, signal: AbortSignal) {
    this.marks.addEventListener(
      "click",
      ({ offsetX, offsetY }) => {
        if (!this.scene) return;
        const { low, high } = this.scene;
        const unit = (high - low) / this.side;
        put(low + offsetX * unit, high - offsetY * unit);
      },
      { signal },
    );
  }

  resize(width: number, height: number): void {
    const room = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
    this.side = Math.floor(Math.max(120, Math.min(...room)));
    const { side } = this;
    const size = { left: `${MARGIN.left}px`, top: `${MARGIN.top}px` };
    for (const canvas of [this.map, this.marks]) {
      Object.assign(canvas.style, size, { width: `${side}px`, height: `${side}px` });
    }
    this.marks.width = this.marks.height = Math.round(side * devicePixelRatio);
    set(this.frame, {
      width: MARGIN.left + side + MARGIN.right,
      height: MARGIN.top + side + MARGIN.bottom,
    });
    this.node.style.width = `${MARGIN.left + side + MARGIN.right}px`;
    this.framed = "";
    this.dotted = []; // a canvas that is given a size, be it the same, is empty
  }

  show(scene: Scene, colours: ColourMap, paper: Rgb): void {
    this.scene = scene;
    this.paint(scene.answer, colours, paper);
    const dotted = [scene.source, paper, this.side];
    if (dotted.some((part, i) => part !== this.dotted[i])) this.dot(scene, colours, paper);
    this.dotted = dotted;
    this.drawFrame(scene, colours);
    const what = scene.classes.length ? `${scene.classes.length} classes` : "values";
    set(this.map, { "aria-label": `${scene.points.length / 2} points of ${what}` });
  }

  private paint(answer: Answer | undefined, colours: ColourMap, paper: Rgb): void {
    const context = this.map.getContext("2d");
    if (!answer || !context) {
      this.map.width = this.map.height = 1; // nothing but the paper
      return;
    }
    const values = unpack(answer.map);
    const [rows, columns] = answer.map.shape as [number, number];
    if (this.map.width !== columns) this.map.width = columns;
    if (this.map.height !== rows) this.map.height = rows;
    const count = Math.round(1 / answer.low);
    const bytes =
      answer.kind === "classes" && answer.shares
        ? regions(values, unpack(answer.shares), count, paper)
        : pixels(values, colours, 0, 255);
    context.putImageData(new ImageData(bytes, columns, rows), 0, 0);
  }

  private dot(scene: Scene, colours: ColourMap, paper: Rgb): void {
    const context = this.marks.getContext("2d");
    if (!context) return;
    const { width } = this.marks;
    const { points, labels, tested, classes, low, high } = scene;
    const radius = clamp(width / (labels.length > 30 ? 90 : 45), 3, 14);
    const most = Math.max(1e-9, ...Array.from(labels, Math.abs));
    const around = `rgb(${paper.join()})`;
    const shapes = Array.from({ length: Math.max(1, classes.length) }, (_, i) => mark(i, radius));
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, width, width);
    for (let i = 0; i < labels.length; i++) {
      const label = labels[i] as number;
      const x = (((points[2 * i] as number) - low) / (high - low)) * width;
      const y = ((high - (points[2 * i + 1] as number)) / (high - low)) * width;
      const shape = shapes[classes.length ? label : 0] as Path2D;
      context.setTransform(1, 0, 0, 1, x, y);
      const colour = colourOf(label, classes.length, colours, most);
      context.fillStyle = tested[i] ? around : colour;
      context.fill(shape);
      context.strokeStyle = tested[i] ? colour : around;
      context.lineWidth = (tested[i] ? 2.4 : 1.2) * (width / 400);
      context.stroke(shape);
    }
  }

  private drawFrame({ answer, low, high, axes, scale }: Scene, colours: ColourMap): void {
    const bar = answer && answer.kind !== "classes" ? answer : null;
    const key = [
      this.side,
      low,
      high,
      ...axes,
      scale,
      bar?.low,
      bar?.high,
      colours[0],
      colours[384],
    ];
    if (this.framed === key.join()) return;
    this.framed = key.join();
    const { side } = this;
    const { left, top } = MARGIN;
    const [right, bottom] = [left + side, top + side];
    const text = (value: string, x: number, y: number, anchor: string, turn = 0) =>
      svg(
        "text",
        {
          class: turn || anchor === "middle" ? "name" : "tick",
          "text-anchor": anchor,
          dy: "0.36em",
          transform: `translate(${x} ${y}) rotate(${turn})`,
        },
        value,
      );
    const marks = ticks(low, high, 4).flatMap((value) => {
      const along = ((value - low) / (high - low)) * side;
      const place = clamp(along, 6, side - 6);
      return [
        svg(
          "text",
          { class: "tick", "text-anchor": "middle", x: left + place, y: bottom + 16 },
          short(value),
        ),
        text(short(value), left - 6, bottom - place, "end"),
      ];
    });
    const parts: Element[] = [
      svg("rect", { class: "edge", x: left, y: top, width: side, height: side }),
      ...marks,
      text(axes[0] ?? "", left + side / 2, bottom + 31, "middle"),
      text(axes[1] ?? "", 10, top + side / 2, "middle", -90),
    ];
    if (bar) {
      const steps = 24;
      for (let i = 0; i < steps; i++) {
        const fill = colourAt(colours, steps - i, 0.5, steps + 0.5);
        const [y, height] = [top + (i / steps) * side, side / steps + 0.6];
        parts.push(svg("rect", { x: right + 12, y, width: 12, height, fill }));
      }
      for (const [value, share] of [
        [bar.high, 0],
        [(bar.low + bar.high) / 2, 0.5],
        [bar.low, 1],
      ] as const) {
        const y = top + clamp(share * side, 7, side - 7);
        parts.push(text(short(Number(value.toPrecision(2))), right + 30, y, "start"));
      }
      parts.push(text(scale, right + 68, top + side / 2, "middle", 90));
    }
    this.frame.replaceChildren(...parts);
  }
}
