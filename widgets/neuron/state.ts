/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";

export const INPUT_RANGE = 2;
export const WEIGHT_RANGE = 4;
export const BIAS_RANGE = 4; // on the track; a dragged line may take it further

/** The hand's side: traits that the page sets. */
export interface State {
  weights: number[];
  bias: number;
  inputs: number[];
  activation: string;
  form: "threshold" | "bias";
  task: number;
}

/** Python's side: numbers, sentence, code, maps. */
export interface Picture {
  weights: number[];
  bias: number;
  inputs: number[];
  products: number[];
  sum: number;
  z: number;
  output: number;
  fires: boolean;
  response: Packed;
  low: number;
  high: number;
  curve: Packed;
  code: string;
  trials: { inputs: number[]; fires: boolean; right: boolean }[];
  solved: boolean;
  hint: string;
}

export interface Model extends State, Shared {
  picture: Picture;
}
