/** One chart of curves over the steps of a run: lines, marks, an axis, and what lies at a step. */

import { diamond, line, type Numbers, nearest, type Point } from "../_front/curves.ts";
import { set, svg, write } from "../_front/dom.ts";
import { clamp, fixed, short, ticks } from "../_front/numbers.ts";
import { type Axis, apart, lines, thin } from "./geometry.ts";

export type Kind = "raw" | "training" | "test" | "rate";

export interface Curve {
  kind: Kind;
  /** What the reading calls it; null for one that is not read. */
  name: string | null;
  /** Whether each of its points has a diamond, in the reading too. */
  marked?: boolean;
  xs: Numbers;
  ys: Numbers;
}

/** A step with a mark of its own and a short text. */
export interface Milestone {
  x: number;
  y: number;
  text: string;
}

export interface Picture {
  curves: Curve[];
  steps: number;
  axis: Axis;
  milestones: Milestone[];
  /** The step that the time machine shows; −1 is now. */
  looked: number;
}

const LEFT = 62;
const RIGHT = 8;
const TOP = 32; // pixels for the name and the reading
const TOP_SMALL = 27;
const LINE = 16; // pixels from one line of labels to the next, at scale 1
const LETTER = 7.2; // about the width of one

export class Chart {
  readonly node = svg("svg", { class: "chart", role: "img" });
  private readonly axes = svg("g", { class: "axes" });
  private readonly drawn = svg("g", { class: "drawn" });
  private readonly stones = svg("g", { class: "milestones" });
  private readonly looked = svg("line", { class: "looked" });
  private readonly cursor = svg("line", { class: "cursor" });
  private readonly title = svg("text", { class: "title", x: 0, y: 16 });
  private readonly reading = svg("text", { class: "reading", y: 16, "text-anchor": "end" });
  private readonly step = svg("text", { class: "step", "text-anchor": "middle" });
  private width = 320;
  private height = 200;
  private scale = 1; // of the type: larger on a projector
  private pointed: number | null = null;
  private picture: Picture | null = null;

  /**
   * @param lowest whether the steps are written below.
   * @param small whether it is a strip, of which only the shape counts.
   * @param say writes a value, without its unit.
   * @param unit what stands behind each value.
   * @param point is told the step under the pointer.
   */
  constructor(
    name: string,
    private readonly lowest: boolean,
    private readonly small: boolean,
    private readonly say: (value: number) => string,
    private readonly unit: string,
    point: (step: number | null) => void,
    signal: AbortSignal,
  ) {
    write(this.title, name);
    this.node.append(this.axes, this.drawn, this.stones, this.looked, this.cursor);
    this.node.append(this.title, this.reading, this.step);
    this.node.addEventListener(
      "pointermove",
      ({ clientX }) => point(this.stepAt(clientX - this.node.getBoundingClientRect().left)),
      { signal },
    );
    this.node.addEventListener("pointerleave", () => point(null), { signal });
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.scale = Number.parseFloat(getComputedStyle(this.node).fontSize) / 15;
    set(this.node, { width, height, viewBox: `0 0 ${width} ${height}` });
    this.paint();
  }

  show(picture: Picture): void {
    this.picture = picture;
    this.paint();
  }

  /** Reads the values at a step, or the last ones. */
  read(step: number | null): void {
    this.pointed = step;
    if (!this.picture) return;
    const read = this.picture.curves.filter(({ name, xs }) => name !== null && xs.length > 0);
    const texts = read.map(({ name, xs, ys }) => {
      const value = ys[step === null ? xs.length - 1 : nearest(xs, step)] as number;
      return `${name} ${this.say(value)}${this.unit}`.trim();
    });
    this.reading.replaceChildren(
      ...read.map(({ kind, marked }, i) =>
        svg("tspan", { dx: i ? 12 : 0, class: kind }, `${marked ? "◆ " : ""}${texts[i]}`),
      ),
    );
    set(this.reading, { x: this.width - RIGHT });
    const where = step === null ? "" : `at step ${Math.round(step)}, `;
    set(this.node, { "aria-label": `${this.title.textContent}: ${where}${texts.join(", ")}` });
    this.upright(this.cursor, step ?? -1);
    this.step.style.display = step !== null && this.lowest ? "" : "none";
    write(this.step, `step ${Math.round(step ?? 0)}`);
    const x = clamp(this.px(step ?? 0), LEFT + 24, this.width - RIGHT - 24);
    set(this.step, { x, y: this.height - 6 });
    set(this.axes, { "data-pointed": step !== null });
  }

  private get top(): number {
    return (this.small ? TOP_SMALL : TOP) * this.scale;
  }

  private get bottom(): number {
    return this.height - (this.lowest ? 24 : 8);
  }

  private px(step: number): number {
    return LEFT + (step / Math.max(1, this.picture?.steps ?? 1)) * (this.width - LEFT - RIGHT);
  }

  private stepAt(x: number): number {
    const share = clamp((x - LEFT) / (this.width - LEFT - RIGHT), 0, 1);
    return share * Math.max(1, this.picture?.steps ?? 1);
  }

  private py(value: number): number {
    const share = this.picture?.axis.share(value) ?? 0;
    return this.bottom - share * (this.bottom - this.top);
  }

  private upright(line: SVGElement, step: number): void {
    const x = this.px(step).toFixed(1);
    set(line, { x1: x, x2: x, y1: this.top, y2: this.bottom });
    line.style.display = step < 0 ? "none" : "";
  }

  private paint(): void {
    const { picture } = this;
    if (!picture) return;
    this.drawAxes(picture);
    const parts: SVGElement[] = [];
    for (const { kind, marked, xs, ys } of picture.curves) {
      const points = Array.from(
        { length: xs.length },
        (_, i): Point => [this.px(xs[i] as number), this.py(ys[i] as number)],
      );
      parts.push(svg("path", { class: `curve ${kind}`, d: line(thin(points)) }));
      if (marked) {
        const diamonds = apart(points, 6)
          .map((point) => diamond(point, 4))
          .join("");
        parts.push(svg("path", { class: `marks ${kind}`, d: diamonds }));
      }
    }
    this.drawn.replaceChildren(...parts);
    this.drawMilestones(picture.milestones);
    this.upright(this.looked, picture.looked);
    this.read(this.pointed);
  }

  private drawAxes({ axis, steps }: Picture): void {
    const { width, height, bottom } = this;
    const key = `${width} ${height} ${steps} ${axis.low} ${axis.high} ${axis.share(1)}`;
    if (this.axes.dataset.key === key) return;
    this.axes.dataset.key = key;
    const [x1, x2] = [LEFT, width - RIGHT];
    const rows = axis.ticks((bottom - this.top) / 40).flatMap((value) => {
      const y = this.py(value);
      const text = { x: x1 - 8, y, dy: "0.36em", "text-anchor": "end" };
      return [svg("line", { x1, x2, y1: y, y2: y }), svg("text", text, tick(value) + this.unit)];
    });
    const columns = ticks(0, steps, (x2 - x1) / 90).map((value) => {
      const where = { x: this.px(value), y: height - 6, "text-anchor": value ? "middle" : "start" };
      return svg("text", { class: "below", ...where }, value ? short(value) : "step 0");
    });
    this.axes.replaceChildren(...rows, ...(this.lowest ? columns : []));
  }

  private drawMilestones(milestones: readonly Milestone[]): void {
    const labels = milestones.map(({ x, text }) => {
      const [at, long] = [this.px(x) + 4, text.length * LETTER * this.scale];
      const left = Math.min(at, this.width - RIGHT - long);
      return { text, left, right: left + long };
    });
    const row = lines(labels);
    const parts = milestones.flatMap(({ x, y }, i) => {
      const label = labels[i] as (typeof labels)[number];
      const where = { x: label.left, y: this.bottom - 6 - LINE * this.scale * (row[i] as number) };
      const at = this.px(x).toFixed(1);
      return [
        svg("line", { x1: at, x2: at, y1: this.py(y), y2: this.bottom }),
        svg("path", { d: diamond([this.px(x), this.py(y)], 7) }),
        svg("text", where, label.text),
      ];
    });
    this.stones.replaceChildren(...parts);
  }
}

/** A number with so many digits after its point. */
export const number = (digits: number) => (value: number) => fixed(value, digits);
export const tick = (value: number) => short(Number(value.toPrecision(3)));
