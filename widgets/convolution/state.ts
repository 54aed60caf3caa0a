/** What the page shares with Python. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import { fixed } from "../_front/numbers.ts";
import type { Cell, Sweep } from "../_front/windows.ts";

export type Table = number[][];

/** The hand's side: traits that the page sets. */
export interface State {
  input: Table[];
  kernel: Table[][];
  bias: number[];
  stride: number;
  padding: number | string;
  dilation: number;
  padding_mode: string;
  normalise: boolean;
  activation: string;
  chosen: number;
  channel: number;
  at: Cell;
  image: string;
  task: string;
  guess: number | null;
  first: number[];
}

export interface Preset {
  name: string;
  cells: Table;
  sentence: string;
  normalise: boolean;
}

export interface Photo {
  turn: number;
  pixels: Packed | null;
  said: string;
}

export type Ends = [low: number, high: number];

export interface Verdict {
  solved: boolean;
  hint: string;
  trials: { name: string; answer: number; right: boolean }[];
}

/** Python's side. */
export interface Picture {
  /** `(C, rows, columns)`, padding included. */
  cells: Packed;
  size: Cell;
  before: Cell;
  outputs: Cell;
  stride: number;
  dilation: number;
  /** `(C, rows, columns, kernel rows, kernel columns)`, of the chosen filter. */
  products: Packed;
  /** `(C, rows, columns)`: their sums. */
  parts: Packed;
  /** `(filters, rows, columns)`. */
  sums: Packed;
  z: Packed;
  values: Packed;
  divisors: number[];
  bias: number[];
  kernel: Table[];
  scales: { input: Ends; kernel: Ends; output: Ends };
  sizes: [rows: string, columns: string];
  preset: string;
  chosen: number;
  code: string;
  verdict: Verdict;
  numbers: number[];
  response: { pixels: Packed; scale: Ends } | null;
}

export interface Model extends State, Shared {
  presets: Preset[];
  photo: Photo;
  picture: Picture;
}

export type Change = (part: Partial<State>) => void;

export const CHANNELS = ["red", "green", "blue"];

export function sweepOf({ kernel, before, stride, dilation }: Picture): Sweep {
  const [first] = kernel as [Table];
  return {
    kernel: [first.length, first[0]?.length ?? 1],
    stride: [stride, stride],
    padding: before,
    dilation: [dilation, dilation],
  };
}

/** Where a value stands in an array of three axes. */
export function place({ shape }: Packed, index: number, [row, column]: Cell): number {
  const [, rows, columns] = shape as [number, number, number];
  return (index * rows + row) * columns + column;
}

/** A number with at most four decimals, and fewer where it would be longer than `room`. */
export function tidy(value: number, room = 9): string {
  let text = "";
  for (let digits = 4; digits >= 0; digits--) {
    text = fixed(value, digits);
    if (digits > 0) text = text.replace(/\.?0+$/, "");
    if (text.length <= room) break;
  }
  return text;
}

/** A number inside a formula: negative ones stand in brackets. */
export function bracketed(value: number): string {
  return value < 0 ? `(${tidy(value)})` : tidy(value);
}
