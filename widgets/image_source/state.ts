/** What the page shares with Python. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Frame } from "../_front/live.ts";

export type Source = "test" | "draw" | "upload";
export type Stroke = [x: number, y: number][];

export interface SourceFrame extends Frame {
  classNames: string[];
  /** Bytes that a file may have. */
  largest: number;
}

/** The image as the network sees it. */
export interface Picture {
  image: Packed;
  place: number;
  count: number;
  label: number;
  said: string;
  /** Whether there is an image of one's own to go back to. */
  uploaded: boolean;
}

/** The hand's side: traits that the page sets. */
export interface State {
  source: Source;
  place: number;
  of: number;
  strokes: Stroke[];
  rotate: number;
  right: number;
  down: number;
  noise: number;
}

export interface Model extends State, Shared {
  frame: SourceFrame;
  picture: Picture | Record<string, never>;
}

/** Upright, in its place, without noise. */
export const STILL = { rotate: 0, right: 0, down: 0, noise: 0 };
