/** What Python sends of a cloud, unpacked once. */

import { type Packed, unpack, type Values } from "../_front/arrays.ts";
import type { Frame } from "../_front/live.ts";
import type { Offers } from "./controls.ts";
import type { Regions } from "./ground.ts";

export interface LatentFrame extends Frame {
  /** Which images the points are: those of `images` with the same number. */
  cloud: number;
  points: Packed;
  predictions: Packed;
  /** The probability of the predicted class, 0 to 255. */
  confidences: Packed;
  /** Where an image of one's own lies; empty if there is none. */
  own: number[];
  /** The chosen image's place in the cloud; −1 is none. */
  chosen: number;
  regions: Regions | Record<string, never>;
  note: string;
  progress: number;
  layer: string;
  count: number;
}

export interface Images extends Offers {
  cloud: number;
  data: number;
  places: Packed;
  /** −1 where nobody knows the class. */
  labels: Packed;
  classNames: string[];
}

interface Known {
  of: Images;
  places: Values;
  labels: Values;
}

interface Seen {
  of: LatentFrame;
  points: Values;
  predictions: Values;
  confidences: Values;
}

interface Source {
  get(name: "images"): Images | Record<string, never>;
  get(name: "frame"): LatentFrame;
}

export function received(model: Source): { images(): Known | null; frame(): Seen | null } {
  let known: Known | null = null;
  let seen: Seen | null = null;
  return {
    images() {
      const now = model.get("images");
      if (!("cloud" in now)) return null;
      const of = now as Images;
      if (known?.of !== of) known = { of, places: unpack(of.places), labels: unpack(of.labels) };
      return known;
    },
    frame() {
      const of = model.get("frame");
      if (of.points === undefined) return null;
      if (seen?.of !== of) {
        const [points, predictions] = [unpack(of.points), unpack(of.predictions)];
        seen = { of, points, predictions, confidences: unpack(of.confidences) };
      }
      return seen;
    },
  };
}

/** Whether the true classes are known. */
export function labelledOf({ labels }: { labels: Values }): boolean {
  return (labels[0] ?? 0) >= 0;
}
