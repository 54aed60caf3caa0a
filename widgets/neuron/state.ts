/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";

export const INPUT_RANGE = 2;
export const WEIGHT_RANGE = 4;
export const BIAS_RANGE = 4; // on the track; a dragged line may take it further

/** The tasks for two inputs only. */
export const TRUTH_TABLES = ["and", "or", "xor"];

/** Whether a task is one for a neuron with so many inputs. */
export function fits(task: string, inputs: number): boolean {
  if (TRUTH_TABLES.includes(task)) return inputs === 2;
  return task === "none" || Number(task.replace("input ", "")) <= inputs;
}

/** The hand's side: traits that the page sets. */
export interface State {
  weights: number[];
  bias: number;
  inputs: number[];
  activation: string;
  form: "threshold" | "bias";
  task: string;
}

/** A pattern of inputs, what the neuron does with it, and what the task asks for. */
export interface Trial {
  inputs: number[];
  fires: boolean;
  should_fire: boolean;
  right: boolean;
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
  trials: Trial[];
  solved: boolean;
  done: boolean;
  hint: string;
}

export interface Model extends State, Shared {
  picture: Picture;
}
