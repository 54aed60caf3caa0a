/** Paints values as pixels, one pixel a sample; CSS scales them without smoothing. */

import type { Values } from "./arrays.ts";
import type { ColourMap } from "./colour.ts";
import { clamp } from "./numbers.ts";

/** The four bytes a pixel of a grid of values. */
export function pixels(
  values: Values,
  map: ColourMap,
  low: number,
  high: number,
): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(4 * values.length);
  const scale = 255 / (high - low || 1);
  for (let i = 0; i < values.length; i++) {
    const colour = 3 * Math.round(clamp(((values[i] as number) - low) * scale, 0, 255));
    bytes[4 * i] = map[colour] as number;
    bytes[4 * i + 1] = map[colour + 1] as number;
    bytes[4 * i + 2] = map[colour + 2] as number;
    bytes[4 * i + 3] = 255;
  }
  return bytes;
}

/** Draws a grid `(height, width)` on a canvas of just that size. */
export function paint(
  canvas: HTMLCanvasElement,
  values: Values,
  [height, width]: readonly [number, number],
  map: ColourMap,
  low: number,
  high: number,
): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const image = new ImageData(pixels(values, map, low, high), width, height);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
