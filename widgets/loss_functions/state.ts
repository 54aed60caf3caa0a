/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";

export const LOSSES = [
  ["mse_loss", "Mean squared error"],
  ["half_squared_error", "Half squared error"],
  ["binary_cross_entropy_with_logits", "Binary cross-entropy"],
  ["cross_entropy", "Cross-entropy"],
] as const;

export type Loss = (typeof LOSSES)[number][0];
export type Against = "logit" | "probability";

export const NUMBER_RANGE = 6; // from 0; centimetres
export const LOGIT_RANGE = 6; // on both sides of 0

/** The hand's side: traits that the page sets. */
export interface State {
  loss: Loss;
  predictions: number[];
  targets: number[];
  against: Against;
}

/** Python's side: numbers, curves, sentences, code. */
export interface Picture {
  loss: Loss;
  predictions: number[];
  targets: number[];
  value: number;
  gradients: number[];
  /** The loss of each case by itself, where it stands on the axis, and how steep it is there. */
  losses: number[];
  places: number[];
  slopes: number[];
  /** σ(z) of each case, or the softmax of all logits; empty for a squared error. */
  probabilities: number[];
  worst: number;
  curves: {
    along: Packed;
    probabilities: Packed | null;
    lines: { target: number; chosen: boolean; values: Packed }[];
  };
  /** Of the classes; only where there are any. */
  names?: string[];
  symbols: string;
  working: string;
  meaning: string;
  compared: string;
  code: string;
}

export interface Model extends State, Shared {
  picture: Picture;
}

/** Squared errors compare numbers; cross-entropies compare probabilities. */
export function ofNumbers(loss: Loss): boolean {
  return loss === "mse_loss" || loss === "half_squared_error";
}

/** What stands on the left, where predictions are dragged. */
export interface Scene {
  readonly node: HTMLElement;
  /** `em` is the size of the text in pixels. */
  resize(width: number, height: number, em: number): void;
  /** Draws what the hand holds. */
  hold(): void;
  /** Draws what Python made of it. */
  derive(picture: Picture): void;
}
