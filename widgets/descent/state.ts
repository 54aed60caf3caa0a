/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Pair } from "../_front/place.ts";
import type { Ground as Land } from "../_front/terrain.ts";

export const MOST_RACERS = 4;
export const RATES = [-4, 1] as const; // powers of ten on the slider

export interface Racer {
  optimizer: string;
  learning_rate: number;
  /** 0 where the optimizer has none. */
  momentum: number;
  schedule: string;
  /** What only Python sets. */
  options: object;
}

/** The hand's side: traits that the page sets. */
export interface State {
  surface: string;
  condition: number;
  points: Pair[];
  start: Pair;
  racers: Racer[];
  chosen: number;
  steps: number;
  noise: number;
  batch_size: number;
  seed: number;
  step: number;
  logarithmic: boolean;
  log_loss: boolean;
  /** The place that is looked at; empty when none is. */
  probe: number[];
  task: string;
  guess: number[];
  /** Whether a task's walk is shown: first it is thought about, then it is walked. */
  revealed: boolean;
}

/** The surface from above. */
export interface Ground extends Land {
  name: string;
  sentence: string;
  minima: Pair[];
  /** How many samples its loss is the mean of; 0 where there are none. */
  samples: number;
  /** What is subtracted from a loss before its logarithm is drawn; null where it cannot be. */
  floor: number | null;
}

/** One racer's walk in words. */
export interface Walker {
  name: string;
  verdict: string;
  kind: "arrived" | "far" | "ended" | "diverged";
  reason: string;
  /** Steps that it walked. */
  count: number;
}

/** All that the racers did, so that stepping asks nobody. */
export interface Walk {
  start: Pair;
  chosen: number;
  walkers: Walker[];
  /** (rows, 6): x, y, loss, both parts of the gradient, distance to the nearest minimum (or −1). */
  numbers: Packed;
  /** Of the chosen one: (steps + 1, 2) each. */
  internals: { name: string; values: Packed }[];
  /** Of the chosen one: where its learning rate begins to diverge. */
  limit: number | null;
  code: string;
}

/** What a place on the ground is. */
export interface Probed {
  place?: Pair;
  loss?: number | null;
  gradient?: Pair;
  /** Of data: the answers along `Data.along`. */
  curve?: number[];
}

export interface Task {
  question: string;
  /** The name of the number that is typed; empty where the settings are the answer. */
  asks: string;
  hint: string;
  solved: boolean;
}

/** What belongs to the present step. */
export interface Picture {
  step: number;
  formula: string[];
  symbols: string[];
  task: Task | null;
  /** The model of data at the present step: a row of answers for each racer. */
  data: { along: number[]; rows: number[][]; classes: boolean; range: [Pair, Pair] } | null;
}

/** What can be chosen. */
export interface Offers {
  surfaces: [string, string][];
  optimizers: {
    name: string;
    label: string;
    learning_rate: number;
    /** What its momentum is called; empty where it has none. */
    momentum: string;
    momentum_default: number;
    /** The option that it sets. */
    momentum_option: string;
    sentence: string;
  }[];
  schedules: [string, string][];
  tasks: [string, string][];
}

export interface Model extends State, Shared {
  ground: Ground;
  walk: Walk;
  picture: Picture;
  probed: Probed;
  offers: Offers;
}

export type Change = (part: Partial<State>) => void;
