/** The two losses against the steps: reconstruction and divergence, each with its test. */

import { unpack, type Values } from "../_front/arrays.ts";
import { line } from "../_front/curves.ts";
import { html, set, svg, write } from "../_front/dom.ts";
import { fixed, short, ticks } from "../_front/numbers.ts";
import type { TrainingFrame } from "./state.ts";

const KINDS = ["reconstruction", "divergence"] as const;

export class Curve {
  private readonly lines = KINDS.map((kind) => svg("path", { class: kind }));
  private readonly tests = KINDS.map((kind) => svg("path", { class: `${kind} test` }));
  private readonly scale = svg("g", { class: "scale" });
  private readonly drawing = svg("svg", { role: "img", "aria-label": "Losses against steps" });
  private readonly values = KINDS.map(() => html("strong"));
  private readonly second = html("span", { class: "divergence" });
  private readonly unit = html("span", { class: "unit" });
  readonly place = html("div", { class: "curve" }, this.drawing);
  readonly node: HTMLElement;
  private frame: TrainingFrame | null = null;
  private size = [0, 0] as [number, number];

  constructor() {
    this.drawing.append(this.scale, ...this.lines, ...this.tests);
    const [fit, apart] = this.values as [HTMLElement, HTMLElement];
    this.second.append("divergence (KL) ", apart);
    this.node = html(
      "section",
      { class: "losses" },
      html(
        "p",
        {},
        html("span", { class: "reconstruction" }, "reconstruction ", fit),
        this.second,
        this.unit,
      ),
      this.place,
    );
  }

  resize(width: number, height: number): void {
    this.size = [width, height];
    set(this.drawing, { width, height, viewBox: `0 0 ${width} ${height}` });
    if (this.frame) this.derive(this.frame, !this.second.hidden);
  }

  derive(frame: TrainingFrame, variational: boolean): void {
    this.frame = frame;
    const numbers = [frame.reconstruction, frame.divergence];
    this.values.forEach((node, i) => {
      const value = numbers[i];
      write(node, typeof value === "number" ? fixed(value, 1) : "–");
    });
    this.second.hidden = !variational;
    write(this.unit, `nats an image, over ${frame.step.toLocaleString("en")} steps`);
    const [width, height] = this.size;
    const { curves } = frame;
    if (!curves || width === 0) return;
    const steps = unpack(curves.steps);
    const testSteps = unpack(curves.testSteps);
    const fits = [unpack(curves.reconstruction), unpack(curves.testReconstruction)] as const;
    const aparts = [unpack(curves.divergence), unpack(curves.testDivergence)] as const;
    const most = Math.max(1, ...fits[0], ...fits[1]) * 1.05;
    const last = Math.max(1, frame.step);
    const marks = ticks(0, most, 3);
    const left = 10 + 8.5 * Math.max(...marks.map((value) => short(value).length));
    const x = (step: number) => left + (step / last) * (width - left - 2);
    const y = (value: number) => height - 8 - (Math.min(value, most) / most) * (height - 16);
    const path = (xs: Values, ys: Values) =>
      line(Array.from(ys, (value, i) => [x(xs[i] as number), y(value)] as const));
    [fits, aparts].forEach(([train, test], i) => {
      const drawn = i === 0 || variational;
      set(this.lines[i] as Element, { d: drawn ? path(steps, train) : "" });
      set(this.tests[i] as Element, { d: drawn ? path(testSteps, test) : "" });
    });
    this.scale.replaceChildren(
      ...marks.flatMap((value) => [
        svg("line", { x1: left, x2: width, y1: y(value), y2: y(value) }),
        svg("text", { x: left - 5, y: y(value), dy: "0.36em", "text-anchor": "end" }, short(value)),
      ]),
    );
  }
}
