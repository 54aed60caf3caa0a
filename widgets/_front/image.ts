/** Paints a grey or RGB image `(channels, height, width)` of bytes at its own size. */

import type { Values } from "./arrays.ts";

export function paintImage(
  canvas: HTMLCanvasElement,
  values: Values,
  shape: readonly number[],
): void {
  const [channels, height, width] = shape as [number, number, number];
  const size = height * width;
  if (size === 0) return;
  const bytes = new Uint8ClampedArray(4 * size);
  for (let i = 0; i < size; i++) {
    for (let c = 0; c < 3; c++) {
      bytes[4 * i + c] = values[(channels === 3 ? c : 0) * size + i] as number;
    }
    bytes[4 * i + 3] = 255;
  }
  canvas.width = width;
  canvas.height = height;
  canvas.getContext("2d")?.putImageData(new ImageData(bytes, width, height), 0, 0);
}
