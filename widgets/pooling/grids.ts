/** The tables: the input with its window, the results, and the gradient on its way back. */

import { type Cell, Cells, type Look } from "../_front/cells.ts";
import { amount, colourAt, diverging, type Rgb } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { Frame } from "../_front/frame.ts";
import { Scale } from "../_front/scale.ts";
import { cellOf, corner, meetings, stepOf } from "../_front/windows.ts";
import { Arrows } from "./arrows.ts";
import { inputLook, written } from "./looks.ts";
import {
  type Change,
  fits,
  incoming,
  LIMIT,
  type Picture,
  replaced,
  type State,
  sweepOf,
} from "./state.ts";

const TABLES = ["input", "output", "gradient_out", "gradient_in"] as const;
type Table = (typeof TABLES)[number];

const TITLES: Record<Table, string> = {
  input: "Input",
  output: "Pooled",
  gradient_out: "∂C/∂result",
  gradient_in: "∂C/∂input",
};

export class Grids {
  /** Input and results; the gradient stands elsewhere. */
  readonly node = html("div", { class: "grids" });
  readonly gradients = html("div", { class: "grids" });
  readonly arrows: Arrows;
  private readonly tables: Record<Table, Cells>;
  private readonly notes = {} as Record<Table, HTMLElement>;
  private readonly scales = {} as Record<Table, Scale>;
  private readonly frames: Record<Table, Frame>;
  private pointed: Cell | null = null;
  private side = 48;

  constructor(
    private readonly state: State,
    private readonly change: Change,
    private readonly picture: () => Picture,
    /** Goes to a result's window, and stops what plays. */
    private readonly go: (step: number) => void,
    private readonly paper: () => Rgb,
    signal: AbortSignal,
  ) {
    this.arrows = new Arrows(state, change, signal);
    const range = { low: -LIMIT, high: LIMIT, signal };
    const look = (cell: Cell | null) => {
      if (cell) this.look(cell);
    };
    this.tables = {
      input: new Cells({
        label: TITLES.input,
        ...range,
        step: 1,
        name: (cell) => this.name(this.inside(cell)),
        value: (cell) => this.inputAt(this.inside(cell)) ?? 0,
        editable: (cell) => state.task === "none" && this.inputAt(this.inside(cell)) !== null,
        edit: (cell, value) => this.put(this.inside(cell), value),
        point: (cell) => {
          this.pointed = cell && this.inside(cell);
          this.hold();
        },
      }),
      output: new Cells({ label: TITLES.output, signal, point: look }),
      gradient_out: new Cells({
        label: TITLES.gradient_out,
        ...range,
        step: 0.5,
        value: ([row, column]) => incoming(picture(), state)[row]?.[column] ?? 0,
        edit: (cell, value) =>
          change({ gradient: replaced(incoming(picture(), state), cell, value) }),
        point: look,
      }),
      gradient_in: new Cells({ label: TITLES.gradient_in, signal }),
    };
    const { input } = this.tables;
    const place = html("div", { class: "plot" }, input.node);
    this.frames = {
      input: new Frame("window", {
        label: "The window",
        within: place,
        side: () => this.side,
        pitch: () => picture().stride,
        value: () => this.result(),
        last: () => [picture().outputs[0] - 1, picture().outputs[1] - 1],
        text: () => this.words(),
        go: (cell) => this.look(cell),
        signal,
      }),
      output: new Frame("result"),
      gradient_out: new Frame("result"),
      gradient_in: new Frame("window"),
    };
    for (const name of TABLES) this.build(name, name === "input" ? place : null);
    input.node.addEventListener("click", (event) => this.pick(event.target), { signal });
    input.node.addEventListener(
      "keydown",
      (event) => {
        if (event.key === "Enter" || event.key === " ") this.pick(event.target);
      },
      { signal },
    );
  }

  private build(name: Table, made: HTMLElement | null): void {
    const place = made ?? html("div", { class: "plot" }, this.tables[name].node);
    place.append(this.frames[name].node);
    this.notes[name] = html("span", { class: "note" });
    this.scales[name] = new Scale();
    const head = html("div", { class: "head" }, html("h3", {}, TITLES[name]), this.notes[name]);
    if (name !== "output") head.append(this.scales[name].node);
    const figure = html("div", { class: `figure ${name}` }, head, place);
    if (name === "input") figure.append(this.arrows.node);
    (name.startsWith("gradient") ? this.gradients : this.node).append(figure);
  }

  /** The input cell at a place of the drawn grid. */
  private inside([row, column]: Cell): Cell {
    const { corner: first } = this.picture();
    return [row + first[0], column + first[1]];
  }

  private name([row, column]: Cell): string {
    const known = this.inputAt([row, column]) !== null;
    return known ? `row ${row + 1}, column ${column + 1}` : "around the input";
  }

  /** What the hand holds, moved; null on the padding. */
  private inputAt([row, column]: Cell): number | null {
    const { input, shift } = this.state;
    if (shift[0] === 0 && shift[1] === 0) return input[row]?.[column] ?? null;
    return this.picture().input[row]?.[column] ?? null;
  }

  /** A moved input that is changed becomes the input. */
  private put(cell: Cell, value: number): void {
    const { input, shift } = this.state;
    const stands = shift[0] === 0 && shift[1] === 0;
    const table = stands ? input : this.picture().input;
    this.change({ input: replaced(table, cell, value), shift: [0, 0] });
  }

  private result(): Cell {
    return cellOf(this.state.step, this.picture().outputs);
  }

  private look(cell: Cell): void {
    const step = stepOf(cell, this.picture().outputs);
    if (step !== this.state.step) this.go(step);
  }

  private pick(target: EventTarget | null): void {
    if (this.state.task === "none") return;
    const all = [...this.tables.input.node.querySelectorAll('[role="gridcell"]')];
    const index = all.indexOf(target as Element);
    if (index < 0) return;
    const { whole, input } = this.picture();
    const cell = this.inside(cellOf(index, whole));
    if (this.inputAt(cell) === null) return;
    const picked = stepOf(cell, [input.length, input[0]?.length ?? 0]);
    // The last one is spoken of.
    this.change({ picked: [...this.state.picked.filter((one) => one !== picked), picked] });
  }

  private words(): string {
    const [row, column] = this.result();
    const { sentences } = this.picture();
    return `result in row ${row + 1}, column ${column + 1}: ${sentences[this.state.step] ?? ""}`;
  }

  /** Pixels that input and results need with cells of a side; no table is narrower than its name. */
  extent(side: number, narrowest: number): { width: number; height: number } {
    const { whole, outputs } = this.picture();
    return {
      width: Math.max(whole[1] * side, narrowest) + Math.max(outputs[1] * side, narrowest),
      height: Math.max(whole[0], outputs[0]) * side,
    };
  }

  resize(side: number): void {
    this.side = side;
  }

  hold(): void {
    const picture = this.picture();
    const { state, side } = this;
    if (!fits(picture, state)) return;
    const paper = this.paper();
    const map = amount(paper);
    const signs = diverging(paper);
    const [low, high] = picture.scale;
    const { gradient_scale: most } = picture;
    this.scales.input.show(map, low, high);
    for (const name of ["gradient_out", "gradient_in"] as const)
      this.scales[name].show(signs, -most, most);

    this.tables.input.show(picture.whole, side, (cell) => {
      const at = this.inside(cell);
      return inputLook(at, this.inputAt(at), picture, state, map, paper, side);
    });
    const touched = this.touched(picture);
    this.tables.output.show(picture.outputs, side, ([row, column]) => {
      const value = picture.values[row]?.[column] ?? 0;
      const is: string[] = [];
      if (this.moved()) is.push(picture.stayed[row]?.[column] ? "stayed" : "changed");
      if (touched.has(stepOf([row, column], picture.outputs))) is.push("touched");
      return {
        text: written(value, side),
        fill: colourAt(map, value, low, high),
        is: is.join(" "),
      };
    });
    const signed = (value: number): Look => ({
      text: written(value, side),
      fill: colourAt(signs, value, -most, most),
    });
    const held = incoming(picture, state);
    this.tables.gradient_out.show(picture.outputs, side, ([row, column]) =>
      signed(held[row]?.[column] ?? 0),
    );
    const { gradient_in } = picture;
    this.tables.gradient_in.show(
      [gradient_in.length, gradient_in[0]?.length ?? 0],
      side,
      (cell) => {
        const found = signed(gradient_in[cell[0]]?.[cell[1]] ?? 0);
        return found.text === "0" ? { ...found, is: "none" } : found;
      },
    );
    this.frame(picture);
    this.arrows.hold();
    const before = this.moved() ? `was ${written(this.at(picture.before), 99)}` : "same scale";
    write(this.notes.output, before);
    write(this.notes.gradient_out, "drag it");
  }

  private at(table: number[][]): number {
    const [row, column] = this.result();
    return table[row]?.[column] ?? 0;
  }

  private moved(): boolean {
    return this.state.shift.some((by) => by !== 0);
  }

  /** The results that the pointed input cell goes into. */
  private touched(picture: Picture): Set<number> {
    const { pointed } = this;
    if (!pointed || picture.input[pointed[0]]?.[pointed[1]] === undefined) return new Set();
    const found = meetings(sweepOf(picture), pointed, picture.outputs);
    return new Set(found.map(({ output }) => stepOf(output, picture.outputs)));
  }

  private frame(picture: Picture): void {
    const { side } = this;
    const at = this.result();
    const [top, left] = corner(sweepOf(picture), at);
    const { corner: first, kernel } = picture;
    this.frames.input.show([top - first[0], left - first[1]], kernel, side);
    this.frames.output.show(at, [1, 1], side);
    this.frames.gradient_out.show(at, [1, 1], side);
    // No padding is drawn here: the frame ends where the cells do.
    const [rows, columns] = [picture.input.length, picture.input[0]?.length ?? 0];
    const from: Cell = [Math.max(top, 0), Math.max(left, 0)];
    const to: Cell = [Math.min(top + kernel[0], rows), Math.min(left + kernel[1], columns)];
    const extent: Cell = [to[0] - from[0], to[1] - from[1]];
    this.frames.gradient_in.show(from, extent, side);
    set(this.frames.gradient_in.node, { hidden: extent[0] <= 0 || extent[1] <= 0 });
  }
}
