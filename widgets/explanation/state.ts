/** What the page shares with Python. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Frame } from "../_front/live.ts";

export type Scaled = "own" | "shared";

/** The hand's side: traits that the page sets. */
export interface State {
  methods: string[];
  chosen: string;
  opacity: number;
  threshold: number;
  scale: Scaled;
}

export interface Method {
  title: string;
  words: string;
  source: string;
  /** Whether there are values against the class, too. */
  signed: boolean;
}

export interface HeatMap {
  method: string;
  /** `(height, width)`; empty where there is none, and `problem` says why. */
  values: Packed;
  /** The largest size of a value, and the sum of all sizes. */
  most: number;
  sum: number;
  /** From which size on the colour is full, where each map has its own scale. */
  full: number;
  /** What else is to be said of it, in short and in a sentence. */
  note: string;
  meaning: string;
  problem: string;
}

export interface ClassShare {
  place: number;
  share: number;
}

export interface ExplanationFrame extends Frame {
  /** −1 for an image of one's own. */
  sample: number;
  own: boolean;
  count: number;
  image: Packed;
  /** −1 where nobody knows. */
  label: number;
  classNames: string[];
  warning: string;
  /** Whether the heat maps are of this image and this class. */
  fresh: boolean;
  /** Whether newer ones are under way, of what the network has learnt since. */
  behind: boolean;
  /** Whether its weights are still random. */
  untrained: boolean;
  classes: ClassShare[];
  best: number;
  target: number;
  /** Whether the most probable class is explained, whichever that is. */
  follows: boolean;
}

export interface Model extends State, Shared {
  frame: ExplanationFrame;
  catalogue: Record<string, Method>;
  maps: { maps?: HeatMap[] };
}

/** The method that is shown large: the chosen one, or the first that applies to the network. */
export function largeOf({ methods, chosen }: State, maps: readonly HeatMap[]): string {
  const applies = methods.filter((one) => !maps.find(({ method }) => method === one)?.problem);
  const shown = applies.length ? applies : methods;
  return shown.includes(chosen) ? chosen : (shown[0] ?? "");
}
