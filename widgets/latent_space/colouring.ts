/** What colours and marks the points of a cloud have, and what these mean. No DOM: tested by itself. */

import type { Values } from "../_front/arrays.ts";
import { CLASSES, type ColourMap, type Rgb } from "../_front/colour.ts";
import type { Swatch } from "./stamps.ts";

export type Colouring = "class" | "prediction" | "correct" | "confidence";

export const COLOURINGS: readonly (readonly [Colouring, string])[] = [
  ["class", "class"],
  ["prediction", "prediction"],
  ["correct", "right or wrong"],
  ["confidence", "confidence"],
];

const RIGHT: Rgb = [0x28, 0x78, 0xb5];
const WRONG: Rgb = [0xe8, 0x87, 0x1e];
const DIAMOND = 5;
const LEVELS = 16; // of confidence
/** Of viridis (Smith and van der Walt, 2015), from little to much. */
const VIRIDIS: readonly Rgb[] = [
  [68, 1, 84],
  [59, 82, 139],
  [33, 145, 140],
  [94, 201, 98],
  [253, 231, 37],
];

function rgbOf(colour: string): Rgb {
  const value = Number.parseInt(colour.slice(1), 16);
  return [value >> 16, (value >> 8) & 255, value & 255];
}

const OF_CLASSES: readonly Swatch[] = CLASSES.map((colour, i) => ({
  colour: rgbOf(colour),
  mark: i,
}));
const OF_VERDICTS: readonly Swatch[] = [
  { colour: WRONG, mark: DIAMOND },
  { colour: RIGHT, mark: 0 },
];

/** Amount as a table of 256 colours; the end that would be lost on the paper is left out. */
export function ramp(dark: boolean): ColourMap {
  const [low, high] = dark ? [0.28, 1] : [0, 0.9];
  const table = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) {
    const place = (low + ((high - low) * i) / 255) * (VIRIDIS.length - 1);
    const index = Math.min(Math.floor(place), VIRIDIS.length - 2);
    const [from, to] = [VIRIDIS[index] as Rgb, VIRIDIS[index + 1] as Rgb];
    for (let c = 0; c < 3; c++) {
      table[3 * i + c] = from[c as 0] + (to[c as 0] - from[c as 0]) * (place - index);
    }
  }
  return table;
}

const ramps = new Map<boolean, readonly Swatch[]>();

/** The palette of a colouring: the same one each time. */
export function paletteOf(colouring: Colouring, dark: boolean): readonly Swatch[] {
  if (colouring === "class" || colouring === "prediction") return OF_CLASSES;
  if (colouring === "correct") return OF_VERDICTS;
  let levels = ramps.get(dark);
  if (!levels) {
    const map = ramp(dark);
    levels = Array.from({ length: LEVELS }, (_, i) => {
      const at = 3 * Math.round((255 * i) / (LEVELS - 1));
      return { colour: [map[at], map[at + 1], map[at + 2]] as unknown as Rgb, mark: 0 };
    });
    ramps.set(dark, levels);
  }
  return levels;
}

/** Which swatch each point has; confidences go from 0 to 255. */
export function groupsOf(
  colouring: Colouring,
  labels: Values,
  predictions: Values,
  confidences: Values,
): Values {
  if (colouring === "class") return labels;
  if (colouring === "prediction") return predictions;
  const group =
    colouring === "correct"
      ? (i: number) => Number(predictions[i] === labels[i])
      : (i: number) =>
          Math.min(LEVELS - 1, Math.floor(((confidences[i] as number) * LEVELS) / 256));
  const groups = new Uint8Array(labels.length);
  for (let i = 0; i < groups.length; i++) groups[i] = group(i);
  return groups;
}

/** The colouring that there can be: without true classes, it is by the predictions. */
export function possible(colouring: Colouring, labelled: boolean): Colouring {
  return labelled || colouring === "confidence" ? colouring : "prediction";
}

/** Which images are mistaken for another class. */
export function mistakenOf(labels: Values, predictions: Values): Uint8Array {
  const mistaken = new Uint8Array(labels.length);
  for (let i = 0; i < mistaken.length; i++) {
    mistaken[i] = Number((labels[i] as number) >= 0 && predictions[i] !== labels[i]);
  }
  return mistaken;
}
