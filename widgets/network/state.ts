/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";

export const WEIGHT_RANGE = 4; // on the connection; training may take a weight further
export const MOST_LAYERS = 5;
export const MOST_NEURONS = 10;

export type Held = [layer: number, to: number, from: number, value: number, inHand: 0 | 1] | [];

export interface Own {
  x: number[][];
  y: number[];
  classes: string[];
  axes: string[];
}

/** The hand's side: traits that the page sets. */
export interface State {
  points: string;
  own: Own;
  count: number;
  noise: number;
  test_share: number;
  seed: number;
  neurons: number[];
  activations: (string | string[])[];
  scheme: string;
  weights: number[][][];
  biases: number[][];
  off: number[][];
  frozen: number[][];
  held: Held;
  optimizer: string;
  learning_rate: number;
  pace: string;
  batch_size: number;
  l1: number;
  l2: number;
  dropout: number;
  stop_at: number;
  chosen: number[][];
  space: number;
  task: string;
  code_shown: boolean;
  pulse: number;
}

/** An answer over a plane: bytes, painted by kind. */
export interface Answer {
  kind: "value" | "two" | "classes";
  map: Packed;
  shares?: Packed;
  low: number;
  high: number;
}

export interface Scores {
  loss?: number;
  accuracy?: number;
  confusion?: number[][];
}

export interface Space {
  points: Packed;
  axes: string[];
  low: number;
  high: number;
  plane?: Answer;
}

/** Python's side. */
export interface Picture {
  pulse: number;
  steps: number;
  epochs: number;
  status: "" | "diverged" | "reached";
  name: string;
  past: Packed;
  train: Scores;
  test: Scores;
  formula: string;
  code: string;
  task: { solved: boolean; sentence: string } | null;
  tiles: Packed;
  scales: number[];
  plane: Answer;
  space?: Space;
}

export interface Cloud {
  x: Packed;
  y: Packed;
  tested: Packed;
  classes: string[];
  axes: string[];
  extent: number;
  note: string;
}

export interface Model extends State, Shared {
  picture: Picture;
  cloud: Cloud;
}
