/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Frame } from "../_front/live.ts";

export type Answer = "a" | "same" | "b";
export type Curve = "training" | "test";
export type Scale = "linear" | "log";

/** A line with its interval, where there are several repeats. */
export interface Band {
  xs: Packed;
  ys: Packed;
  low: Packed | null;
  high: Packed | null;
}

export interface Curves {
  loss: { xs: Packed; ys: Packed };
  training: Band;
  test: Band;
  accuracy: Band;
}

export type Kind = "percent" | "loss" | "seconds";

/** A line of the table. */
export interface Row {
  title: string;
  kind: Kind;
  pairs: number;
  a: number | null;
  b: number | null;
  difference: number | null;
  low: number | null;
  high: number | null;
}

export interface ComparisonFrame extends Frame {
  given: boolean;
  shared: string;
  labels: [string, string];
  epochs: number;
  repeats: number;
  pairs: number;
  share: number;
  secondsLeft: number | null;
  message: string;
  /** Means over the pairs that are complete, or the first pair at work. */
  curves: [Curves, Curves] | null;
  /** The pair at work, where others are complete. */
  atWork: [Curves, Curves] | null;
  rows: Row[];
  said: string[];
  question: string;
  answers: [string, string, string];
  outcome: Answer | "";
  lesson: string;
  machine: string;
}

/** The hand's side: traits that the page sets. */
export interface State {
  pair: string;
  epochs: number;
  repeats: number;
  prediction: Answer | "";
  curve: Curve;
  scale: Scale;
}

export interface Model extends State, Shared {
  frame: ComparisonFrame;
  pairs: { key: string; title: string; epochs: number; curve: Curve }[];
}
