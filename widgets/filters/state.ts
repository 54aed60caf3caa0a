/** What the page shares with Python. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Frame } from "../_front/live.ts";

export type Values = "weights" | "gradients" | "change";
export type Kernels = "each" | "mean";

export interface FiltersFrame extends Frame {
  /** The convolution whose filters these are; "" as long as there is none. */
  layer: string;
  layers: string[];
  inputs: number;
  /** `(out, kH, kW)`: of several inputs, the mean over them. */
  tiles: Packed;
  most: number;
  /** Every kernel, where a layer has several inputs and each of them is wanted. */
  kernels: {
    /** `(rows × kH, columns × kW)`: as they lie in the table. */
    table: Packed;
    shape: [rows: number, columns: number, height: number, width: number];
    /** The filter in the first row. */
    first: number;
    most: number;
  } | null;
  values: Values;
  step: number;
  /** The step from which changes count; −1 where the tiles show something else. */
  since: number;
  /** The step that they are of, where that is not the present one; −1 where it is. */
  asOf: number;
  channel: number;
  dead: boolean[];
  off: boolean[];
}

/** What there is besides where hands are wanted. */
export interface HandsFrame extends FiltersFrame {
  /** `(in, kH, kW)`: the chosen filter's kernels. */
  row: Packed;
  rowMost: number;
  open: number;
  /** The weights of the one that lies open. */
  kernel: number[][];
  kernelMost: number;
  bias: number | null;
  switchedOff: number;
  edits: number;
  verdict: { solved: boolean; hint: string };
}

export interface Edit {
  layer: string;
  place: number[];
  value: number;
  bias: boolean;
  drag: number;
}

/** The hand's side: traits that the page sets. */
export interface State {
  values: Values;
  kernels: Kernels;
  opened: number;
  edit: Edit | Record<string, never>;
  task: string;
}

export interface Model extends State, Shared {
  frame: FiltersFrame | HandsFrame;
  hands: boolean;
}
