/** Scatter and gather: the same four grids, read from the input or from the output. */

import { unpack, type Values } from "../_front/arrays.ts";
import { type Cell, Cells, type Look } from "../_front/cells.ts";
import { type ColourMap, colourAt } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { Frame } from "../_front/frame.ts";
import { Scale } from "../_front/scale.ts";
import { type Figure, figure } from "./figure.ts";
import { feeding, reachOf, type Spread, spread } from "./geometry.ts";
import { sides } from "./layout.ts";
import {
  type Change,
  cellAt,
  fits,
  LIMIT,
  type Picture,
  replaced,
  type State,
  sizeOf,
} from "./state.ts";
import { given, inCell } from "./words.ts";

export class Grids {
  readonly node = html("div", { class: "grids" });
  private readonly input: Cells;
  private readonly kernel: Cells;
  private readonly stamp: Cells;
  private readonly output: Cells;
  private readonly figures: Record<"input" | "kernel" | "stamp" | "output", Figure>;
  private readonly source = new Frame("source");
  private readonly preview = new Frame("preview");
  private readonly kept = new Frame("kept");
  private readonly block: Frame;
  private readonly window: Frame;
  private readonly target: Frame;
  private readonly scales = { input: new Scale(), kernel: new Scale(), output: new Scale() };
  private place: Spread | null = null;
  private accumulated: Values = new Float32Array();
  private picture: Picture | null = null;
  private side = 40;
  private small = 40;
  private pointed: Cell | null = null;

  constructor(
    private readonly state: State,
    change: Change,
    /** Goes to a stamp, or to an output cell, and stops what plays. */
    private readonly go: { stamp(index: number): void; output(index: number): void },
    private readonly map: () => ColourMap,
    signal: AbortSignal,
  ) {
    const range = { low: -LIMIT, high: LIMIT, step: 0.1, signal };
    this.input = new Cells({
      label: "Input",
      ...range,
      value: (cell) => this.inputAt(cell) ?? 0,
      name: (cell) => named(this.ofInput(cell)),
      editable: (cell) => this.inputAt(cell) !== null,
      edit: (cell, value) => {
        const at = this.ofInput(cell);
        if (at) change({ input: replaced(state.input, at, value) });
      },
      point: (cell) => {
        this.pointed = cell && this.ofInput(cell);
        this.hold();
      },
    });
    this.kernel = new Cells({
      label: "Kernel",
      ...range,
      value: (cell) => this.kernelAt(cell),
      name: (cell) => named(this.turned(cell)),
      edit: (cell, value) => change({ kernel: replaced(state.kernel, this.turned(cell), value) }),
    });
    this.stamp = new Cells({ label: "Stamp", signal });
    this.output = new Cells({
      label: "Output",
      signal,
      point: (cell) => {
        if (!cell || state.mode !== "gather" || !this.picture) return;
        const [row, column] = this.ofOutput(cell);
        const [rows, columns] = this.picture.size;
        if (row >= 0 && column >= 0 && row < rows && column < columns)
          this.pick(row * columns + column);
      },
    });
    this.figures = {
      input: figure(this.input, this.scales.input),
      kernel: figure(this.kernel, this.scales.kernel),
      stamp: figure(this.stamp),
      output: figure(this.output, this.scales.output),
    };
    const grip = { side: () => this.side, signal };
    const { input: inputs, output: outputs } = this.figures;
    this.block = new Frame("stamped", {
      ...grip,
      label: "Stamp on the output",
      within: outputs.plot,
      pitch: () => [state.stride, state.stride],
      value: () => this.stampCell(),
      last: () => [state.input.length - 1, this.inputColumns() - 1],
      text: () => this.words(this.stampCell(), "input"),
      go: ([row, column]) => go.stamp(row * this.inputColumns() + column),
    });
    const output = {
      ...grip,
      pitch: (): Cell => [1, 1],
      value: () => this.outputCell(),
      last: (): Cell => [(this.picture?.size[0] ?? 1) - 1, (this.picture?.size[1] ?? 1) - 1],
      text: () => this.words(this.outputCell(), "output"),
      go: ([row, column]: Cell) => this.pick(row * (this.picture?.size[1] ?? 1) + column),
    };
    this.window = new Frame("window", {
      ...output,
      label: "Window on the input",
      within: inputs.plot,
    });
    this.target = new Frame("source", { ...output, label: "Output cell", within: outputs.plot });
    inputs.plot.append(this.source.node, this.window.node);
    outputs.plot.append(this.kept.node, this.preview.node, this.block.node, this.target.node);
    this.node.append(...Object.values(this.figures).map(({ node }) => node));
    // Who presses on an input cell, or goes to it with the keyboard, means its stamp.
    for (const kind of ["pointerdown", "focusin"])
      this.input.node.addEventListener(kind, (event) => this.choose(event.target), { signal });
  }

  private choose(target: EventTarget | null): void {
    const cells = [...this.input.node.querySelectorAll('[role="gridcell"]')];
    const index = cells.findIndex((cell) => target instanceof Node && cell.contains(target));
    if (index < 0) return;
    const columns = this.place && this.gathers() ? this.place.columns.size : this.inputColumns();
    const cell = this.ofInput(cellAt(index, columns));
    if (cell && !this.gathers()) this.go.stamp(cell[0] * this.inputColumns() + cell[1]);
  }

  private pick(cell: number): void {
    if (cell !== this.state.output_cell) this.go.output(cell);
  }

  private gathers(): boolean {
    return this.state.mode === "gather";
  }

  private inputColumns(): number {
    return sizeOf(this.state.input)[1];
  }

  private stampCell(): Cell {
    return cellAt(this.state.stamp, this.inputColumns());
  }

  private outputCell(): Cell {
    return cellAt(this.state.output_cell, this.picture?.size[1] ?? 1);
  }

  private words([row, column]: Cell, of: string): string {
    return `row ${row + 1}, column ${column + 1} of the ${of}`;
  }

  /** The input cell that a cell of its grid stands for; null for a zero that was put in. */
  private ofInput([row, column]: Cell): Cell | null {
    if (!this.gathers() || !this.place) return [row, column];
    const [r, c] = [this.place.rows.input(row), this.place.columns.input(column)];
    return r < 0 || c < 0 ? null : [r, c];
  }

  private inputAt(cell: Cell): number | null {
    const at = this.ofInput(cell);
    return at ? (this.state.input[at[0]]?.[at[1]] ?? 0) : null;
  }

  /** The gather view has the kernel turned by half a turn. */
  private turned([row, column]: Cell): Cell {
    const [rows, columns] = sizeOf(this.state.kernel);
    return this.gathers() ? [rows - 1 - row, columns - 1 - column] : [row, column];
  }

  private kernelAt(cell: Cell): number {
    const [row, column] = this.turned(cell);
    return this.state.kernel[row]?.[column] ?? 0;
  }

  private ofOutput([row, column]: Cell): Cell {
    return [row - this.state.padding, column - this.state.padding];
  }

  derive(picture: Picture): void {
    this.picture = picture;
    this.place = spread(picture);
    this.accumulated = unpack(picture.accumulated);
    this.hold();
  }

  /** Fits all grids into the place, with cells of one size. */
  resize(width: number, height: number, scale: number): void {
    const { picture, place } = this;
    if (!picture || !place) return;
    const gathers = this.gathers();
    const input: Cell = gathers ? [place.rows.size, place.columns.size] : sizeOf(picture.input);
    const kernel: Cell = sizeOf(picture.kernel);
    const grids: Cell[] = [input, kernel, ...(gathers ? [] : [kernel]), picture.whole];
    // The first and the last grid are drawn to one scale in the gather view; else the last alone.
    const large = gathers ? [0, grids.length - 1] : [grids.length - 1];
    [this.side, this.small] = sides(grids, large, width, height, scale);
  }

  hold(): void {
    const { picture, place, state, small } = this;
    if (!picture || !place || !fits(picture, state)) return;
    const gathers = this.gathers();
    const side = gathers ? this.side : small; // of the input
    const colour = (value: number, limit: number) => colourAt(this.map(), value, -limit, limit);
    const { scale } = picture;
    for (const [name, shown] of Object.entries(this.scales)) {
      const limit = scale[name as keyof typeof scale];
      shown.show(this.map(), -limit, limit);
    }
    const pairs = feeding(picture, this.outputCell());
    const isFed = (cell: Cell, which: 0 | 1) =>
      gathers && pairs.some((pair) => pair[which].join() === cell.join());

    const inputSize: Cell = gathers ? [place.rows.size, place.columns.size] : sizeOf(state.input);
    this.input.show(inputSize, side, (cell): Look => {
      const at = this.ofInput(cell);
      if (!at) return { text: side < 24 ? "" : "0", fill: colour(0, 1), is: "zero" };
      const value = this.inputAt(cell) ?? 0;
      const is = isFed(at, 0) ? "used" : "";
      return { text: given(value, side), fill: colour(value, scale.input), is };
    });
    this.kernel.show(sizeOf(state.kernel), small, (cell): Look => {
      const value = this.kernelAt(cell);
      const is = isFed(this.turned(cell), 1) ? "used" : "";
      return { text: given(value, small), fill: colour(value, scale.kernel), is };
    });
    const [, across] = sizeOf(state.kernel);
    const products = picture.products[state.stamp] ?? [];
    this.stamp.show(sizeOf(state.kernel), small, ([row, column]): Look => {
      const value = products[row * across + column] ?? 0;
      return { text: inCell(value, small), fill: colour(value, scale.output) };
    });
    this.holdOutput(picture, colour);
    this.frames(picture, place);
    this.titles(picture);
  }

  private holdOutput(picture: Picture, colour: (value: number, limit: number) => string): void {
    const { state, side } = this;
    const [rows, columns] = picture.whole;
    const last = picture.products.length - 1;
    const done = this.gathers() ? last : Math.min(state.stamp, last);
    const [i, j] = this.stampCell();
    this.output.show([rows, columns], side, (cell): Look => {
      const [row, column] = this.ofOutput(cell);
      const value = this.accumulated[(done * rows + cell[0]) * columns + cell[1]] ?? 0;
      const is: string[] = [];
      const { size } = picture;
      if (row < 0 || column < 0 || row >= size[0] || column >= size[1]) is.push("cut");
      if (!this.gathers() && picture.rows[i]?.includes(row) && picture.columns[j]?.includes(column))
        is.push("stamped");
      return {
        text: inCell(value, side),
        fill: colour(value, picture.scale.output),
        is: is.join(" "),
      };
    });
  }

  private frames(picture: Picture, place: Spread): void {
    const gathers = this.gathers();
    const { side, small } = this;
    const { padding } = picture;
    const [i, j] = this.stampCell();
    const reach = reachOf(picture);
    const at = (row: number, column: number): Cell => [
      (picture.rows[row]?.[0] ?? 0) + padding,
      (picture.columns[column]?.[0] ?? 0) + padding,
    ];
    this.source.show([i, j], [1, 1], small);
    this.block.show(at(i, j), reach, side);
    const [row, column] = this.outputCell();
    this.target.show([row + padding, column + padding], [1, 1], side);
    this.window.show([place.rows.window(row), place.columns.window(column)], reach, side);
    this.kept.show([padding, padding], picture.size, side);
    if (this.pointed) this.preview.show(at(...this.pointed), reach, side);
    this.preview.node.hidden = gathers || !this.pointed;
    this.source.node.hidden = gathers;
    this.block.node.hidden = gathers;
    this.target.node.hidden = !gathers;
    this.window.node.hidden = !gathers;
    this.kept.node.hidden = picture.whole.join() === picture.size.join();
    this.figures.stamp.node.hidden = gathers;
  }

  private titles(picture: Picture): void {
    const { input, kernel, stamp, output } = this.figures;
    const gathers = this.gathers();
    const [i, j] = this.stampCell();
    const value = given(picture.input[i]?.[j] ?? 0, 99);
    write(input.title, gathers ? "Input with zeros" : "Input");
    write(input.note, "");
    write(kernel.title, "Kernel");
    write(kernel.note, gathers ? "turned by 180°" : "");
    write(stamp.title, "Stamp");
    write(stamp.note, `${value} × kernel`);
    write(output.title, "Output");
    const stamps = picture.products.length;
    write(output.note, gathers ? "" : `after ${this.state.stamp + 1} of ${stamps} stamps`);
    set(this.node, { "data-mode": this.state.mode });
  }
}

/** What a cell is called: by its place in the input or the kernel, wherever it is drawn. */
function named(cell: Cell | null): string {
  return cell ? `row ${cell[0] + 1}, column ${cell[1] + 1}` : "put in";
}
