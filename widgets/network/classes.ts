/** How classes look in the plane and in the words beside it. */

import { CLASSES, type ColourMap, colourAt, type Rgb } from "../_front/colour.ts";

/** The marks of the first classes in a text; `_front/marks.ts` draws the same. */
const SIGNS = ["●", "■", "▲", "✦", "▼", "◆"];
export const signOf = (label: number): string => SIGNS[label] ?? "";

/** The colour of a label: of a value by its sign and size, of a class by its name's place. */
export function colourOf(label: number, classes: number, map: ColourMap, most: number): string {
  if (classes === 0) return colourAt(map, label, -most, most);
  if (classes === 2) return colourAt(map, label, 0, 1); // as in the map: below and above one half
  return CLASSES[label % CLASSES.length] as string;
}

/** The pixels of regions: each class's colour, paler where it is less sure of it. */
export function regions(
  labels: ArrayLike<number>,
  shares: ArrayLike<number>,
  count: number,
  paper: Rgb,
): Uint8ClampedArray<ArrayBuffer> {
  const colours = CLASSES.map((hex) =>
    [1, 3, 5].map((i) => Number.parseInt(hex.slice(i, i + 2), 16)),
  );
  const bytes = new Uint8ClampedArray(4 * labels.length);
  for (let i = 0; i < labels.length; i++) {
    const colour = colours[(labels[i] as number) % colours.length] as number[];
    const sure = ((shares[i] as number) / 255 - 1 / count) / (1 - 1 / count);
    const part = 0.15 + 0.6 * Math.max(0, sure);
    for (let c = 0; c < 3; c++) {
      const from = paper[c] as number;
      bytes[4 * i + c] = from + ((colour[c] as number) - from) * part;
    }
    bytes[4 * i + 3] = 255;
  }
  return bytes;
}
