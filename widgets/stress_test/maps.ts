/** The methods side by side: above the maps of one network, below those of the other. */

import { unpack } from "../_front/arrays.ts";
import { CLASSES, diverging, type Rgb } from "../_front/colour.ts";
import { html, set, svg, write } from "../_front/dom.ts";
import { fixed } from "../_front/numbers.ts";
import { Scale } from "../_front/scale.ts";
import { AMOUNT, amounts, overlaid } from "./paint.ts";
import { type Cell, type MethodFrame, type NoCell, type StressFrame, TITLES } from "./state.ts";

/** The colour of a method. */
export const colourOf = (place: number) => CLASSES[place % CLASSES.length] as string;

/** The outline of the marker, drawn over an image of a size. */
export function outline(): { node: SVGSVGElement; show(frame: StressFrame): void } {
  const rect = svg("rect", { class: "box" });
  const node = svg("svg", { class: "outline", preserveAspectRatio: "none", "aria-hidden": "true" });
  node.append(rect);
  return {
    node,
    show({ image, box: [top, left, bottom, right] }) {
      const [, height, width] = image.shape as [number, number, number];
      set(node, { viewBox: `0 0 ${width} ${height}` });
      set(rect, { x: left, y: top, width: right - left, height: bottom - top });
    },
  };
}

export class Maps {
  private readonly columns = new Map<string, Column>();
  private readonly meaning = html("p", { class: "meaning" });
  private readonly rows = [
    ...TITLES.map((title, i) => html("p", { class: `row ${i ? "planted" : "clean"}` }, title)),
    this.meaning,
  ];
  readonly node = html("div", { class: "maps" }, ...this.rows);

  show(frame: StressFrame, paper: Rgb): void {
    this.node.style.setProperty("--count", String(frame.methods.length));
    const random = frame.methods.some(({ cells }) => cells.some((cell) => cell.map && cell.stage));
    write(
      this.meaning,
      `${colours(frame)} In % of the map a pixel. Bars: the share in the box.${random ? " ρ: rank correlation with the map as learnt." : ""}`,
    );
    frame.methods.forEach((method, i) => {
      let column = this.columns.get(method.name);
      if (!column) {
        column = new Column(method);
        this.columns.set(method.name, column);
      }
      if (this.node.children[this.rows.length + i] !== column.node) {
        this.node.insertBefore(column.node, this.node.children[this.rows.length + i] ?? null);
      }
      column.node.style.gridColumn = String(i + 1);
      column.show(method, frame, paper);
    });
  }
}

/** What the colours say, of the methods that there are. */
function colours({ methods, className }: StressFrame): string {
  const titles = methods.filter(({ signed }) => !signed).map(({ title }) => title);
  const sign = `Blue speaks for ${className}, orange against.`;
  if (!titles.length) return sign;
  const amount = `Green (${titles.join(", ")}): how much, without a sign.`;
  return titles.length === methods.length ? amount : `${sign} ${amount}`;
}

class Column {
  private readonly pictures = TITLES.map((title) => new Picture(title));
  private readonly scale = new Scale();
  readonly node: HTMLElement;

  constructor({ name, place, title, words }: MethodFrame) {
    const swatch = html("i", { class: "swatch", style: `background: ${colourOf(place)}` });
    const head = html("h3", { title: words }, swatch, title);
    this.node = html(
      "article",
      { class: "method", "data-method": name },
      head,
      ...this.pictures.map(({ node }) => node),
      this.scale.node,
    );
  }

  show(method: MethodFrame, frame: StressFrame, paper: Rgb): void {
    this.pictures.forEach((picture, i) => {
      picture.show(method, method.cells[i] as Cell | NoCell, frame, paper);
    });
    set(this.scale.node, { "data-empty": method.most === 0 });
    const map = method.signed ? diverging(paper) : amounts(paper);
    this.scale.show(map, method.signed ? -100 * method.most : 0, 100 * method.most);
  }
}

class Picture {
  private readonly canvas = html("canvas", { class: "samples", role: "img" });
  private readonly outline = outline();
  private readonly bar = html("span", { class: "fill" });
  private readonly number = html("span", { class: "number" });
  private readonly rank = html("span", { class: "rank" });
  private readonly problem = html("p", { class: "why-not" });
  readonly node: HTMLElement;

  constructor(private readonly title: string) {
    this.node = html(
      "figure",
      {},
      html("p", { class: "which" }, title),
      html("div", { class: "frame" }, this.canvas, this.outline.node, this.problem),
      html(
        "figcaption",
        {},
        html("span", { class: "gauge", "aria-hidden": "true" }, this.bar),
        this.number,
        this.rank,
      ),
    );
  }

  show(method: MethodFrame, cell: Cell | NoCell, frame: StressFrame, paper: Rgb): void {
    this.outline.show(frame);
    write(this.problem, cell.problem);
    const [, height, width] = frame.image.shape as [number, number, number];
    const values = cell.map ? unpack(cell.map) : new Float32Array(height * width); // the image alone
    const image = unpack(frame.image);
    const map = method.signed ? diverging(paper) : amounts(paper);
    const bytes = overlaid(values, image, map, method.most, paper, method.signed);
    if (this.canvas.width !== width) this.canvas.width = width;
    if (this.canvas.height !== height) this.canvas.height = height;
    this.canvas.getContext("2d")?.putImageData(new ImageData(bytes, width, height), 0, 0);
    set(this.node, { "data-known": cell.map !== null });
    if (!cell.map) {
      write(this.number, cell.problem ? "" : "–");
      write(this.rank, "");
      this.bar.style.transform = "scaleX(0)";
      set(this.canvas, { "aria-label": `${method.title}, ${this.title}: not known yet` });
      return;
    }
    const share = `${fixed(100 * cell.inBox, 0)} %`;
    this.bar.style.transform = `scaleX(${cell.inBox})`;
    this.bar.style.background = method.signed ? "" : `rgb(${AMOUNT.join()})`;
    write(this.number, share);
    const rank = unpack(cell.curves.correlation)[cell.stage];
    write(this.rank, cell.stage && rank !== undefined ? `ρ ${fixed(rank, 2)}` : "");
    set(this.canvas, {
      "aria-label": `${method.title}, ${this.title}: ${share} of ${method.signed ? `what speaks for ${frame.className}` : "the map"} lies in the box`,
    });
  }
}
