/** What the controls show and what the learner may choose. */

import type { Frame } from "../_front/live.ts";

export interface ControlsFrame extends Frame {
  message: string;
  step: number;
  totalSteps: number;
  epoch: number;
  epochs: number;
  seconds: number;
  secondsLeft: number | null;
  imagesPerSecond: number;
  accuracy: number | null;
  pace: number | null;
  about: string;
  hasDropout: boolean;
}

export type Value = string | number | boolean | null;
export type Table = Record<string, Value>;

/** The settings of a run, in Python's names. */
export interface Settings {
  learning_rate: number;
  momentum: number;
  weight_decay: number;
  batch_size: number;
  epochs: number;
  /** Steps in a second at most; null is as fast as it can. */
  pace: number | null;
  dropout: number | null;
  augmentation: Table;
  optimizer: string;
  schedule: string;
  loss: string;
  class_weights: string;
  model: string;
  /** Of a network that was built, and has no name. */
  blocks: unknown[];
  dataset: string;
  root: string | null;
  options: Table;
  seed: number;
  device: string;
  precision: string;
}

/** The settings that are one plain value. */
export type Plain = Exclude<keyof Settings, "augmentation" | "options" | "blocks">;

export interface Offers {
  /** What may be chosen where there is no number, by the setting's name. */
  choices: Record<string, string[]>;
  /** What each data set can be told besides. */
  options: Record<string, Table>;
  /** The data sets that need no folder. */
  withoutRoot: string[];
  /** What changes between two steps of a running training; all else begins anew. */
  live: string[];
}
