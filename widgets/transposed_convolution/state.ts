/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Cell } from "../_front/cells.ts";
import type { Shared } from "../_front/host.ts";

export const MODES = [
  ["scatter", "Scatter"],
  ["gather", "Gather"],
  ["matrix", "Matrix"],
  ["checkerboard", "Checkerboard"],
] as const;
export type Mode = (typeof MODES)[number][0];

export const LIMIT = 9;

export interface Settings {
  input: number[][];
  kernel: number[][];
  stride: number;
  padding: number;
  output_padding: number;
  dilation: number;
}

/** The hand's side: traits that the page sets. */
export interface State extends Settings {
  mode: Mode;
  stamp: number;
  output_cell: number;
  compared: [number, number];
  compared_stride: number;
}

/** Python's side. */
export interface Picture extends Settings {
  /** The output's row on which row u of the stamp of input row i lands: `rows[i][u]`. */
  rows: number[][];
  columns: number[][];
  /** Rows and columns of the output with what padding cuts off; it begins at −padding. */
  whole: [number, number];
  size: [number, number];
  /** Input cell times kernel cell, both row by row. */
  products: number[][];
  /** The whole output after each stamp. */
  accumulated: Packed;
  output: number[][];
  /** What the convolution with the same settings makes of the output. */
  again: number[][];
  matrix: Packed;
  sentence: string[];
  matrix_sentence: string;
  scale: { input: number; kernel: number; output: number };
  code: string;
}

export interface Side {
  kernel: number;
  counts: number[][];
  larger: Packed;
  sentence: string;
}

export interface Comparison {
  stride: number;
  kernels: [number, number];
  sides: [Side, Side];
}

export interface Model extends State, Shared {
  picture: Picture;
  comparison: Comparison | Record<string, never>;
  examples: Record<string, Settings>;
}

export type Change = (part: Partial<State>) => void;

export function sizeOf(table: number[][]): [number, number] {
  return [table.length, table[0]?.length ?? 0];
}

/** The n-th cell, row by row. */
export function cellAt(index: number, columns: number): Cell {
  return [Math.floor(index / columns), index % columns];
}

/** Whether a picture is of grids and settings of this kind: else its cells are elsewhere. */
export function fits(picture: Picture, state: State): boolean {
  const shape = ({ input, kernel, stride, padding, output_padding, dilation }: Settings) =>
    [sizeOf(input), sizeOf(kernel), stride, padding, output_padding, dilation].join();
  return shape(picture) === shape(state);
}

/** A table of another size: what remains keeps its numbers, what is new repeats its edge. */
export function resized(table: number[][], rows: number, columns: number): number[][] {
  return Array.from({ length: rows }, (_, r) =>
    Array.from({ length: columns }, (_, c) => {
      const row = table[Math.min(r, table.length - 1)] as number[];
      return row[Math.min(c, row.length - 1)] as number;
    }),
  );
}

/** A table with one other number. */
export function replaced(table: number[][], [row, column]: Cell, value: number): number[][] {
  return table.with(row, (table[row] as number[]).with(column, value));
}
