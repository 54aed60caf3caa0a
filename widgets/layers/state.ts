/** What the learner holds, and what Python makes of it. */

import type { Shared } from "../_front/host.ts";

export const INPUT_RANGE = 1;
export const WEIGHT_RANGE = 2;
export const MOST_LAYERS = 3;
export const MOST_NEURONS = 6;

/** The hand's side: traits that the page sets. */
export interface State {
  inputs: number[];
  weights: number[][][];
  biases: number[][];
  activations: string[];
  task: string;
  chosen: [layer: number, neuron: number];
  seed: number;
  scheme: string;
}

export interface Reading {
  layer: number;
  neuron: number;
  weights: number[];
  inputs: number[];
  bias: number;
  z: number;
  a: number;
  activation: string;
}

/** Python's side: numbers, sentences, code. */
export interface Picture {
  inputs: number[];
  weights: number[][][];
  biases: number[][];
  activations: number[][];
  strongest: number;
  decision: string;
  scale: [low: number, high: number];
  reading: Reading;
  solved: boolean;
  hint: string;
  code: string;
}

export interface Model extends State, Shared {
  samples: number[][];
  spare: number[][][];
  picture: Picture;
}

export type Change = (part: Partial<State>) => void;

/** Inputs, then the neurons of each layer. */
export function sizesOf({ weights }: Pick<State, "weights">): number[] {
  return [weights[0]?.[0]?.length ?? 0, ...weights.map((layer) => layer.length)];
}
