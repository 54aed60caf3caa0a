/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Cell } from "../_front/windows.ts";

export const KINDS = [
  ["convolution", "convolution"],
  ["max pooling", "max pooling"],
] as const;

export const MOST_LAYERS = 6;

/** Kernel, stride, padding and dilation. */
export type Layer = [
  kind: string,
  kernel: number,
  stride: number,
  padding: number,
  dilation: number,
];

export interface Stack {
  layers: Layer[];
  size: number;
}

/** The hand's side: traits that the page sets. */
export interface State extends Stack {
  at: [layer: number, row: number, column: number];
  chosen: number;
  image: string;
}

/** Python's side. */
export interface Picture extends Stack {
  at: State["at"];
  /** Rows and columns of the image and of each layer. */
  planes: Cell[];
  names: string[];
  /** How many pixels a cell of each layer sees along one axis, and how far apart neighbours look. */
  reaches: number[];
  strides: number[];
  /** The rows and the columns that the cell sees in the image and in each layer up to its own. */
  seen: [rows: number[], columns: number[]][];
  sentence: string;
  /** One step for each layer. */
  recursion: string[];
  stride_sentence: string;
  comparison: string;
  code: string;
}

export interface Model extends State, Shared {
  examples: Record<string, Stack>;
  photo: { pixels: Packed } | null;
  picture: Picture;
}

export type Change = (part: Partial<State>) => void;

/** Whether the picture is of this stack: else its planes are other ones. */
export function fits(picture: Picture, state: State): boolean {
  const { layers, size } = state;
  return JSON.stringify([picture.layers, picture.size]) === JSON.stringify([layers, size]);
}
