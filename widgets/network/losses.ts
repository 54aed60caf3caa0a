/** The losses on the way: a line for the training points, a dashed one for the test points. */

import { html, set, svg, write } from "../_front/dom.ts";
import { fixed, short } from "../_front/numbers.ts";

const HEIGHT = 110;

export class Losses {
  private readonly train = svg("path", { class: "train" });
  private readonly test = svg("path", { class: "test" });
  private readonly floor = svg("line", { class: "floor" });
  private readonly top = svg("text", { class: "tick", x: 0, y: 12 });
  private readonly end = svg("text", { class: "tick", "text-anchor": "end" });
  private readonly chart = svg(
    "svg",
    { class: "losses", role: "img" },
    this.floor,
    this.train,
    this.test,
    this.top,
    this.end,
  );
  private readonly heading = html("h3");
  private readonly reading = html("p", { class: "note" });
  readonly node = html("div", { class: "loss" }, this.heading, this.reading, this.chart);
  private width = 200;
  private drawn = "";

  resize(width: number): void {
    this.width = width;
    set(this.chart, { width, height: HEIGHT, viewBox: `0 0 ${width} ${HEIGHT}` });
  }

  /** Draws `(3, n)`: steps, losses of training, losses of the test (NaN where there is none). */
  draw(
    name: string,
    past: ArrayLike<number>,
    train: number | undefined,
    test: number | undefined,
  ): void {
    write(this.heading, name ? `Loss: ${name}` : "Loss");
    const n = past.length / 3;
    const key = `${n} ${past[n - 1]} ${past[2 * n - 1]} ${this.width} ${train}`;
    if (key === this.drawn) return; // nothing learnt since
    this.drawn = key;
    const last = Math.max(1, n ? (past[n - 1] as number) : 1);
    let most = 1e-9;
    for (let i = n; i < 3 * n; i++) most = Math.max(most, Number(past[i]) || 0);
    const [top, bottom] = [18, HEIGHT - 18];
    const line = (row: number) => {
      let d = "";
      for (let i = 0; i < n; i++) {
        const value = past[row * n + i] as number;
        if (!Number.isFinite(value)) continue;
        const x = ((past[i] as number) / last) * this.width;
        const y = bottom - (value / most) * (bottom - top);
        d += `${d ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`;
      }
      return d;
    };
    set(this.train, { d: line(1) });
    set(this.test, { d: line(2) });
    set(this.floor, { x1: 0, x2: this.width, y1: bottom, y2: bottom });
    write(this.top, n ? short(Number(most.toPrecision(2))) : "");
    set(this.end, { x: this.width, y: HEIGHT - 4 });
    write(this.end, n ? `step ${short(last)}` : "");
    const parts = [
      ...(train === undefined ? [] : [`training ── ${fixed(train, 3)}`]),
      ...(test === undefined ? [] : [`test ╌╌ ${fixed(test, 3)}`]),
    ];
    const said = parts.join("   ") || "There is nothing to learn from yet.";
    write(this.reading, said);
    set(this.chart, { "aria-label": `Loss after ${short(last)} steps: ${said}` });
  }
}
