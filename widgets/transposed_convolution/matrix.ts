/** The matrix view: C of the convolution, its transpose that does the transposed one, and both results. */

import { unpack } from "../_front/arrays.ts";
import { type Cell, Cells } from "../_front/cells.ts";
import { type ColourMap, colourAt } from "../_front/colour.ts";
import { html, write } from "../_front/dom.ts";
import { Frame } from "../_front/frame.ts";
import { paint } from "../_front/paint.ts";
import { Scale } from "../_front/scale.ts";
import { fits, type Picture, type State, sizeOf } from "./state.ts";
import { inCell } from "./words.ts";

const NARROW = 700;

/** A heat map of one pixel a number, with frames that can be drawn over it. */
class Heat {
  readonly canvas = html("canvas", { class: "samples", role: "img" });
  readonly plot = html("div", { class: "plot" }, this.canvas);
  private readonly title = html("h3");
  readonly node = html(
    "div",
    { class: "figure" },
    html("div", { class: "head" }, this.title),
    this.plot,
  );

  show(title: string, label: string, size: [number, number], side: number): void {
    write(this.title, title);
    this.canvas.ariaLabel = label;
    this.canvas.style.height = `${size[0] * side}px`;
    this.canvas.style.width = `${size[1] * side}px`;
  }
}

export class Matrices {
  readonly node = html("div", { class: "matrices" });
  private readonly c = new Heat();
  private readonly t = new Heat();
  private readonly x = new Heat();
  private readonly y = new Heat();
  private readonly scale = new Scale();
  private readonly before: Cells;
  private readonly after: Cells;
  private readonly rowOfC = new Frame("stamped");
  private readonly columnOfC = new Frame("source");
  private readonly column: Frame;
  private readonly row: Frame;
  private readonly cellOfX = new Frame("stamped");
  private readonly cellOfY = new Frame("source");
  private picture: Picture | null = null;
  private side = 14;
  private small = 44;

  constructor(
    private readonly state: State,
    go: { stamp(index: number): void; output(index: number): void },
    private readonly map: () => ColourMap,
    signal: AbortSignal,
  ) {
    const pitch = (): Cell => [1, 1];
    const grip = { side: () => this.side, pitch, within: this.t.plot, signal };
    this.column = new Frame("stamped", {
      ...grip,
      label: "Column of the transposed matrix: stamp",
      value: () => [0, state.stamp],
      last: () => [0, (this.picture?.products.length ?? 1) - 1],
      text: () => `column ${state.stamp + 1}`,
      go: ([, column]) => go.stamp(column),
    });
    this.row = new Frame("source", {
      ...grip,
      label: "Row of the transposed matrix: output cell",
      value: () => [state.output_cell, 0],
      last: () => [this.outputs() - 1, 0],
      text: () => `row ${state.output_cell + 1}`,
      go: ([row]) => go.output(row),
    });
    this.c.plot.append(this.rowOfC.node, this.columnOfC.node);
    this.t.plot.append(this.column.node, this.row.node);
    this.x.plot.append(this.cellOfX.node);
    this.y.plot.append(this.cellOfY.node);
    this.before = new Cells({ label: "x, the input", signal });
    this.after = new Cells({ label: "C y, the convolution of the output", signal });
    const small = (title: string, cells: Cells) =>
      html(
        "div",
        { class: "figure" },
        html("div", { class: "head" }, html("h3", {}, title)),
        cells.node,
      );
    const product = html("div", { class: "product" }, this.t.node, this.x.node, this.y.node);
    const back = html(
      "div",
      { class: "back" },
      small("x", this.before),
      small("C·y", this.after),
      html("p", {}, "Not the inverse: C·y has the size of x again, but other numbers."),
      html("p", { class: "legend" }, "C and Cᵀ ", this.scale.node),
    );
    this.node.append(this.c.node, product, back);
  }

  private outputs(): number {
    const [rows, columns] = this.picture?.size ?? [1, 1];
    return rows * columns;
  }

  derive(picture: Picture): void {
    this.picture = picture;
    this.hold();
  }

  resize(width: number, height: number, scale: number): void {
    const { picture } = this;
    if (!picture) return;
    this.small = scale * Math.min(44, 140 / Math.max(...sizeOf(picture.input)));
    const [inputs, outputs] = [picture.products.length, this.outputs()];
    const room =
      width < NARROW
        ? (width - 4) / Math.max(outputs, inputs + 12)
        : Math.min((width - 410 * scale) / (outputs + inputs + 2), (height - 40 * scale) / outputs);
    this.side = room > 3 ? Math.min(Math.floor(room), 22 * scale) : Math.max(0.5, room);
  }

  hold(): void {
    const { picture, state, side } = this;
    if (!picture || !fits(picture, state)) return;
    const [inputs, outputs] = [picture.products.length, this.outputs()];
    const map = this.map();
    const limit = picture.scale.kernel;
    const c = unpack(picture.matrix);
    const t = new Float32Array(c.length);
    for (let i = 0; i < inputs; i++)
      for (let j = 0; j < outputs; j++) t[j * inputs + i] = c[i * outputs + j] as number;
    paint(this.c.canvas, c, [inputs, outputs], map, -limit, limit);
    paint(this.t.canvas, t, [outputs, inputs], map, -limit, limit);
    const x = picture.input.flat();
    const y = picture.output.flat();
    paint(
      this.x.canvas,
      new Float32Array(x),
      [inputs, 1],
      map,
      -picture.scale.input,
      picture.scale.input,
    );
    paint(
      this.y.canvas,
      new Float32Array(y),
      [outputs, 1],
      map,
      -picture.scale.output,
      picture.scale.output,
    );
    const [a, b] = [`${inputs} × ${outputs}`, `${outputs} × ${inputs}`];
    this.c.show(`C  (${a})`, `C, ${a}: the convolution`, [inputs, outputs], side);
    this.t.show(
      `Cᵀ  (${b})`,
      `C transposed, ${b}: the transposed convolution`,
      [outputs, inputs],
      side,
    );
    this.x.show("· x", `x, ${inputs} numbers`, [inputs, 1], side);
    this.y.show("= y", `y, ${outputs} numbers`, [outputs, 1], side);
    this.scale.show(map, -limit, limit);

    this.rowOfC.show([state.stamp, 0], [1, outputs], side);
    this.columnOfC.show([0, state.output_cell], [inputs, 1], side);
    this.column.show([0, state.stamp], [outputs, 1], side);
    this.row.show([state.output_cell, 0], [1, inputs], side);
    this.cellOfX.show([state.stamp, 0], [1, 1], side);
    this.cellOfY.show([state.output_cell, 0], [1, 1], side);
    const cell = this.small;
    const most = Math.max(1, ...picture.again.flat().map(Math.abs));
    for (const [cells, table, end] of [
      [this.before, picture.input, picture.scale.input],
      [this.after, picture.again, most],
    ] as const)
      cells.show(sizeOf(table), cell, ([r, k]) => {
        const value = table[r]?.[k] ?? 0;
        return { text: inCell(value, cell), fill: colourAt(map, value, -end, end) };
      });
  }
}
