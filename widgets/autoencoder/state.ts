/** What the page holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Frame } from "../_front/live.ts";
import type { Pair } from "../_front/place.ts";

export type Show = "both" | "points" | "images";
export type Task = "none" | "neither" | "nowhere" | "collapse";

/** What the hand holds. */
export interface State {
  point: Pair;
  /** The images A and B by their places; −1 is chosen by Python. */
  start: number;
  end: number;
  task: Task;
  show: Show;
  variational: boolean;
  beta: number;
  /** Steps in a second at most; 0 is as fast as it can. */
  pace: number;
}

export const HAND = [
  "point",
  "start",
  "end",
  "task",
  "show",
  "variational",
  "beta",
  "pace",
] as const;

export interface Curves {
  steps: Packed;
  reconstruction: Packed;
  divergence: Packed;
  testSteps: Packed;
  testReconstruction: Packed;
  testDivergence: Packed;
}

export interface TrainingFrame extends Frame {
  message: string;
  step: number;
  totalSteps: number;
  epoch: number;
  epochs: number;
  reconstruction: number | null;
  divergence: number | null;
  curves: Curves | null;
}

export interface Images {
  images: Packed;
  labels: Packed;
  classNames: string[];
  /** Whether they are strokes on an empty ground. */
  strokes: boolean;
  about: string;
  warning: string;
}

export interface Plane {
  codes: Packed;
  /** Its middle and half its side. */
  window: [x: number, y: number, reach: number];
  tiles: Packed;
  /** Tiles along a side. */
  count: number;
}

export interface Walk {
  start: number;
  end: number;
  decoded: Packed;
  faded: Packed;
  /** How far A and B are from what they become when they are encoded and decoded again. */
  errors: Pair;
  /** How far the nearest test image is half way: from the decoded image, from the cross-fade. */
  halfway: number[];
}

export interface Picture {
  point: Pair;
  image: Packed;
  neighbours: number[];
  /** The classes of the neighbours, and how many of each. */
  shares: [string, number][];
  verdict: { solved: boolean; sentence: string } | null;
}

export interface Model extends State, Shared {
  frame: TrainingFrame;
  images: Images | Record<string, never>;
  plane: Plane | Record<string, never>;
  walk: Walk | Record<string, never>;
  picture: Picture | Record<string, never>;
  script: string;
}
