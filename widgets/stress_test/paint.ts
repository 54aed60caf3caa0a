/** Paints a heat map over its image: paper where nothing is said, blue for the class, orange against, green for amounts. */

import type { Values } from "../_front/arrays.ts";
import type { ColourMap, Rgb } from "../_front/colour.ts";
import { clamp } from "../_front/numbers.ts";

/** How much of the image shines through where the map is empty. */
const THROUGH = 0.22;

/** The colour of the most of what has no sign: seen on light and dark, no sign's and no method's. */
export const AMOUNT: Rgb = [0x1f, 0x93, 0x6b];

/** Amount without a sign: the paper at zero. */
export function amounts(paper: Rgb): ColourMap {
  const key = paper.join();
  if (known?.key !== key) {
    const map = Uint8ClampedArray.from({ length: 3 * 256 }, (_, i) => {
      const [from, to] = [paper[i % 3] as number, AMOUNT[i % 3] as number];
      return from + ((to - from) * Math.floor(i / 3)) / 255;
    });
    known = { key, map };
  }
  return known.map;
}
let known: { key: string; map: ColourMap } | undefined;

/**
 * The four bytes of each pixel.
 *
 * @param values the heat map.
 * @param image the image's bytes, channel by channel.
 * @param most the size of the values that are coloured fully.
 * @param paper the colour where neither says anything.
 * @param signed whether the map begins with what is below zero; if not, it begins with zero.
 */
export function overlaid(
  values: Values,
  image: Values,
  map: ColourMap,
  most: number,
  paper: Rgb,
  signed = true,
): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(4 * values.length);
  const dark = paper[0] + paper[1] + paper[2] < 384;
  for (let i = 0; i < values.length; i++) {
    const place = clamp((values[i] as number) / (most || 1), signed ? -1 : 0, 1);
    const size = Math.abs(place);
    const tone = image[i] as number; // of a colour image the first channel: it is a backdrop
    const shade = THROUGH * (1 - size) * (dark ? tone / 255 : 1 - tone / 255);
    const at = 3 * Math.round(signed ? 127.5 * (place + 1) : 255 * place);
    for (let c = 0; c < 3; c++) {
      const colour = map[at + c] as number;
      bytes[4 * i + c] = colour + shade * ((dark ? 255 : 0) - colour);
    }
    bytes[4 * i + 3] = 255;
  }
  return bytes;
}
