/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Frame, RunState } from "../_front/live.ts";

export type Curve = "correlation" | "deletion" | "insertion";
export type Panel = "scores" | Curve;
export type Network = "clean" | "planted";

/** How far one of the two networks is. */
export interface RunFrame {
  state: RunState;
  message: string;
  epoch: number;
  epochs: number;
  share: number;
  accuracy: number | null;
  /** What it says of the example. */
  said: { name: string; probability: number } | null;
  /** How much of its stress test is done. */
  done: number;
  tested: boolean;
}

/** A map of one network by one method, with its numbers. */
export interface Cell {
  problem: string;
  map: Packed;
  /** How many layers are drawn anew in this map. */
  stage: number;
  /** The share of this map, or of what in it speaks for the class, that lies in the box. */
  inBox: number;
  /** The means of several images. */
  images: number;
  share: number | null;
  pointing: number | null;
  overlap: number | null;
  /** The areas under the curves. */
  deletion: number | null;
  insertion: number | null;
  curves: Record<Curve, Packed>;
}

export interface NoCell {
  problem: string;
  map: null;
  images: 0;
}

export interface MethodFrame {
  name: string;
  /** Its place among all methods: its colour. */
  place: number;
  title: string;
  words: string;
  /** Whether it tells what speaks against the class, too; if not, its map is of amounts. */
  signed: boolean;
  /** The value of the brightest colour, the same for both networks. */
  most: number;
  cells: [Cell | NoCell, Cell | NoCell];
}

export interface StressFrame extends Frame {
  image: Packed;
  box: [top: number, left: number, bottom: number, right: number];
  chance: number;
  className: string;
  message: string;
  problems: [string, string];
  runs: [RunFrame, RunFrame];
  /** With how many images it is tested. */
  images: number;
  layers: string[];
  methods: MethodFrame[];
  /** Their names, the one first that sees most of the marker. */
  ranked: string[];
  /** How many layers are drawn anew in maps of all methods. */
  stages: number;
  recognised: { title: string; shares: [number | null, number | null] }[];
  said: string[];
}

/** The hand's side: traits that the page sets. */
export interface State {
  stage: number;
  panel: Panel;
  network: Network;
}

export interface Model extends State, Shared {
  frame: StressFrame;
}

export const TITLES = ["Learnt without the letters", "Learnt with the letters"] as const;
