/** Where cells lie in the gather view: the input with zeros between and around its cells. */

import type { Cell } from "../_front/cells.ts";
import { type Picture, sizeOf } from "./state.ts";

interface Axis {
  /** Cells, zeros included. */
  size: number;
  /** Where an input cell lies. */
  of(index: number): number;
  /** Where the window of an output cell begins. */
  window(output: number): number;
  /** The input cell at a place; −1 where a zero was put in. */
  input(place: number): number;
}

export interface Spread {
  rows: Axis;
  columns: Axis;
  /** Cells from the window's first to its last, dilation included. */
  reach: Cell;
}

/** One axis: a window of the turned kernel that moves by 1 over the spread input. */
function axis(inputs: number, outputs: number, reach: number, { stride, padding }: Picture): Axis {
  const around = Math.max(0, reach - 1 - padding);
  const first = padding - (reach - 1 - around);
  const last = around + (inputs - 1) * stride;
  return {
    size: Math.max(last + 1, first + outputs - 1 + reach),
    of: (index) => around + index * stride,
    window: (output) => first + output,
    input: (place) => {
      const index = (place - around) / stride;
      return Number.isInteger(index) && index >= 0 && index < inputs ? index : -1;
    },
  };
}

export function spread(picture: Picture): Spread {
  const [height, width] = sizeOf(picture.input);
  const reach = reachOf(picture);
  return {
    rows: axis(height, picture.size[0], reach[0], picture),
    columns: axis(width, picture.size[1], reach[1], picture),
    reach,
  };
}

export function reachOf({ kernel, dilation }: Picture): Cell {
  const [rows, columns] = sizeOf(kernel);
  return [dilation * (rows - 1) + 1, dilation * (columns - 1) + 1];
}

/**
 * Zeros before the input's first row, and after its last; the same for columns. A number below 0
 * counts what no window reaches instead: the padding is so large that it cuts into the input.
 */
export function edges(picture: Picture): [before: number, after: number][] {
  return reachOf(picture).map((cells) => {
    const before = cells - 1 - picture.padding;
    return [before, before + picture.output_padding];
  });
}

/** The pairs of an input cell and a kernel cell that feed an output cell. */
export function feeding(picture: Picture, [row, column]: Cell): [input: Cell, kernel: Cell][] {
  const pairs: [Cell, Cell][] = [];
  picture.rows.forEach((down, i) => {
    const u = down.indexOf(row);
    if (u < 0) return;
    picture.columns.forEach((across, j) => {
      const v = across.indexOf(column);
      if (v >= 0)
        pairs.push([
          [i, j],
          [u, v],
        ]);
    });
  });
  return pairs;
}
