/** What the view of feature visualization is given and holds. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Frame } from "../_front/live.ts";

export interface RowFrame {
  /** Its name; "" is what the whole network puts out, whose channels are the classes. */
  layer: string;
  kind: string;
  /** Shown, and all that there are. */
  channels: number;
  all: number;
  chosen: number;
  made: boolean;
  /** Of the training; −1 where nothing is trained. */
  step: number;
  /** Steps of the optimizer, done and in all. */
  done: number;
  steps: number;
  busy: boolean;
  problem: string;
}

export interface VisualizationFrame extends Frame {
  classNames: string[];
  mapLayers: string[];
  /** The chosen one; "" are the classes. */
  layer: string;
  /** Of the training, that is looked at. */
  step: number;
  trained: boolean;
  rows: RowFrame[];
  busy: boolean;
  /** Whether the images are of another network than the present one. */
  others: boolean;
}

/** The images that were made for the channels of a layer, (K, D, C, H, W). */
export interface Made {
  channels: number[];
  images: Packed;
  values: number[][];
  dead: boolean[];
}

/** The test images that excite them most, (K, R, C, H, W). */
export interface Real {
  key: string;
  places: number[][];
  images: Packed;
  values: number[][];
  labels: number[];
  count: number;
}

export interface Pointed {
  layer?: string;
  channel?: number;
  /** A class. */
  target?: number;
  /** To point at the same once more is something new. */
  turn: number;
}

/** The hand's side: traits that the page sets. */
export interface State {
  layers: "all" | "one";
  classes: boolean;
  objective: "channel" | "unit";
  diversity: number;
  steps: number;
  many: number;
  follow: boolean;
  pointed: Pointed | Record<string, never>;
}

export interface Model extends State, Shared {
  frame: VisualizationFrame;
  pictures: Record<string, Made>;
  strongest: Record<string, Real>;
}
