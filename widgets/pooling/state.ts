/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Cell, Sweep } from "../_front/windows.ts";

export const KINDS = [
  ["max", "max"],
  ["average", "average"],
  ["global max", "global max"],
  ["global average", "global average"],
] as const;

export const LIMIT = 99;

export interface Settings {
  input: number[][];
  kind: (typeof KINDS)[number][0];
  kernel_size: number;
  stride: number;
  padding: number;
  ceil_mode: boolean;
  count_include_pad: boolean;
  /** Down, and to the right. */
  shift: [number, number];
}

/** The hand's side: traits that the page sets. */
export interface State extends Settings {
  step: number;
  beside: "picture" | "gradient";
  gradient: number[][];
  task: "none" | "may change";
  picked: number[];
}

export interface Task {
  picks: { cell: number; right: boolean }[];
  hint: string;
  solved: boolean;
  score: string;
}

/** Python's side. */
export interface Picture {
  /** All settings but the input, as the hand held them. */
  settings: unknown[];
  /** The input, moved. */
  input: number[][];
  /** The first row and column of the drawn grid: below 0 with padding; and how many there are. */
  corner: [number, number];
  whole: [number, number];
  kernel: [number, number];
  stride: [number, number];
  padding: [number, number];
  outputs: [number, number];
  values: number[][];
  /** The results before the input was moved, and whether they are still the same. */
  before: number[][];
  stayed: boolean[][];
  /** Of each result, row by row; none where means are taken. */
  winners: [number, number][];
  wins: number[][];
  /** How many windows cover a cell. */
  coverage: number[][];
  sentences: string[];
  remarks: string[];
  gradient_out: number[][];
  gradient_in: number[][];
  gradient_sentence: string;
  scale: [number, number];
  gradient_scale: number;
  sizes: string[];
  shift_sentence: string;
  kept_sentence: string;
  task: Task | null;
  code: string;
}

export interface Photo {
  pixels: Packed;
  pooled: Packed;
  sentence: string;
}

export interface Model extends State, Shared {
  examples: Record<string, Settings>;
  photo: Photo | null;
  picture: Picture;
}

export type Change = (part: Partial<State>) => void;

export function sizeOf(table: number[][]): [number, number] {
  return [table.length, table[0]?.length ?? 0];
}

/** How the picture's window moves. */
export function sweepOf({ kernel, stride, padding }: Picture): Sweep {
  return { kernel, stride, padding, dilation: [1, 1] };
}

/** Whether the picture is of these settings: else its cells are elsewhere. */
export function fits(picture: Picture, state: State): boolean {
  const { kind, kernel_size, stride, padding, ceil_mode, count_include_pad, shift } = state;
  const held = [kind, kernel_size, stride, padding, ceil_mode, count_include_pad, shift];
  return (
    JSON.stringify(held) === JSON.stringify(picture.settings) &&
    sizeOf(picture.input).join() === sizeOf(state.input).join()
  );
}

/** A table of another size: what remains keeps its numbers, what is new repeats its edge. */
export function resized(table: number[][], side: number): number[][] {
  const at = (row: number, column: number) => {
    const line = table[Math.min(row, table.length - 1)] as number[];
    return line[Math.min(column, line.length - 1)] as number;
  };
  return Array.from({ length: side }, (_, r) => Array.from({ length: side }, (_, c) => at(r, c)));
}

/** Another kind of pooling: a window that was out of use under a global one is made to fit. */
export function withKind(state: State, kind: State["kind"]): Partial<State> {
  if (!state.kind.startsWith("global") || kind.startsWith("global")) return { kind };
  const room = Math.min(...sizeOf(state.input)) + 2 * state.padding;
  const kernel_size = Math.min(state.kernel_size, room);
  const padding = Math.min(state.padding, Math.floor(kernel_size / 2));
  return { kind, kernel_size, padding };
}

/** The gradient of each result: what the hand holds, before Python has drawn it. */
export function incoming({ gradient_out }: Picture, { gradient }: State): number[][] {
  return gradient_out.map((line, r) => line.map((drawn, c) => gradient[r]?.[c] ?? drawn));
}

/** A table with one other number. */
export function replaced(table: number[][], [row, column]: Cell, value: number): number[][] {
  return table.with(row, (table[row] as number[]).with(column, value));
}
