/** A small chart: one line, one row of marks, axes with names. */

import { set, svg, write } from "../_front/dom.ts";
import { clamp, fixed, short, ticks } from "../_front/numbers.ts";

export interface Series {
  xs: ArrayLike<number>;
  ys: ArrayLike<number>;
}

const MARGIN = { left: 60, top: 30, right: 12, bottom: 24 };

export class Chart {
  readonly node = svg("svg", { class: "chart", role: "img" });
  private readonly axes = svg("g", { class: "axes" });
  private readonly path = svg("path", { class: "curve" });
  private readonly joined = svg("path", { class: "joined" });
  private readonly marks = svg("path", { class: "marks" });
  private readonly title = svg("text", { class: "title", x: 0, y: 16 });
  private readonly cursor = svg("line", { class: "cursor" });
  private readonly reading = svg("text", { class: "reading", y: 16, "text-anchor": "end" });
  private width = 320;
  private height = 200;
  private pointer: number | null = null;
  private line: Series = { xs: [], ys: [] };
  private dots: Series = { xs: [], ys: [] };
  private range = { x: 1, low: 0, high: 1 };

  constructor(
    name: string,
    private readonly words: { line: string; dots: string; unit: string },
    signal: AbortSignal,
  ) {
    write(this.title, name);
    this.node.append(
      this.axes,
      this.path,
      this.joined,
      this.marks,
      this.cursor,
      this.title,
      this.reading,
    );
    const follow = (event: PointerEvent) => {
      this.pointer = event.clientX - this.node.getBoundingClientRect().left;
      this.read();
    };
    this.node.addEventListener("pointermove", follow, { signal });
    this.node.addEventListener(
      "pointerleave",
      () => {
        this.pointer = null;
        this.read();
      },
      { signal },
    );
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    set(this.node, { width, height });
    this.paint();
  }

  /** Draws a curve and a row of points from 0 to `x` and from `low` to `high`. */
  show(line: Series, dots: Series, x: number, low: number, high: number): void {
    this.line = line;
    this.dots = dots;
    this.range = { x: Math.max(1, x), low, high };
    this.paint();
  }

  private px(x: number): number {
    return MARGIN.left + (x / this.range.x) * (this.width - MARGIN.left - MARGIN.right);
  }

  private py(y: number): number {
    const { low, high } = this.range;
    const share = clamp((y - low) / (high - low || 1), 0, 1);
    return this.height - MARGIN.bottom - share * (this.height - MARGIN.top - MARGIN.bottom);
  }

  private points({ xs, ys }: Series): [number, number][] {
    return Array.from({ length: xs.length }, (_, i) => [
      this.px(xs[i] as number),
      this.py(ys[i] as number),
    ]);
  }

  private paint(): void {
    this.drawAxes();
    const join = (points: [number, number][]) =>
      points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");
    set(this.path, { d: join(this.points(this.line)) });
    const dots = this.points(this.dots);
    set(this.joined, { d: join(dots) });
    const diamond = ([x, y]: [number, number]) =>
      `M${x.toFixed(1)},${(y - 4).toFixed(1)}l4,4l-4,4l-4,-4z`;
    set(this.marks, { d: dots.map(diamond).join("") });
    this.read();
  }

  private drawAxes(): void {
    const { width, height, range } = this;
    const key = `${width} ${height} ${range.x} ${range.low} ${range.high}`;
    if (this.axes.dataset.key === key) return;
    this.axes.dataset.key = key;
    const bottom = height - MARGIN.bottom;
    const [x1, x2] = [MARGIN.left, width - MARGIN.right];
    const rows = ticks(range.low, range.high, (bottom - MARGIN.top) / 40).flatMap((value) => {
      const y = this.py(value);
      return [
        svg("line", { x1, x2, y1: y, y2: y }),
        svg(
          "text",
          { x: x1 - 8, y, dy: "0.36em", "text-anchor": "end" },
          short(value) + this.words.unit,
        ),
      ];
    });
    const columns = ticks(0, range.x, (x2 - x1) / 90).map((value) =>
      svg(
        "text",
        { x: this.px(value), y: bottom + 18, "text-anchor": value ? "middle" : "start" },
        value ? short(value) : "step 0",
      ),
    );
    this.axes.replaceChildren(...rows, ...columns);
  }

  /** Reads the values under the pointer, or the last ones where there is no pointer. */
  private read(): void {
    const near = ({ xs, ys }: Series): number | undefined => {
      if (this.pointer === null) return ys[ys.length - 1];
      let best = 0;
      for (let i = 1; i < xs.length; i++) {
        const gap = (k: number) => Math.abs(this.px(xs[k] as number) - (this.pointer as number));
        if (gap(i) < gap(best)) best = i;
      }
      return ys[best];
    };
    const said = (name: string, value: number | undefined) =>
      name && value !== undefined
        ? [`${name} ${fixed(value, this.words.unit ? 1 : 3)}${this.words.unit}`]
        : [];
    const text = [
      ...said(this.words.line, near(this.line)),
      ...said(this.words.dots, near(this.dots)),
    ];
    const words = text.map((part, i) =>
      svg("tspan", { dx: i ? 12 : 0, class: part[0] === "◆" ? "test" : "training" }, part),
    );
    this.reading.replaceChildren(...words);
    set(this.reading, { x: this.width - MARGIN.right });
    set(this.node, { "aria-label": `${this.title.textContent}: ${text.join(", ")}` });
    const x = clamp(this.pointer ?? 0, MARGIN.left, this.width - MARGIN.right);
    set(this.cursor, { x1: x, x2: x, y1: MARGIN.top, y2: this.height - MARGIN.bottom });
    this.cursor.style.display = this.pointer === null ? "none" : "";
  }
}
