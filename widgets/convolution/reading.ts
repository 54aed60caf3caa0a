/** What it means: the sum of the window with its numbers, the sizes, the task, the code. */

import { unpack, type Values } from "../_front/arrays.ts";
import { html, set, write } from "../_front/dom.ts";
import { type Cell, covered } from "../_front/windows.ts";
import { bracketed, CHANNELS, type Picture, place, type State, sweepOf, tidy } from "./state.ts";

const WHOLE = 25; // terms that are written as cell times weight; of more only the products

export class Reading {
  readonly node = html("div", { class: "reading" });
  private readonly terms = html("p", { class: "terms" });
  private readonly total = html("p", { class: "total" });
  private readonly size = html("p", { class: "size" });
  private readonly sentence = html("p", { class: "meaning" });
  private readonly code = html("code");
  private picture!: Picture;
  private values!: Record<"cells" | "products" | "parts" | "sums" | "z" | "values", Values>;

  constructor(
    private readonly state: State,
    task: HTMLElement,
  ) {
    const code = html(
      "details",
      {},
      html("summary", {}, "The same in PyTorch"),
      html("pre", {}, this.code),
    );
    const sum = html("div", { class: "sum" }, this.terms, this.total, task);
    this.node.append(sum, html("div", { class: "words" }, this.size, this.sentence, code));
  }

  derive(picture: Picture): void {
    this.picture = picture;
    this.values = {
      cells: unpack(picture.cells),
      products: unpack(picture.products),
      parts: unpack(picture.parts),
      sums: unpack(picture.sums),
      z: unpack(picture.z),
      values: unpack(picture.values),
    };
    const [rows, columns] = picture.sizes;
    const [height, width] = picture.outputs;
    const formula = rows === columns ? rows : `rows ${rows}, columns ${columns}`;
    write(
      this.size,
      `Output ${height} × ${width}: ⌊(size + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1 = ${formula}`,
    );
    write(this.sentence, picture.preset);
    write(this.code, picture.code);
  }

  /** Writes the sum of a window out; `hidden` keeps its result from who is to predict it. */
  show(here: Cell, hidden: boolean): void {
    const { picture, values } = this;
    const channels = picture.kernel.length;
    const lines = picture.kernel.map((_, channel) => {
      const name = channels > 1 ? `${CHANNELS[channel]}: ` : "";
      const part = values.parts[place(picture.parts, channel, here)] as number;
      const end = channels > 1 && !hidden ? ` = ${tidy(part)}` : "";
      return `${name}${this.products(channel, here, hidden)}${end}`;
    });
    write(this.terms, lines.join("\n"));
    set(this.terms, { "data-many": channels > 1 });
    write(this.total, hidden ? "Σ = ?" : this.result(here));
  }

  private products(channel: number, here: Cell, hidden: boolean): string {
    const { picture, values } = this;
    const sweep = sweepOf(picture);
    const [rows, columns] = sweep.kernel;
    const count = rows * columns;
    const [down, across] = picture.before;
    const whole = hidden || count * picture.kernel.length <= WHOLE + 2;
    const terms = covered(sweep, here).map(([r, c], k) => {
      if (!whole) {
        const [, oRows, oColumns] = picture.products.shape as [number, number, number];
        const window = (channel * oRows + here[0]) * oColumns + here[1];
        return bracketed(values.products[window * count + k] as number);
      }
      const cell = values.cells[place(picture.cells, channel, [r + down, c + across])] as number;
      const weight = picture.kernel[channel]?.[Math.floor(k / columns)]?.[k % columns] as number;
      return `${bracketed(cell)}·${bracketed(weight)}`;
    });
    return terms.join(" + ");
  }

  private result(here: Cell): string {
    const { picture, values, state } = this;
    const { chosen, divisors } = picture;
    const at = place(picture.values, chosen, here);
    const [sum, z, value] = [values.sums[at], values.z[at], values.values[at]] as [
      number,
      number,
      number,
    ];
    const bias = picture.bias[chosen] ?? 0;
    const by = divisors[chosen] ?? 1;
    let text = `Σ = ${tidy(sum)}`;
    let formula = "";
    if (state.normalise) formula += `${bracketed(sum)} ÷ ${bracketed(by)}`;
    if (bias !== 0) formula = `${formula || bracketed(sum)} + ${bracketed(bias)}`;
    if (formula) text += `\u2003${formula} = ${tidy(z)}`;
    if (state.activation === "identity") return text;
    return `${text}\u2003${state.activation.replace("_", " ")}(${tidy(z)}) = ${tidy(value)}`;
  }
}
