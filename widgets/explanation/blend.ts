/** Image and heat map in one picture. No DOM. */

import type { Values } from "../_front/arrays.ts";
import type { ColourMap, Rgb } from "../_front/colour.ts";
import { clamp } from "../_front/numbers.ts";
import type { HeatMap, Scaled } from "./state.ts";

const NEARLY = 1.13;

export interface Look {
  opacity: number;
  threshold: number;
  /** The signed scale, and the colour of its zero. */
  colours: ColourMap;
  paper: Rgb;
}

/**
 * What is seen of image and colour. To the middle the colour comes over the image, from there on the
 * image goes, until the heat map is left as its scale shows it.
 */
export function shares(opacity: number): { image: number; colour: number } {
  return { image: clamp(2 - 2 * opacity, 0, 1), colour: clamp(2 * opacity, 0, 1) };
}

/** The value at which the colours end, in the map's own unit. */
export function endOf(one: HeatMap, maps: readonly HeatMap[], scaled: Scaled): number {
  if (scaled === "own") return one.full;
  return one.sum * sharedEnd(maps);
}

/** The share of its sum at which the colour of every map is full. */
export function sharedEnd(maps: readonly HeatMap[]): number {
  return Math.max(0, ...maps.map(({ full, sum }) => (sum > 0 ? full / sum : 0)));
}

/** Whether a map is nowhere coloured: it is 0, or stays below the threshold. */
export function isBlank({ most }: HeatMap, end: number, threshold: number): boolean {
  return most === 0 || most < threshold * end;
}

/** The upper half of a signed scale: from zero on, for values without a sign. */
export function upperHalf(map: ColourMap): ColourMap {
  if (halved?.of !== map) {
    const half = new Uint8ClampedArray(map.length);
    for (let i = 0; i < half.length; i++) {
      const at = 128 + Math.floor(i / 6);
      half[i] = map[3 * Math.min(at, 255) + (i % 3)] as number;
    }
    halved = { of: map, half };
  }
  return halved.half;
}
let halved: { of: ColourMap; half: ColourMap } | undefined;

/**
 * Four bytes a pixel. The larger a value is, the thicker its colour lies over the image; where it is
 * 0, or below the threshold, the image is as it is.
 */
export function blend(
  image: Values,
  [channels, height, width]: readonly [number, number, number],
  values: Values | null,
  end: number,
  { opacity, threshold, colours, paper }: Look,
  out: Uint8ClampedArray = new Uint8ClampedArray(4 * height * width),
): Uint8ClampedArray {
  const { image: seen, colour } = shares(values ? opacity : 0);
  const size = height * width;
  for (let i = 0; i < size; i++) {
    const value = (values?.[i] ?? 0) as number;
    const share = end > 0 ? clamp(Math.abs(value) / end, 0, 1) : 0;
    const thick = share >= threshold ? share * colour : 0;
    const hue = value < 0 ? 0 : 3 * 255;
    for (let c = 0; c < 3; c++) {
      const sample = image[(channels === 3 ? c : 0) * size + i] as number;
      const under = sample * seen + (paper[c] as number) * (1 - seen);
      out[4 * i + c] = under + thick * ((colours[hue + c] as number) - under);
    }
    out[4 * i + 3] = 255;
  }
  return out;
}

/** The row and the column of the value that is largest, of whichever sign. */
export function strongest(values: Values, width: number): [row: number, column: number] {
  let best = 0;
  for (let i = 1; i < values.length; i++)
    if (Math.abs(values[i] as number) > Math.abs(values[best] as number)) best = i;
  return [Math.floor(best / width), best % width];
}

/**
 * How many columns give the largest square tiles, and their side in pixels. Of those that give nearly
 * as large ones the fewest: names have more room.
 */
export function arrange(
  count: number,
  width: number,
  height: number,
  { gap, words }: { gap: number; words: number },
): { columns: number; side: number } {
  let best = { columns: 1, side: 0 };
  for (let columns = 1; columns <= count; columns++) {
    const rows = Math.ceil(count / columns);
    const side = Math.floor(
      Math.min((width - gap * (columns - 1)) / columns, (height - gap * (rows - 1)) / rows - words),
    );
    if (side > NEARLY * best.side) best = { columns, side };
  }
  return best;
}
