/** What the page shares with Python. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Frame } from "../_front/live.ts";

export type Scaled = "map" | "layer" | "all";
export type Layers = "stages" | "all" | "one";

export interface StageFrame {
  name: string;
  /** Of large maps every `step`-th row and column of `size`. */
  maps: Packed;
  size: [height: number, width: number];
  step: number;
  /** The least value of all, and the largest size of one. */
  low: number;
  most: number;
  chosen: number;
  dead: boolean[];
  off: boolean[];
}

/** The unit that is pointed at; empty where there is none. */
export interface UnitFrame {
  at: [row: number, column: number];
  value: string;
  /** Rows top to below bottom, columns left to beyond right, in the image; empty until known. */
  field: number[];
  sees: string;
  /** `(in, kH, kW)`, of a convolution. */
  windows: Packed | null;
  kernel: Packed | null;
  /** Which of these the stepper opens; −1 where it opens all of them. */
  opened: number;
  sum: string;
  /** The state that opens the stepper on these numbers; "" where it cannot take them. */
  stepper: string;
  why: string;
}

export interface MapsFrame extends Frame {
  sample: number;
  own: boolean;
  count: number;
  image: Packed;
  label: number;
  classNames: string[];
  probabilities: Packed;
  layer: string;
  mapLayers: string[];
  channel: number;
  stages: StageFrame[];
  /** The chosen map, whole. */
  map?: Packed;
  unit?: UnitFrame | Record<string, never>;
}

export interface Strongest {
  places: number[];
  values: number[];
  images: Packed;
  /** In shares of the image: top, bottom, left, right. */
  fields: [number, number, number, number][];
  labels: number[];
}

export interface Pointed {
  layer: string;
  channel: number;
  unit?: [row: number, column: number];
  /** To point at the same once more is something new. */
  turn: number;
}

/** The hand's side: traits that the page sets. */
export interface State {
  scale: Scaled;
  layers: Layers;
  opened: number;
  pointed: Pointed | Record<string, never>;
}

export interface Model extends State, Shared {
  frame: MapsFrame;
  detail: boolean;
  strongest: Strongest | Record<string, never>;
}
