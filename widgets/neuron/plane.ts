/** The plane of the first two inputs: response map, decision line, and the present input. */

import { type Packed, unpack } from "../_front/arrays.ts";
import { type ColourMap, colourAt } from "../_front/colour.ts";
import { html, set, svg, write } from "../_front/dom.ts";
import { between, type Point } from "../_front/graph.ts";
import { clamp, fixed } from "../_front/numbers.ts";
import { paint } from "../_front/paint.ts";
import { place } from "../_front/place.ts";
import { slider } from "../_front/slider.ts";
import { Corners } from "./corners.ts";
import { Frame, MARGIN } from "./frame.ts";
import { angleOf, decisionLine, type Line, segment, turned } from "./geometry.ts";
import { INPUT_RANGE, type Picture, type State, WEIGHT_RANGE } from "./state.ts";

const ARROW = 58; // pixels from the line to the handle that turns it
const REACH = INPUT_RANGE * Math.SQRT2;

export class Plane {
  private readonly canvas = html("canvas", { class: "samples", "aria-hidden": "true" });
  private readonly overlay = svg("svg", { role: "group", "aria-label": "Response map" });
  readonly node = html("div", { class: "plane" }, this.canvas, this.overlay);
  private readonly frame = new Frame();
  private readonly halo = svg("line", { class: "line-halo" });
  private readonly line = svg("line", { class: "line" });
  private readonly arrow = svg("line", { class: "arrow" });
  private readonly corners = new Corners();
  private readonly move = handle("move");
  private readonly turn = handle("turn");
  private readonly point = svg(
    "g",
    { class: "handle point" },
    svg("circle", { class: "halo", r: 18 }),
    svg("path", { class: "cross-halo", d: "M-11,0H11M0,-11V11" }),
    svg("path", { class: "cross", d: "M-11,0H11M0,-11V11" }),
  );
  private readonly absent = svg("text", { class: "absent", "text-anchor": "middle" });
  private readonly scale = html("canvas", { class: "scale", "aria-hidden": "true" });
  private side = 300;
  private speak: (() => void)[] = [];

  private scaled: { map: ColourMap; low: number; high: number } | undefined;

  constructor(
    private readonly state: State,
    private readonly change: (part: Partial<State>) => void,
    signal: AbortSignal,
  ) {
    this.node.append(this.scale);
    this.overlay.append(this.frame.node, this.halo, this.line, this.arrow, this.absent);
    this.overlay.append(this.corners.node);
    this.overlay.append(this.point, this.move, this.turn);
    this.speak = [
      slider(this.move, {
        label: "Slide the line",
        low: -REACH,
        high: REACH,
        step: 0.1,
        within: this.overlay,
        at: (px, py) => {
          const [x, y] = this.input(px, py);
          const [nx, ny] = this.present()?.normal ?? [0, 0];
          return nx * x + ny * y;
        },
        value: () => this.present()?.distance ?? 0,
        text: (value) => `${fixed(value)} from the origin`,
        input: (value) => {
          const line = this.present();
          if (line) change({ bias: round(-value * line.norm - this.held()) });
        },
        signal,
      }),
      slider(this.turn, {
        label: "Turn the line",
        low: 0,
        high: 360,
        step: 5,
        wraps: true,
        within: this.overlay,
        at: (px, py) => {
          const [[mx, my], [x, y]] = [this.middle() ?? [0, 0], this.input(px, py)];
          return (Math.atan2(y - my, x - mx) * 180) / Math.PI;
        },
        value: () => angleOf(this.present() ?? { normal: [1, 0], distance: 0, norm: 1 }),
        text: (value) => `${fixed(value, 0)} degrees`,
        input: (value) => {
          const line = this.present();
          if (!line) return;
          const [w1, w2] = turned(line, value).map((w) =>
            round(clamp(w, -WEIGHT_RANGE, WEIGHT_RANGE)),
          );
          change({ weights: [w1 as number, w2 as number, ...state.weights.slice(2)] });
        },
        signal,
      }),
    ];
    this.dragPoint(signal);
  }

  private dragPoint(signal: AbortSignal): void {
    const { state } = this;
    const [x, y] = [() => state.inputs[0] as number, () => state.inputs[1] as number];
    this.speak.push(
      place(this.point, {
        label: "The input: left and right for x₁, up and down for x₂",
        low: () => [-INPUT_RANGE, -INPUT_RANGE],
        high: () => [INPUT_RANGE, INPUT_RANGE],
        step: () => [0.1, 0.1],
        within: this.overlay,
        at: (px, py) => this.input(px, py),
        value: () => [x(), y()],
        text: () => `x₁ = ${fixed(x())}, x₂ = ${fixed(y())}`,
        input: (x1, x2) =>
          this.change({ inputs: [round(x1, 2), round(x2, 2), ...state.inputs.slice(2)] }),
        signal,
      }),
    );
  }

  /** Fits the plane to a place of that many pixels. */
  resize(width: number, height: number): void {
    this.side = Math.floor(
      Math.max(
        120,
        Math.min(width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom),
      ),
    );
    const [side, full] = [this.side, this.side + MARGIN.left + MARGIN.right];
    set(this.overlay, { width: full, height: side + MARGIN.top + MARGIN.bottom });
    this.node.style.width = `${full}px`;
    Object.assign(this.canvas.style, {
      left: `${MARGIN.left}px`,
      top: `${MARGIN.top}px`,
      width: `${side}px`,
      height: `${side}px`,
    });
    Object.assign(this.scale.style, {
      left: `${MARGIN.left + side + 14}px`,
      top: `${MARGIN.top}px`,
      height: `${side}px`,
    });
    this.hold();
  }

  /** Draws what the hand holds: the line with its handles, and the input. */
  hold(): void {
    const line = this.present();
    const ends = line && segment(line, INPUT_RANGE);
    for (const part of [this.halo, this.line, this.arrow, this.move, this.turn]) {
      part.style.display = ends ? "" : "none";
    }
    write(this.absent, ends ? "" : line ? "The line lies outside" : "No line: both weights are 0");
    const [cx, cy] = this.pixel([0, 0]);
    set(this.absent, { x: cx, y: cy - this.side * 0.3 });
    if (line && ends) {
      const [[x1, y1], [x2, y2]] = [this.pixel(ends[0]), this.pixel(ends[1])];
      for (const part of [this.halo, this.line]) set(part, { x1, y1, x2, y2 });
      const [mx, my] = this.pixel(between(ends[0], ends[1], 0.5));
      const [tx, ty] = [mx + ARROW * line.normal[0], my - ARROW * line.normal[1]];
      set(this.arrow, { x1: mx, y1: my, x2: tx, y2: ty });
      set(this.move, { transform: `translate(${mx} ${my})` });
      set(this.turn, { transform: `translate(${tx} ${ty}) rotate(${90 - angleOf(line)})` });
    }
    const [px, py] = this.pixel([this.state.inputs[0] as number, this.state.inputs[1] as number]);
    set(this.point, { transform: `translate(${px} ${py})` });
    for (const speak of this.speak) speak();
  }

  /** Paints Python's response map with its scale. */
  derive(picture: Picture, map: ColourMap): void {
    const response: Packed = picture.response;
    const [rows, columns] = response.shape as [number, number];
    const most = Math.max(Math.abs(picture.low), Math.abs(picture.high));
    paint(this.canvas, unpack(response), [rows, columns], map, -most, most);
    this.frame.draw(this.side, picture.low, picture.high);
    const inPlane = picture.inputs.length === 2;
    this.corners.draw(inPlane ? picture.trials : [], (inputs) => this.pixel(inputs));
    const { low, high } = picture;
    if (this.scaled?.map === map && this.scaled.low === low && this.scaled.high === high) return;
    this.scaled = { map, low, high };
    const steps = Float32Array.from({ length: 64 }, (_, i) => high + (i / 63) * (low - high));
    paint(this.scale, steps, [64, 1], map, -most, most);
  }

  /** The colour of an output, as in the map. */
  colour(picture: Picture, map: ColourMap): string {
    const most = Math.max(Math.abs(picture.low), Math.abs(picture.high));
    return colourAt(map, picture.output, -most, most);
  }

  /** What the inputs beyond the second add to z. */
  private held(): number {
    const { inputs, weights } = this.state;
    return weights.slice(2).reduce((sum, w, i) => sum + w * (inputs[i + 2] as number), 0);
  }

  private present(): Line | null {
    const [w1, w2] = this.state.weights as [number, number];
    return decisionLine(w1, w2, this.state.bias + this.held());
  }

  private middle(): Point | null {
    const line = this.present();
    const ends = line && segment(line, INPUT_RANGE);
    return ends && between(ends[0], ends[1], 0.5);
  }

  private pixel([x, y]: Point): Point {
    const unit = this.side / (2 * INPUT_RANGE);
    return [MARGIN.left + (x + INPUT_RANGE) * unit, MARGIN.top + (INPUT_RANGE - y) * unit];
  }

  /** The inputs that a place stands for, in pixels from the corner of the drawing. */
  private input(px: number, py: number): [number, number] {
    const unit = (2 * INPUT_RANGE) / this.side;
    return [(px - MARGIN.left) * unit - INPUT_RANGE, INPUT_RANGE - (py - MARGIN.top) * unit];
  }
}

function handle(name: string): SVGGElement {
  const shape =
    name === "move"
      ? svg("circle", { class: "body", r: 10 })
      : svg("path", { class: "body", d: "M0,-13L10,7L0,3L-10,7Z" });
  return svg("g", { class: `handle ${name}` }, svg("circle", { class: "halo", r: 20 }), shape);
}

/** The line's numbers are rounded: Python gets what the page shows. */
function round(value: number, digits = 3): number {
  return Number(value.toFixed(digits)) || 0;
}
