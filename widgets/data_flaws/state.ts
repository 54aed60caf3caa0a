/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Estimate, Estimates } from "../_front/estimates.ts";
import type { Shared } from "../_front/host.ts";
import type { Frame } from "../_front/live.ts";

/** What there is to learn from and to be tested on: an image of each, and how many of each class. */
export interface Example {
  learns: Packed;
  tests: Packed;
  counts: number[];
  testCounts: number[];
}

export interface Flaw extends Example {
  key: string;
  title: string;
  words: string;
}

export interface Choices {
  /** The classes of the two images. */
  learnt: string;
  tested: string;
  sound: Example;
  flaws: Flaw[];
}

/** A training with its F1. */
export interface Trial {
  name: string;
  seed: number;
  now: boolean;
  /** Else it is being tested after each epoch. */
  done: boolean;
  mean: Estimate;
  classes: Estimates;
}

export interface FlawsFrame extends Frame {
  classNames: string[];
  epoch: number;
  epochs: number;
  message: string;
  rows: Trial[];
  said: string[];
  /** What happens until there is something to say. */
  learns: string;
}

export interface State {
  flaws: string[];
  seed: number;
}

export interface Model extends State, Shared {
  choices: Choices;
  frame: FlawsFrame;
}
