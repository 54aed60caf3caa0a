/** The curves of all methods: what becomes of the maps, or of the class, step by step. */

import { unpack } from "../_front/arrays.ts";
import { line, type Numbers, type Point } from "../_front/curves.ts";
import { set, svg, write } from "../_front/dom.ts";
import { fixed } from "../_front/numbers.ts";
import { colourOf } from "./maps.ts";
import type { Curve, StressFrame } from "./state.ts";

const MARGIN = { left: 58, top: 10, right: 14, bottom: 40 };
const DASHES = ["", "9 4", "2 3", "12 3 2 3", "5 5", "1 4", "14 6", "6 2 2 2"];

export interface Axes {
  low: number;
  rows: readonly number[];
  columns: readonly string[];
  name: string;
  unit: string;
}

/** What the axes of a curve say. */
export function axesOf(curve: Curve, layers: readonly string[]): Axes {
  if (curve === "correlation") {
    const columns = ["none", ...layers];
    return {
      low: -0.5,
      rows: [-0.5, 0, 0.5, 1],
      columns,
      name: "layers with random weights, back to",
      unit: "",
    };
  }
  const columns = ["0", "25", "50", "75", "100 %"];
  const name = curve === "deletion" ? "pixels taken away" : "pixels put in";
  return { low: 0, rows: [0, 50, 100], columns, name, unit: " %" };
}

/** The points of a curve in a drawing; its values go from left to right over `count` places. */
export function pointsOf(
  values: Numbers,
  count: number,
  low: number,
  [width, height]: readonly [number, number],
): Point[] {
  const [w, h] = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
  return Array.from(values, (value, i) => [
    MARGIN.left + (w * i) / Math.max(1, count - 1),
    MARGIN.top + h * (1 - (value - low) / (1 - low)),
  ]);
}

export class Chart {
  readonly node = svg("svg", { class: "chart", role: "img" });
  private readonly axes = svg("g", { class: "axes" });
  private readonly cursor = svg("line", { class: "cursor" });
  private readonly lines = svg("g", { class: "lines" });
  private size: [number, number] = [320, 200];
  private again: () => void = () => {};

  constructor() {
    this.node.append(this.axes, this.cursor, this.lines);
  }

  resize(width: number, height: number): void {
    this.size = [width, height];
    set(this.node, { width, height });
    this.again();
  }

  show(frame: StressFrame, curve: Curve, network: number, stage: number): void {
    this.again = () => this.paint(frame, curve, network, stage);
    this.again();
  }

  private paint(frame: StressFrame, curve: Curve, network: number, stage: number): void {
    const axes = axesOf(curve, frame.layers);
    this.drawAxes(axes);
    const count = curve === "correlation" ? axes.columns.length : 0;
    const said: string[] = [];
    const paths = frame.methods.flatMap(({ place, title, cells }) => {
      const cell = cells[network];
      if (!cell?.map) return [];
      const values = unpack(cell.curves[curve]);
      if (!values.length) return [];
      said.push(`${title} ends at ${fixed(values[values.length - 1] as number, 2)}`);
      const points = pointsOf(values, count || values.length, axes.low, this.size);
      const style = `stroke: ${colourOf(place)}`;
      const dash = DASHES[place % DASHES.length] as string;
      return [svg("path", { d: line(points), style, "stroke-dasharray": dash })];
    });
    this.lines.replaceChildren(...paths);
    const [[x, bottom], [, top]] = [0, 1].map((value) => {
      const row = Array.from(
        { length: Math.max(1, count) },
        () => axes.low + value * (1 - axes.low),
      );
      return pointsOf(row, count, axes.low, this.size)[Math.min(stage, row.length - 1)] as Point;
    }) as [Point, Point];
    set(this.cursor, { x1: x, x2: x, y1: top, y2: bottom });
    this.cursor.style.display = count > 1 ? "" : "none";
    set(this.node, { "aria-label": `${axes.name}: ${said.join(", ") || "not known yet"}` });
  }

  private drawAxes({ low, rows, columns, name, unit }: Axes): void {
    const [width, height] = this.size;
    const [left, right] = [MARGIN.left, width - MARGIN.right];
    const lines = rows.flatMap((value) => {
      const share = unit ? value / 100 : value;
      const [, y] = pointsOf([share], 1, low, this.size)[0] as Point;
      const text = svg("text", { x: left - 6, y, dy: "0.36em", "text-anchor": "end" });
      write(text, unit ? `${value}${unit}` : fixed(value, 1));
      return [svg("line", { x1: left, x2: right, y1: y, y2: y }), text];
    });
    const places = pointsOf(
      columns.map(() => low),
      columns.length,
      low,
      this.size,
    );
    // Names that would touch one another say nothing: every second one, or fewer.
    const every = Math.ceil((56 * columns.length) / Math.max(1, right - left));
    const words = columns.flatMap((text, i) => {
      if ((columns.length - 1 - i) % every) return [];
      const anchor = i === columns.length - 1 ? "end" : i ? "middle" : "start";
      const node = svg("text", {
        x: (places[i] as Point)[0] + (anchor === "end" ? MARGIN.right : 0),
        y: height - MARGIN.bottom + 17,
        "text-anchor": anchor,
      });
      write(node, text);
      return [node];
    });
    const title = svg("text", { x: (left + right) / 2, y: height - 5, "text-anchor": "middle" });
    write(title, name);
    this.axes.replaceChildren(...lines, ...words, title);
  }
}
