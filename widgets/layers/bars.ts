/** The outputs as bars, each beside its neuron; the strongest is marked. */

import { set, svg, write } from "../_front/dom.ts";
import { clamp, fixed, short } from "../_front/numbers.ts";
import type { Picture } from "./state.ts";

interface Bar {
  name: SVGTextElement;
  rect: SVGRectElement;
  number: SVGTextElement;
  mark: SVGTextElement;
}

export class Bars {
  readonly node = svg("svg", { class: "bars", role: "img", "aria-label": "The outputs" });
  private readonly zero = svg("line", { class: "zero" });
  private readonly ends = [0, 1, 2].map(() =>
    svg("text", { class: "end", "text-anchor": "middle" }),
  );
  private bars: Bar[] = [];
  private from = 0;
  private to = 1;

  constructor() {
    this.node.append(this.zero, ...this.ends);
  }

  /** Fits the bars to a place of that many pixels; `rows` are the heights of the outputs. */
  resize(width: number, height: number, rows: readonly number[], scale: number): void {
    set(this.node, { width, height, viewBox: `0 0 ${width} ${height}` });
    while (this.bars.length > rows.length)
      for (const part of Object.values(this.bars.pop() as Bar)) part.remove();
    while (this.bars.length < rows.length) this.add();
    [this.from, this.to] = [68 * scale, Math.max(69 * scale, width - 172 * scale)];
    const half = clamp((height / rows.length) * 0.22, 6, 16 * scale);
    for (const [i, { name, rect, number, mark }] of this.bars.entries()) {
      const y = rows[i] as number;
      set(name, { x: 0, y });
      set(number, { x: width - 112 * scale, y });
      set(mark, { x: width - 104 * scale, y });
      set(rect, { y: y - half, height: 2 * half });
    }
    const [top, bottom] = [Math.min(...rows) - half - 2, Math.max(...rows) + half + 2];
    set(this.zero, { y1: top, y2: bottom });
    for (const end of this.ends) set(end, { y: Math.min(height - 2, bottom + 16 * scale) });
  }

  derive({ activations, strongest, scale: [low, high] }: Picture): void {
    const outputs = activations.at(-1) ?? [];
    const x = (value: number) =>
      this.from + clamp((value - low) / (high - low), 0, 1) * (this.to - this.from);
    set(this.zero, { x1: x(0), x2: x(0) });
    for (const [i, value] of [low, 0, high].entries()) {
      const end = this.ends[i] as SVGTextElement;
      set(end, { x: x(value), visibility: value === 0 && i !== 1 ? "hidden" : "visible" });
      write(end, short(value));
    }
    for (const [i, { name, rect, number, mark }] of this.bars.entries()) {
      const value = outputs[i] ?? 0;
      const [left, right] = [Math.min(x(0), x(value)), Math.max(x(0), x(value))];
      set(rect, {
        x: left,
        width: right - left,
        class: value < 0 ? "bar negative" : "bar positive",
      });
      const best = i + 1 === strongest;
      for (const text of [name, number]) set(text, { "data-best": best });
      write(name, `class ${i + 1}`);
      write(number, fixed(value));
      write(mark, best ? "◀ strongest" : "");
    }
  }

  private add(): void {
    const bar: Bar = {
      rect: svg("rect", { class: "bar" }),
      name: svg("text", { class: "name", dy: "0.36em" }),
      number: svg("text", { class: "number", dy: "0.36em", "text-anchor": "end" }),
      mark: svg("text", { class: "mark", dy: "0.36em" }),
    };
    this.node.prepend(bar.rect);
    this.node.append(bar.name, bar.number, bar.mark);
    this.bars.push(bar);
  }
}
