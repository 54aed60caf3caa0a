/** What the learner holds, and what Python makes of it. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Ground } from "../_front/terrain.ts";

export const VIEWS = [
  ["path", "its path"],
  ["random directions", "random directions"],
  ["two weights", "two weights"],
] as const;

export type View = (typeof VIEWS)[number][0];

/** The hand's side: traits that the page sets. */
export interface State {
  view: View;
  first: number;
  second: number;
  seed: number;
  logarithmic: boolean;
  /** Where the ball was put last: a, b, the number of the plane, and 1 while the hand has it. */
  ball: [number, number, number, 0 | 1] | [];
  pulse: number;
}

export interface Subject {
  labels: string[];
  views: View[];
  about: string;
  /** Whether it is a network that trains beside this view. */
  walks: boolean;
  /** Whether it learns when it is asked to. */
  learns: boolean;
  code: string;
}

export interface Seen extends Ground {
  number: number;
  complete: boolean;
}

export interface Picture {
  ball: [number, number];
  loss: number | null;
  slope: [number, number];
  path: Packed;
  starts: number[];
  sentence: string;
  ended: string;
}

export interface Progress {
  doing: string;
  share: number;
}

type Maybe<T> = T | Record<string, never>;

export interface Model extends State, Shared {
  subject: Subject;
  ground: Maybe<Seen>;
  picture: Maybe<Picture>;
  progress: Maybe<Progress>;
}

/** What a trait holds, once Python has sent it. */
export function sent<T extends object>(value: Maybe<T>): T | null {
  return Object.keys(value).length > 0 ? (value as T) : null;
}
