/** Numbers against numbers: each error as a line, and as the square that it costs. */

import { html, set, svg, write } from "../_front/dom.ts";
import { clamp, fixed } from "../_front/numbers.ts";
import { slider } from "../_front/slider.ts";
import { apart, arrow, type Columns, columns, ROWS } from "./geometry.ts";
import { NUMBER_RANGE, type Picture, type Scene, type State } from "./state.ts";

/** What is drawn for one patient. */
interface Column {
  square: SVGRectElement;
  error: SVGLineElement;
  push: SVGPathElement;
  target: SVGGElement;
  prediction: SVGGElement;
  labels: [prediction: SVGTextElement, target: SVGTextElement];
  rows: SVGTextElement[];
  speak: (() => void)[];
}

export class ColumnsScene implements Scene {
  private readonly drawing = svg("svg", { role: "group", "aria-label": "Predictions and targets" });
  private readonly place = html("div", { class: "fill" }, this.drawing);
  readonly node = html("div", { class: "scene columns" }, legend(), this.place);
  private readonly axis = svg("g", { class: "frame" });
  private readonly all: Column[];
  private at: Columns;
  private scale = 1; // of handles and arrows, with the text

  constructor(
    private readonly state: State,
    private readonly change: (part: Partial<State>) => void,
    private readonly signal: AbortSignal,
  ) {
    this.at = columns(600, 300, 15, state.predictions.length, NUMBER_RANGE);
    this.all = state.predictions.map((_, i) => this.make(i));
    this.drawing.append(
      this.axis,
      ...this.all.map(({ square }) => square),
      ...this.all.flatMap(({ error, rows, labels }) => [error, ...rows, ...labels]),
      ...this.all.flatMap(({ target, prediction }) => [target, prediction]), // the order of the Tab key
      ...this.all.map(({ push }) => push),
    );
  }

  resize(_width: number, _height: number, em: number): void {
    const { clientWidth: width, clientHeight: height } = this.place;
    this.scale = em / 15;
    this.at = columns(width, height, em, this.all.length, NUMBER_RANGE);
    set(this.drawing, { width, height, viewBox: `0 0 ${width} ${height}` });
    const { left, right, rows, named } = this.at;
    const lines = [0, 1, 2, 3, 4, 5, 6].flatMap((value) => {
      const y = this.y(value);
      const end = { x: left - 0.5 * em, y, dy: "0.36em", "text-anchor": "end" };
      const text = svg("text", end, value === 6 && named ? "6 cm" : String(value));
      return [svg("line", { x1: left, x2: right, y1: y, y2: y }), text];
    });
    const cost = this.state.loss === "half_squared_error" ? "½ of the square" : "squared error";
    const names = ["", cost, "gradient"].map((name, i) =>
      svg("text", { x: 0, y: rows[i] as number, dy: "0.36em" }, named ? name : ""),
    );
    this.axis.replaceChildren(...lines, ...names);
    this.hold();
  }

  hold(): void {
    const { at, state } = this;
    const scale = `scale(${this.scale})`;
    for (const [i, column] of this.all.entries()) {
      const x = at.xs[i] as number;
      const [said, wanted] = [state.predictions[i] as number, state.targets[i] as number];
      const [from, to] = [this.y(said), this.y(wanted)];
      const side = Math.abs(from - to);
      set(column.square, { x, y: Math.min(from, to), width: side, height: side });
      set(column.error, { x1: x, x2: x, y1: from, y2: to });
      set(column.prediction, {
        transform: `translate(${x.toFixed(1)} ${from.toFixed(1)}) ${scale}`,
      });
      set(column.target, { transform: `translate(${x.toFixed(1)} ${to.toFixed(1)}) ${scale}` });
      const [a, b] = apart(from, to, 18 * this.scale);
      for (const [k, y] of [a, b].entries()) {
        set(column.labels[k] as Element, { x: x - 25 * this.scale, y });
        (column.labels[k] as SVGElement).style.display = at.named ? "" : "none"; // no room
      }
      write(column.labels[0], fixed(said));
      write(column.labels[1], fixed(wanted));
      for (const [k, row] of column.rows.entries()) set(row, { x, y: at.rows[k] as number });
      for (const speak of column.speak) speak();
    }
  }

  derive({ predictions, gradients, losses, worst }: Picture): void {
    for (const [i, column] of this.all.entries()) {
      const [said, gradient, cost] = [predictions[i], gradients[i], losses[i]];
      if (said === undefined || gradient === undefined || cost === undefined) continue;
      const x = this.at.xs[i] as number;
      // One step of gradient descent with learning rate 1, in the axis' own unit.
      set(column.push, {
        d: arrow(clamp(-gradient, -said, NUMBER_RANGE - said) * this.at.unit, 7 * this.scale),
        transform: `translate(${x.toFixed(1)} ${this.y(said).toFixed(1)}) rotate(-90)`,
        "data-sign": Math.sign(gradient),
      });
      const signed = gradient > 0 ? `+${fixed(gradient)}` : fixed(gradient);
      const texts = [this.at.named ? `patient ${i + 1}` : String(i + 1), fixed(cost), signed];
      for (const [k, row] of column.rows.entries()) write(row, texts[k] as string);
      set(column.rows[ROWS - 1] as Element, { "data-sign": Math.sign(gradient) });
      set(column.square, { "data-worst": i === worst });
    }
  }

  private y(value: number): number {
    return this.at.bottom - value * this.at.unit;
  }

  private make(i: number): Column {
    const text = (anchor: string) => svg("text", { "text-anchor": anchor, dy: "0.36em" });
    const target = svg(
      "g",
      { class: "handle target" },
      svg("rect", { class: "halo", x: -30, y: -14, width: 60, height: 28, rx: 14 }),
      svg("rect", { class: "body", x: -20, y: -3.5, width: 40, height: 7, rx: 2 }),
    );
    const prediction = svg(
      "g",
      { class: "handle prediction" },
      svg("circle", { class: "halo", r: 20 }),
      svg("circle", { class: "body", r: 9 }),
    );
    const drag = (handle: SVGGElement, name: string, key: "predictions" | "targets") =>
      slider(handle, {
        label: `${name} of patient ${i + 1}`,
        low: 0,
        high: NUMBER_RANGE,
        step: 0.1,
        within: this.drawing,
        at: (_, y) => (this.at.bottom - y) / this.at.unit,
        value: () => this.state[key][i] as number,
        text: (value) => `${fixed(value)} cm`,
        input: (value) => this.change({ [key]: this.state[key].with(i, value) }),
        signal: this.signal,
      });
    return {
      square: svg("rect", { class: "square" }),
      error: svg("line", { class: "error" }),
      push: svg("path", { class: "push" }),
      target,
      prediction,
      labels: [text("end"), text("end")],
      rows: Array.from({ length: ROWS }, () => text("middle")),
      speak: [drag(prediction, "Prediction", "predictions"), drag(target, "Target", "targets")],
    };
  }
}

function legend(): HTMLElement {
  const key = (mark: string, said: string) =>
    html("span", {}, html("b", { class: mark }), ` ${said}`);
  return html(
    "p",
    { class: "legend" },
    "Diameter of a tumour in cm:",
    key("dot", "predicted"),
    key("dash", "target"),
    key("area", "squared error"),
    key("step", "one step of gradient descent"),
  );
}
