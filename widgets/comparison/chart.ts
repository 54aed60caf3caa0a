/** A chart of two runs, each with its colour, its kind of line and its mark. */

import { diamond, line, type Numbers, type Point } from "../_front/curves.ts";
import { set, svg, write } from "../_front/dom.ts";
import { clamp, short, ticks } from "../_front/numbers.ts";
import { marks, type Range, share } from "./geometry.ts";
import type { Scale } from "./state.ts";

export interface Line {
  xs: Numbers;
  ys: Numbers;
  low?: Numbers | null;
  high?: Numbers | null;
}

/** What is drawn of one of the two. */
export interface Series {
  main: Line;
  /** The same in all its detail, pale. */
  detail: Line | null;
  /** The run at work, thin, where the main line is a mean of others. */
  atWork: Line | null;
}

export interface Picture {
  series: [Series, Series];
  epochs: number;
  range: Range;
  scale: Scale;
}

const MARGIN = { left: 64, top: 8, right: 14, bottom: 26 };
const EDGE = 6; // marks at the edge are drawn whole
const SIDES = ["a", "b"] as const;
const MARK = {
  a: (point: Point) => disc(point),
  b: (point: Point) => diamond(point, 5),
};

const disc = ([x, y]: Point) =>
  `M${(x - 3.5).toFixed(1)},${y.toFixed(1)}a3.5,3.5 0 1,0 7,0a3.5,3.5 0 1,0 -7,0`;

export class Chart {
  readonly node = svg("svg", { class: "chart", role: "img" });
  private readonly axes = svg("g", { class: "axes" });
  private readonly sides = SIDES.map((side) => {
    const [band, detail, atWork, main, dots] = ["band", "detail", "at-work", "main", "dots"].map(
      (name) => svg("path", { class: `${name} ${side}` }),
    ) as [SVGPathElement, SVGPathElement, SVGPathElement, SVGPathElement, SVGPathElement];
    return { band, detail, atWork, main, dots };
  });
  private readonly inside = svg("svg", { class: "inside" }); // what lies outside is cut off
  private readonly cursor = svg("line", { class: "cursor" });
  private size: [number, number] = [320, 200];
  private picture: Picture | null = null;
  private pointer: number | null = null;

  constructor(
    private readonly unit: string,
    private readonly read: (epoch: number | null) => void,
    signal: AbortSignal,
  ) {
    this.inside.append(
      ...this.sides.map(({ band }) => band),
      ...this.sides.flatMap(({ detail, atWork, main, dots }) => [detail, atWork, main, dots]),
    );
    this.node.append(this.axes, this.inside, this.cursor);
    const follow = (event: PointerEvent) => {
      this.pointer = event.clientX - this.node.getBoundingClientRect().left;
      this.tell();
    };
    const leave = () => {
      this.pointer = null;
      this.tell();
    };
    this.node.addEventListener("pointermove", follow, { signal });
    this.node.addEventListener("pointerleave", leave, { signal });
  }

  resize(width: number, height: number): void {
    this.size = [width, height];
    set(this.node, { width, height });
    const [x, y] = [MARGIN.left - EDGE, MARGIN.top - EDGE];
    const [w, h] = [
      width - MARGIN.left - MARGIN.right + 2 * EDGE,
      height - MARGIN.top - MARGIN.bottom + 2 * EDGE,
    ];
    set(this.inside, { x, y, width: w, height: h, viewBox: `${x} ${y} ${w} ${h}` });
    this.paint();
  }

  show(picture: Picture, words: string): void {
    this.picture = picture;
    set(this.node, { "aria-label": words });
    this.paint();
  }

  private x(epoch: number): number {
    const span = this.size[0] - MARGIN.left - MARGIN.right;
    return MARGIN.left + (epoch / (this.picture?.epochs ?? 1)) * span;
  }

  private y(value: number): number {
    const { range, scale } = this.picture as Picture;
    const span = this.size[1] - MARGIN.top - MARGIN.bottom;
    return this.size[1] - MARGIN.bottom - span * share(value, range, scale);
  }

  private points(xs: Numbers, ys: Numbers): Point[] {
    const count = Math.min(xs.length, ys.length);
    return Array.from({ length: count }, (_, i) => [
      this.x(xs[i] as number),
      this.y(ys[i] as number),
    ]);
  }

  private paint(): void {
    const { picture } = this;
    if (!picture) return;
    this.drawAxes(picture);
    for (const [i, { band, detail, atWork, main, dots }] of this.sides.entries()) {
      const one = picture.series[i] as Series;
      const path = (of: Line | null) => (of ? line(this.points(of.xs, of.ys)) : "");
      const { xs, ys, low, high } = one.main;
      const around =
        low && high ? [...this.points(xs, high), ...this.points(xs, low).reverse()] : [];
      set(band, { d: line(around) });
      set(detail, { d: path(one.detail) });
      set(atWork, { d: path(one.atWork) });
      set(main, { d: path(one.main) });
      const mark = MARK[SIDES[i] as "a" | "b"];
      const every = Math.ceil(xs.length / 41); // marks that touch one another mark nothing
      const marked = this.points(xs, ys).filter((_, k) => k % every === 0);
      set(dots, { d: marked.map(mark).join("") });
    }
    this.tell();
  }

  private drawAxes({ epochs, range, scale }: Picture): void {
    const [width, height] = this.size;
    const key = [width, height, epochs, ...range, scale].join();
    if (this.axes.dataset.key === key) return;
    this.axes.dataset.key = key;
    const bottom = height - MARGIN.bottom;
    const [x1, x2] = [MARGIN.left, width - MARGIN.right];
    const rows = marks(range, scale, (bottom - MARGIN.top) / 44).flatMap((value) => {
      const y = this.y(value);
      const text = svg("text", { x: x1 - 8, y, dy: "0.36em", "text-anchor": "end" });
      write(text, short(value) + this.unit);
      return [svg("line", { x1, x2, y1: y, y2: y }), text];
    });
    const columns = [...ticks(0, epochs, (x2 - x1) / 80), epochs]
      .filter(
        (epoch, i, all) =>
          Number.isInteger(epoch) && (i === all.length - 1 || this.x(epoch) < x2 - 90),
      )
      .map((epoch) => {
        const anchor = epoch === epochs ? "end" : "middle";
        const text = svg("text", { x: this.x(epoch), y: bottom + 19, "text-anchor": anchor });
        write(
          text,
          epoch === epochs ? (epochs === 1 ? "1 epoch" : `${epochs} epochs`) : short(epoch),
        );
        return text;
      });
    this.axes.replaceChildren(...rows, ...columns);
  }

  /** Tells the epoch under the pointer, so that both runs can be read there. */
  private tell(): void {
    const [width, height] = this.size;
    const span = width - MARGIN.left - MARGIN.right;
    const epochs = this.picture?.epochs ?? 1;
    const epoch =
      this.pointer === null
        ? null
        : clamp(((this.pointer - MARGIN.left) / span) * epochs, 0, epochs);
    const x = this.x(epoch ?? 0);
    set(this.cursor, { x1: x, x2: x, y1: MARGIN.top, y2: height - MARGIN.bottom });
    this.cursor.style.display = epoch === null ? "none" : "";
    this.read(epoch);
  }
}
