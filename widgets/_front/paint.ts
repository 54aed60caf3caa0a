/** Paints values as pixels, one pixel a sample; CSS scales them without smoothing. */

import type { Values } from "./arrays.ts";
import type { ColourMap } from "./colour.ts";
import { clamp } from "./numbers.ts";

type Bytes = Uint8ClampedArray<ArrayBuffer>;

// A pixel is written as one number: four bytes each cost four times as much.
const words = new WeakMap<ColourMap, Uint32Array>();

function wordsOf(map: ColourMap): Uint32Array {
  let found = words.get(map);
  if (!found) {
    const bytes = new Uint8ClampedArray(4 * 256).fill(255);
    for (let i = 0; i < 256; i++) bytes.set(map.subarray(3 * i, 3 * i + 3), 4 * i);
    found = new Uint32Array(bytes.buffer);
    words.set(map, found);
  }
  return found;
}

/** The four bytes a pixel of a grid of values. */
export function pixels(
  values: Values,
  map: ColourMap,
  low: number,
  high: number,
  bytes: Bytes = new Uint8ClampedArray(4 * values.length),
): Bytes {
  const out = new Uint32Array(bytes.buffer);
  const colours = wordsOf(map);
  const scale = 255 / (high - low || 1);
  for (let i = 0; i < values.length; i++) {
    const place = Math.round(clamp(((values[i] as number) - low) * scale, 0, 255));
    out[i] = colours[place] as number;
  }
  return bytes;
}

// Made once a canvas: new bytes for each of 60 pictures a second keep the collector busy.
const images = new WeakMap<HTMLCanvasElement, ImageData>();

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
  let image = images.get(canvas);
  if (image?.width !== width || image.height !== height) {
    image = new ImageData(width, height);
    images.set(canvas, image);
  }
  pixels(values, map, low, high, image.data as Bytes);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
