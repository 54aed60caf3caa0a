/** Logits against classes: a row each, with its probability and the push of gradient descent. */

import { html, set, svg, write } from "../_front/dom.ts";
import { fixed, subscript } from "../_front/numbers.ts";
import { type Segments, segments } from "../_front/segments.ts";
import { slider } from "../_front/slider.ts";
import { arrow } from "./geometry.ts";
import { LOGIT_RANGE, type Picture, type Scene, type State } from "./state.ts";

const EDGE = 36; // pixels that the handle needs beyond the ends of its track
const LONGEST = 72; // pixels: the push of a gradient of one

interface Row {
  node: HTMLElement;
  drawing: SVGSVGElement;
  track: SVGLineElement;
  zero: SVGLineElement;
  push: SVGPathElement;
  pill: SVGGElement;
  label: SVGTextElement;
  truth: HTMLElement | null;
  bar: HTMLElement;
  probability: HTMLElement;
  loss: HTMLElement;
  gradient: HTMLElement;
  speak(): void;
}

export class RowsScene implements Scene {
  readonly node = html("div", { class: "scene" });
  private readonly all: Row[];
  private readonly classes: Segments<number> | null = null;
  private width = 200;
  private scale = 1; // of handles and arrows, with the text

  /** `names` are those of the classes; null where each row is a patient, sick or healthy. */
  constructor(
    private readonly state: State,
    private readonly change: (part: Partial<State>) => void,
    private readonly signal: AbortSignal,
    names: string[] | null,
  ) {
    const each = names ?? state.predictions.map((_, i) => `patient ${i + 1}`);
    this.all = each.map((name, i) => this.make(i, name, names === null));
    const heads = names
      ? ["target", "logit z", "softmax p", "gradient"]
      : ["target", "logit z", "sick, σ(z)", "loss", "gradient"];
    const head = html(
      "div",
      { class: "row heads" },
      ...heads.map((text) => html("span", {}, text)),
    );
    const rows = html("div", { class: "rows" }, ...this.all.map(({ node }) => node));
    const table = html("div", { class: "table" }, rows);
    table.style.setProperty("--count", String(this.all.length));
    if (names) {
      const choices = names.map((name, i) => [i, name] as const);
      this.classes = segments("The true class", choices, (i) => change({ targets: [i] }), signal);
      table.prepend(this.classes.node);
    }
    const note = "The arrow below a handle is where gradient descent pushes it.";
    this.node.append(head, table, html("p", { class: "legend" }, note));
    set(this.node, { class: `scene ${names ? "classes" : "cases"}` });
  }

  resize(_width: number, _height: number, em: number): void {
    this.scale = em / 15;
    const first = this.all[0]?.drawing.parentElement;
    this.width = first?.clientWidth || this.width;
    const height = first?.clientHeight || 60;
    for (const { drawing, track, zero } of this.all) {
      set(drawing, {
        width: this.width,
        height,
        viewBox: `0 ${-height / 2} ${this.width} ${height}`,
      });
      set(track, { x1: this.x(-LOGIT_RANGE), x2: this.x(LOGIT_RANGE), y1: -6, y2: -6 });
      set(zero, { x1: this.x(0), x2: this.x(0), y1: -18, y2: 6 });
    }
    this.hold();
  }

  hold(): void {
    const { predictions, targets } = this.state;
    for (const [i, { pill, label, truth, speak }] of this.all.entries()) {
      const value = predictions[i] as number;
      set(pill, { transform: `translate(${this.x(value).toFixed(1)} -6) scale(${this.scale})` });
      write(label, value > 0 ? `+${fixed(value)}` : fixed(value));
      if (truth) {
        set(truth, { "aria-checked": String(targets[i] === 1) });
        write(truth, targets[i] === 1 ? "sick" : "healthy");
      }
      speak();
    }
    this.classes?.show(targets[0] as number);
  }

  derive({ predictions, gradients, probabilities, losses, worst }: Picture): void {
    const count = this.classes ? 1 : this.all.length; // the mean makes each gradient smaller
    for (const [i, row] of this.all.entries()) {
      const [value, gradient, probability] = [predictions[i], gradients[i], probabilities[i]];
      if (value === undefined || gradient === undefined || probability === undefined) continue;
      set(row.push, {
        d: arrow(-gradient * count * LONGEST * this.scale, 7 * this.scale),
        transform: `translate(${this.x(value).toFixed(1)} ${26 * this.scale - 6})`,
        "data-sign": Math.sign(gradient),
      });
      row.bar.style.transform = `scaleX(${probability.toFixed(4)})`;
      write(row.probability, `${fixed(100 * probability, 1)} %`);
      write(row.gradient, gradient > 0 ? `+${fixed(gradient, 3)}` : fixed(gradient, 3));
      set(row.gradient, { "data-sign": Math.sign(gradient) });
      if (this.classes) continue;
      write(row.loss, fixed(losses[i] as number));
      set(row.loss, { "data-worst": i === worst });
    }
  }

  private x(value: number): number {
    const share = (value + LOGIT_RANGE) / (2 * LOGIT_RANGE);
    return this.edge + share * (this.width - 2 * this.edge);
  }

  private get edge(): number {
    return EDGE * this.scale;
  }

  private make(i: number, name: string, single: boolean): Row {
    const label = svg("text", { class: "pill-text", "text-anchor": "middle", dy: "0.36em" });
    const pill = svg(
      "g",
      { class: "handle pill" },
      svg("rect", { class: "halo", x: -38, y: -20, width: 76, height: 40, rx: 20 }),
      svg("rect", { class: "body", x: -31, y: -14, width: 62, height: 28, rx: 14 }),
      label,
    );
    const track = svg("line", { class: "track" });
    const zero = svg("line", { class: "zero" });
    const push = svg("path", { class: "push" });
    const drawing = svg("svg", {}, track, zero, push, pill);
    const bar = html("span", { class: "amount" });
    const probability = html("span", { class: "number" });
    const loss = html("span", { class: "number loss" });
    const gradient = html("span", { class: "number gradient" });
    const truth = single
      ? html("button", { type: "button", role: "switch", "aria-label": `${name} is sick` })
      : null;
    truth?.addEventListener(
      "click",
      () => this.change({ targets: this.state.targets.with(i, 1 - (this.state.targets[i] ?? 0)) }),
      { signal: this.signal },
    );
    const node = html(
      "div",
      { class: "row" },
      ...(truth ? [html("span", { class: "who" }, html("span", {}, name), truth)] : []),
      html("span", { class: "fill" }, drawing),
      html("span", { class: "probability" }, html("span", { class: "bar" }, bar), probability),
      ...(truth ? [loss] : []),
      gradient,
    );
    const speak = slider(pill, {
      label: `Logit of ${name}`,
      low: -LOGIT_RANGE,
      high: LOGIT_RANGE,
      step: 0.1,
      within: drawing,
      at: (x) => ((x - this.edge) / (this.width - 2 * this.edge)) * 2 * LOGIT_RANGE - LOGIT_RANGE,
      value: () => this.state.predictions[i] as number,
      text: (value) => `z${subscript(i + 1)} = ${fixed(value)}`,
      input: (value) => this.change({ predictions: this.state.predictions.with(i, value) }),
      signal: this.signal,
    });
    return {
      node,
      drawing,
      track,
      zero,
      push,
      pill,
      label,
      truth,
      bar,
      probability,
      loss,
      gradient,
      speak,
    };
  }
}
