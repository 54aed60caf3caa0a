/** How large the cells of the three tables are. No DOM. */

import { type Picture, sweepOf } from "./state.ts";

const LEGIBLE = 28; // pixels: a cell in which numbers can be read
const SMALLEST = 14;

/** Rows and columns of the tables, side by side; the bias needs room below the kernel. */
function count(picture: Picture): { rows: number; columns: number; kernelRows: number } {
  const [, rows, columns] = picture.cells.shape as [number, number, number];
  const { kernel } = sweepOf(picture);
  const { outputs } = picture;
  return {
    rows: Math.max(rows, outputs[0]),
    columns: columns + outputs[1] + Math.max(kernel[1], 2),
    kernelRows: kernel[0],
  };
}

/** What the tables need so that their numbers can be read. */
export function need(picture: Picture): { width: number; height: number } {
  const { rows, columns } = count(picture);
  return { width: columns * LEGIBLE, height: rows * LEGIBLE };
}

/** The largest cells that have room side by side. */
export function side(picture: Picture, width: number, height: number, scale: number): number {
  const { rows, columns, kernelRows } = count(picture);
  const low = Math.min(height / rows, (height - 44 * scale) / kernelRows, 90 * scale);
  return Math.max(SMALLEST, Math.floor(Math.min(low, (width - 116 * scale) / columns)));
}

/** The largest cells that have room one below the other, on a narrow page. */
export function stackedSide(picture: Picture, width: number): number {
  const columns = Math.max(picture.cells.shape[2] as number, picture.outputs[1]);
  return Math.max(SMALLEST, Math.floor(Math.min(width / columns, 48)));
}
