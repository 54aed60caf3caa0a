/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Frame } from "./frames.ts";

export const INPUT_RANGE = 2;
export const WEIGHT_RANGE = 4; // on the connection; a trained weight may lie beyond
export const MOST_ROUNDS = 2000;
export const LOGITS = "binary_cross_entropy_with_logits";

/** The hand's side: traits that the page sets. */
export interface State {
  sizes: number[];
  activation: string;
  loss: string;
  inputs: number[];
  targets: number[];
  weights: number[][][];
  biases: number[][];
  learning_rate: number;
  seed: number;
  rounds: number;
  step: number;
  predict: boolean;
  guess: "" | "+" | "0" | "−";
  revealed: boolean;
}

/** Python's side; of every number one entry a layer. */
export interface Picture {
  sizes: number[];
  inputs: number[];
  targets: number[];
  weights: number[][][];
  biases: number[][];
  activations: number[][];
  deltas: number[][];
  weight_gradients: number[][][];
  bias_gradients: number[][];
  new_weights: number[][][];
  new_biases: number[][];
  new_activations: number[][];
  error: number;
  new_error: number;
  film: Frame[];
  step: number;
  title: string;
  caption: string;
  formulas: [symbols: string, numbers: string][];
  numpy: string;
  torch: string;
  asked: boolean;
  hidden: boolean;
  hint: string;
  errors: Packed;
  rounds: number;
  diverged: boolean;
  numpy_code: string;
  code: string;
}

export interface Model extends State, Shared {
  picture: Picture;
}

export type Change = (part: Partial<State>) => void;
