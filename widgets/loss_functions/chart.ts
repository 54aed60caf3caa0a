/** The loss as a curve, and where on it each case stands. */

import { unpack, type Values } from "../_front/arrays.ts";
import { html, set, svg, write } from "../_front/dom.ts";
import { fixed, short, ticks } from "../_front/numbers.ts";
import { errorWindow, lossWindow, spread, tangent, type Window, within } from "./geometry.ts";
import { type Against, LOGIT_RANGE, ofNumbers, type Picture } from "./state.ts";

export class Chart {
  private readonly drawing = svg("svg", { role: "img" });
  /** The drawing fills this; the legend above it leaves it more room or less. */
  readonly place = html("div", { class: "fill" }, this.drawing);
  private readonly legend = html("p", { class: "legend" });
  readonly node = html("div", { class: "chart" }, this.legend, this.place);
  private readonly axes = svg("g", { class: "frame" });
  private readonly inside = svg("svg", { overflow: "hidden" });
  private readonly over = svg("g");
  private readonly xName = svg("text", { class: "name", "text-anchor": "end" });
  private readonly tangent = svg("line", { class: "tangent" });
  private em = 15;
  private below = 4.6; // em: one or two rows of numbers, and the name of the axis
  private width = 300;
  private height = 200;

  constructor() {
    this.drawing.append(this.axes, this.xName, this.inside, this.over);
  }

  resize(em: number): void {
    this.em = em;
    this.width = this.place.clientWidth;
    this.height = this.place.clientHeight;
    const { width, height } = this;
    set(this.drawing, { width, height, viewBox: `0 0 ${width} ${height}` });
    set(this.xName, { x: width, y: height - 0.4 * em });
  }

  derive(picture: Picture, against: Against): void {
    const numbers = ofNumbers(picture.loss);
    const along = unpack(picture.curves.along);
    const { probabilities } = picture.curves;
    const shares = probabilities ? unpack(probabilities) : null;
    const byShare = !numbers && against === "probability";
    const xs = byShare && shares ? shares : along;
    const places = picture.places.map((place, i) => (byShare ? this.share(picture, i) : place));
    this.below = numbers || byShare ? 3.4 : 4.6;
    const shown = numbers
      ? errorWindow(picture.places, picture.loss === "half_squared_error")
      : byShare
        ? lossWindow(picture.losses, 0, 1)
        : lossWindow(picture.losses, -LOGIT_RANGE, LOGIT_RANGE);
    this.drawAxes(shown, byShare, numbers ? null : along, shares);
    this.drawCurves(picture, xs, shown);
    this.drawPoints(picture, places, shown, !byShare);
    this.name(picture, byShare);
  }

  /** The probability at which a case stands on the axis. */
  private share({ loss, targets, probabilities }: Picture, i: number): number {
    const index = loss === "cross_entropy" ? (targets[0] as number) : i;
    return probabilities[index] as number;
  }

  private name(picture: Picture, byShare: boolean): void {
    const { loss, names, targets, losses } = picture;
    const true_ = names?.[targets[0] as number] ?? "";
    const x = ofNumbers(loss)
      ? "prediction − target (cm)"
      : loss === "cross_entropy"
        ? byShare
          ? `probability of ${true_}, the true class`
          : `logit of ${true_}; its probability below`
        : byShare
          ? "probability of being sick, σ(z)"
          : "logit z; the probability σ(z) below";
    write(this.xName, x);
    const key = (mark: string, text: string) =>
      html("span", {}, html("b", { class: mark }), ` ${text}`);
    const own = loss === "cross_entropy" ? "cross-entropy" : "binary cross-entropy";
    const text = ofNumbers(loss) ? "plain" : own;
    if (this.legend.dataset.text !== text) {
      this.legend.dataset.text = text;
      this.legend.replaceChildren(
        ...(ofNumbers(loss)
          ? ["The loss of one patient: twice as far off costs four times as much."]
          : [
              "The loss of one case:",
              key("thick", own),
              key("thin", "squared error of the probability"),
            ]),
      );
    }
    const label = `The loss of each case: ${losses.map((one) => fixed(one)).join(", ")}`;
    set(this.drawing, { "aria-label": label });
  }

  /** The frame of the plot, in pixels. */
  private get box(): { left: number; top: number; wide: number; tall: number } {
    const { em, width, height } = this;
    const [left, top] = [2.4 * em, 0.8 * em];
    return {
      left,
      top,
      wide: Math.max(1, width - left - 1.9 * em),
      tall: Math.max(1, height - top - this.below * em),
    };
  }

  private drawAxes(
    shown: Window,
    byShare: boolean,
    logits: Values | null,
    shares: Values | null,
  ): void {
    const { left, top, wide, tall } = this.box;
    const below = byShare ? null : logits && shares;
    const values = byShare
      ? [0, 0.25, 0.5, 0.75, 1]
      : ticks(shown.low, shown.high, Math.min(6, wide / (4.2 * this.em)));
    const second = values.map((value) => {
      const at = below ? (logits?.findIndex((z) => Math.abs(z - value) < 1e-6) ?? -1) : -1;
      return at < 0 ? "" : percent(shares?.[at] as number);
    });
    const key = `${left} ${wide} ${tall} ${shown.low} ${shown.top} ${byShare} ${second}`;
    if (this.axes.dataset.key === key) return;
    this.axes.dataset.key = key;
    const bottom = top + tall;
    const columns = values.flatMap((value, i) => {
      const x = left + ((value - shown.low) / (shown.high - shown.low)) * wide;
      const at = (line: number) => ({ x, y: bottom + line * this.em, "text-anchor": "middle" });
      return [
        svg("line", { x1: x, x2: x, y1: bottom, y2: bottom + 5 }),
        svg("text", at(1.35), byShare ? percent(value) : short(value)),
        svg("text", { ...at(2.6), class: "second" }, second[i] as string),
      ];
    });
    const rows = ticks(0, shown.top, tall / (3 * this.em)).flatMap((value) => {
      const y = bottom - (value / shown.top) * tall;
      const x = left - 0.5 * this.em;
      return [
        svg("line", { x1: left, x2: left + wide, y1: y, y2: y }),
        svg("text", { x, y, dy: "0.36em", "text-anchor": "end" }, short(value)),
      ];
    });
    this.axes.replaceChildren(...rows, ...columns);
    set(this.inside, { x: left, y: top, width: wide, height: tall });
  }

  private drawCurves({ loss, curves }: Picture, xs: Values, shown: Window): void {
    const { wide, tall } = this.box;
    const paths = curves.lines.map(({ chosen, values }) => {
      const points = Array.from(unpack(values), (y, i) => {
        const x = ((xs[i] as number) - shown.low) / (shown.high - shown.low);
        return `${(x * wide).toFixed(1)},${(tall - (y / shown.top) * tall).toFixed(1)}`;
      });
      return svg("path", { class: chosen ? "curve" : "curve faint", d: `M${points.join("L")}` });
    });
    const names =
      loss === "binary_cross_entropy_with_logits"
        ? [
            svg("text", { class: "of-curve", x: 0.19 * wide, y: 1.2 * this.em }, "if sick"),
            svg(
              "text",
              { class: "of-curve", x: 0.81 * wide, y: 1.2 * this.em, "text-anchor": "end" },
              "if healthy",
            ),
          ]
        : [];
    this.inside.replaceChildren(...paths.reverse(), this.tangent, ...names);
  }

  private drawPoints(picture: Picture, places: number[], shown: Window, steep: boolean): void {
    const { left, top, wide, tall } = this.box;
    const { losses, slopes, targets, worst, loss } = picture;
    const at = losses.map((cost, i): [number, number] => {
      const [x, y] = within(shown, places[i] as number, cost);
      return [left + x * wide, top + (1 - y) * tall];
    });
    const right = at.map(([x]) => x < left + 0.75 * wide);
    const labels = spread(
      at.map(([x, y], i) => [x + (right[i] ? 13 : -13), y - 0.5 * this.em]),
      1.1 * this.em,
    );
    const marks = losses.map((cost, i) => {
      const [cx, cy] = at[i] as [number, number];
      const healthy = loss === "binary_cross_entropy_with_logits" && targets[i] === 0;
      const said = losses.length > 1 ? `${i + 1}` : "";
      const words = i === worst ? `${said}${said ? ": " : ""}${fixed(cost)}` : said;
      const [x, y] = labels[i] as [number, number];
      return svg(
        "g",
        { class: i === worst ? "point worst" : "point" },
        svg("circle", { cx, cy, r: i === worst ? 8 : 6, class: healthy ? "hollow" : "" }),
        svg("text", { x, y, "text-anchor": right[i] ? "start" : "end" }, words),
      );
    });
    // How steep the loss is where it is highest.
    const scale = (tall / shown.top) * ((shown.high - shown.low) / wide);
    const [dx, dy] = tangent((slopes[worst] as number) * scale, 5 * this.em);
    const [cx, cy] = [(at[worst]?.[0] ?? 0) - left, (at[worst]?.[1] ?? 0) - top];
    set(this.tangent, { x1: cx - dx, y1: cy - dy, x2: cx + dx, y2: cy + dy });
    this.tangent.style.display = steep ? "" : "none";
    this.over.replaceChildren(...marks);
  }
}

function percent(share: number): string {
  if (share > 0 && share < 0.0005) return "<0.1 %";
  if (share > 0.9995 && share < 1) return ">99.9 %";
  const digits = share > 0 && share < 1 && (share < 0.01 || share > 0.99) ? 1 : 0;
  return `${fixed(100 * share, digits)} %`;
}
