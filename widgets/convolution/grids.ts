/** Input, kernel and output side by side: the window, what it covers, and what comes of it. */

import { unpack, type Values } from "../_front/arrays.ts";
import { type ColourMap, colourAt, diverging, grey, type Rgb } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { Frame } from "../_front/frame.ts";
import { clamp } from "../_front/numbers.ts";
import { type Cell, corner, reach, type Sweep } from "../_front/windows.ts";
import { Board } from "./board.ts";
import { mark, same } from "./marks.ts";
import { replaced } from "./reshape.ts";
import { need, side, stackedSide } from "./sizes.ts";
import {
  CHANNELS,
  type Change,
  type Ends,
  type Picture,
  place,
  type State,
  sweepOf,
  type Table,
  tidy,
} from "./state.ts";
import { Thumbs } from "./thumbs.ts";

const LETTER = 5.6; // pixels: the narrowest that a number is written in
const MODES: Record<string, string> = {
  zeros: "zeros",
  reflect: "reflected",
  replicate: "repeated",
  circular: "from the other side",
};

export interface Hooks {
  /** The output cell to be looked at: pointed at, or stepped to. */
  look(output: Cell | null): void;
  go(output: Cell): void;
  brush(): number | null;
}

export class Grids {
  readonly node: HTMLElement;
  private readonly input: Board;
  private readonly kernel: Board;
  private readonly output: Board;
  private readonly bias: Board;
  private readonly biasName = html("span", { class: "note" }, "+ bias");
  private readonly window: Frame;
  private readonly result = new Frame("result");
  private picture!: Picture;
  private sweep!: Sweep;
  private values!: { cells: Values; outputs: Values };
  private maps!: { input: ColourMap; sign: ColourMap; output: ColourMap };
  private side = 40;
  private here: Cell = [0, 0];
  private overInput: Cell | null = null;
  private overKernel: Cell | null = null;
  private readonly channels: Thumbs;
  private readonly filters: Thumbs;

  constructor(
    private readonly state: State,
    change: Change,
    hooks: Hooks,
    signal: AbortSignal,
  ) {
    this.channels = new Thumbs(
      "Input channel",
      (c) => CHANNELS[c] ?? "",
      (channel) => change({ channel }),
      signal,
    );
    this.filters = new Thumbs(
      "Filter",
      (f) => `filter ${f + 1}`,
      (chosen) => change({ chosen, guess: null }),
      signal,
    );
    const own = ([r, c]: Cell): Cell => [r - this.picture.before[0], c - this.picture.before[1]];
    const inside = (cell: Cell) => {
      const [r, c] = own(cell);
      return r >= 0 && c >= 0 && r < this.picture.size[0] && c < this.picture.size[1];
    };
    const called = (cell: Cell) => {
      const [r, c] = own(cell);
      return inside(cell)
        ? `row ${r + 1}, column ${c + 1}`
        : `row ${r + 1}, column ${c + 1} outside`;
    };
    this.input = new Board(
      "input",
      "Input",
      {
        label: "Input",
        signal,
        low: -99,
        high: 99,
        step: 1,
        editable: inside,
        brush: hooks.brush,
        name: called,
        value: (cell) => this.table()[own(cell)[0]]?.[own(cell)[1]] ?? 0,
        edit: (cell, value) => {
          const [r, c] = own(cell);
          const input = this.state.input.map((table, i) =>
            i === this.channel ? replaced(table, r, c, value) : table,
          );
          change({ input });
        },
        point: (cell) => {
          this.overInput = cell && own(cell);
          this.mark();
        },
      },
      this.channels,
    );
    this.kernel = new Board("kernel", "Kernel", {
      label: "Kernel",
      signal,
      low: -99,
      high: 99,
      step: 0.1,
      value: ([r, c]) => this.weights()[r]?.[c] ?? 0,
      edit: ([r, c], value) => {
        const { chosen } = this.picture;
        const kernel = this.state.kernel.map((filter, f) =>
          filter.map((table, i) =>
            f === chosen && i === this.channel ? replaced(table, r, c, value) : table,
          ),
        );
        change({ kernel });
      },
      point: (cell) => {
        this.overKernel = cell;
        this.mark();
      },
    });
    this.bias = new Board("bias", "", {
      label: "Bias",
      signal,
      low: -99,
      high: 99,
      name: () => "bias",
      value: () => this.state.bias[this.picture.chosen] ?? 0,
      edit: (_, value) => {
        change({ bias: state.bias.map((old, f) => (f === this.picture.chosen ? value : old)) });
      },
    });
    let pointed: Cell | null = null;
    this.output = new Board(
      "output",
      "Output",
      {
        label: "Output",
        signal,
        point: (cell) => {
          pointed = cell;
          hooks.look(cell);
        },
      },
      this.filters,
    );
    const take = () => pointed && hooks.go(pointed);
    this.output.cells.node.addEventListener("click", take, { signal });
    this.output.cells.node.addEventListener(
      "keydown",
      (event) => {
        if (event.key === "Enter" || event.key === " ") take();
      },
      { signal },
    );
    this.window = new Frame("window", {
      label: "The window",
      within: this.input.cells.node,
      side: () => this.side,
      pitch: () => this.sweep?.stride ?? [1, 1],
      value: () => this.here,
      last: () => {
        const [rows, columns] = this.picture?.outputs ?? [1, 1];
        return [rows - 1, columns - 1];
      },
      text: () => `over output row ${this.here[0] + 1}, column ${this.here[1] + 1}`,
      go: hooks.go,
      signal,
    });
    this.input.field.append(this.window.node);
    this.output.field.append(this.result.node);
    const addend = html("div", { class: "addend" }, this.biasName, this.bias.field);
    this.kernel.node.append(addend);
    const sign = (text: string) => html("span", { class: "operator", "aria-hidden": "true" }, text);
    const boards = [this.input.node, sign("∗"), this.kernel.node, sign("="), this.output.node];
    this.node = html("div", { class: "grids" }, ...boards);
  }

  /** Takes over what Python sent. */
  derive(picture: Picture, paper: Rgb): void {
    this.picture = picture;
    this.sweep = sweepOf(picture);
    this.values = { cells: unpack(picture.cells), outputs: unpack(picture.values) };
    const sign = diverging(paper);
    const of = ([low]: Ends) => (low < 0 ? sign : grey);
    this.maps = { input: of(picture.scales.input), sign, output: of(picture.scales.output) };
  }

  /** What the tables need so that their numbers can be read. */
  get need(): { width: number; height: number } {
    return need(this.picture);
  }

  /** Whether there is a row of channels or filters to choose from. */
  get many(): boolean {
    return this.picture.kernel.length > 1 || (this.picture.values.shape[0] as number) > 1;
  }

  private get room(): number {
    return clamp(Math.floor(this.side / LETTER), 2, 6);
  }

  /** The largest cells that have room; stacked one below the other on a narrow page. */
  fit(width: number, height: number, scale: number, stacked: boolean): void {
    this.side = stacked
      ? stackedSide(this.picture, width)
      : side(this.picture, width, height, scale);
    set(this.node, { "data-small": this.side < 34 });
  }

  /** Draws what the hand holds, the window at `here`. */
  show(here: Cell, hidden: Cell | null): void {
    const { picture, sweep, side } = this;
    this.here = here;
    const { scales, before, outputs, chosen } = picture;
    const [channels, rows, columns] = picture.cells.shape as [number, number, number];
    const table = this.table();
    const fresh = table.length === picture.size[0] && table[0]?.length === picture.size[1];
    this.input.cells.show([rows, columns], side, ([r, c]) => {
      const own = fresh ? table[r - before[0]]?.[c - before[1]] : undefined;
      const value =
        own ?? (this.values.cells[place(picture.cells, this.channel, [r, c])] as number);
      const padding = own === undefined && this.isPadding([r, c]);
      const fill = colourAt(this.maps.input, value, ...scales.input);
      return { text: tidy(value, this.room), fill, is: padding ? "padding" : "" };
    });
    this.kernel.cells.show(sweep.kernel, side, ([r, c]) => {
      const value = this.weights()[r]?.[c] ?? 0;
      return {
        text: tidy(value, this.room),
        fill: colourAt(this.maps.sign, value, ...scales.kernel),
      };
    });
    this.bias.cells.show([1, 1], clamp(side, 28, 40), () => {
      const value = this.state.bias[chosen] ?? 0;
      const ends: Ends = [-scales.output[1], scales.output[1]];
      return { text: tidy(value, this.room), fill: colourAt(this.maps.sign, value, ...ends) };
    });
    this.output.cells.show(outputs, side, (cell) => {
      const value = this.values.outputs[place(picture.values, chosen, cell)] as number;
      if (same(hidden, cell)) return { text: "?", fill: colourAt(this.maps.output, 0, 0, 1) };
      const fill = colourAt(this.maps.output, value, ...scales.output);
      return { text: tidy(value, this.room), fill };
    });
    this.words(channels);
    const size: Cell = [rows, columns];
    this.channels.show(
      this.values.cells,
      channels,
      size,
      this.maps.input,
      scales.input,
      this.channel,
    );
    const filters = picture.values.shape[0] as number;
    this.filters.show(
      this.values.outputs,
      filters,
      outputs,
      this.maps.output,
      scales.output,
      chosen,
    );
    const [top, left] = corner(sweep, here);
    this.window.show([top + before[0], left + before[1]], reach(sweep), side);
    this.result.show(here, [1, 1], side);
    this.mark();
  }

  private words(channels: number): void {
    const { picture, maps } = this;
    const { size, scales, outputs, chosen } = picture;
    const colour = channels > 1 ? `${CHANNELS[this.channel]}, ` : "";
    const padded = picture.cells.shape[1] !== size[0] || picture.cells.shape[2] !== size[1];
    const around = padded ? ` + ${MODES[this.state.padding_mode]}` : "";
    this.input.say(`${colour}${size[0]} × ${size[1]}${around}`, maps.input, scales.input);
    const filters = picture.values.shape[0] as number;
    const filter = filters > 1 ? `filter ${chosen + 1}, ` : "";
    const [rows, columns] = this.sweep.kernel;
    this.kernel.say(`${filter}${colour}${rows} × ${columns}`, maps.sign, scales.kernel);
    this.output.say(`${filter}${outputs[0]} × ${outputs[1]}`, maps.output, scales.output);
    write(this.biasName, filters > 1 ? `+ bias ${chosen + 1}` : "+ bias");
  }

  private mark(): void {
    if (!this.picture) return;
    const boards = {
      input: this.input.cells,
      kernel: this.kernel.cells,
      output: this.output.cells,
    };
    const pointed = { input: this.overInput, kernel: this.overKernel };
    mark(boards, this.picture, this.weights(), this.here, pointed);
  }

  private isPadding([r, c]: Cell): boolean {
    const { before, size } = this.picture;
    const [row, column] = [r - before[0], c - before[1]];
    return row < 0 || column < 0 || row >= size[0] || column >= size[1];
  }

  private get channel(): number {
    return Math.min(this.state.channel, this.picture.kernel.length - 1);
  }

  private table(): Table {
    return this.state.input[this.channel] ?? (this.state.input[0] as Table);
  }

  /** The weights in hand; Python's while a kernel of another size is on its way. */
  private weights(): Table {
    const { chosen, kernel } = this.picture;
    const sent = kernel[this.channel] as Table;
    const held = this.state.kernel[chosen]?.[this.channel];
    return held && held.length === sent.length && held[0]?.length === sent[0]?.length ? held : sent;
  }
}
