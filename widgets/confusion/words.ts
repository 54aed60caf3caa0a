/** What the matrix says in words and numbers. No DOM: tested by itself. */

import type { Values } from "../_front/arrays.ts";
import { percent } from "../_front/percent.ts";

export type Cell = readonly [row: number, column: number];

/** The numbers of images of each true class: the sums of the rows. */
export function rowSums(counts: Values, classes: number): number[] {
  const sums = new Array<number>(classes).fill(0);
  counts.forEach((count, i) => {
    sums[Math.floor(i / classes)] = (sums[Math.floor(i / classes)] ?? 0) + count;
  });
  return sums;
}

/**
 * How strong a cell's colour is, −1 (all of the row, mistaken) to 1 (all of the row, right). The
 * square root tells one mistake of a hundred from none: it has a tenth of the colour.
 */
export function strength(share: number, right: boolean): number {
  return (right ? 1 : -1) * Math.sqrt(share);
}

/** What stands in a cell: empty where nothing happened, so that the mistakes stand out. */
export function cellText(count: number, sum: number, shares: boolean): string {
  if (count === 0) return "";
  return shares ? percent(count / sum) : String(count);
}

/** What a cell counts: "4 taken for 9", "4 recognised". */
export function cellName([row, column]: Cell, names: readonly string[]): string {
  const [label, said] = [names[row] ?? "?", names[column] ?? "?"];
  return row === column ? `${label} recognised` : `${label} taken for ${said}`;
}

/** How many that is: "3 of 43 images of 8 (7 %)". */
export function cellCount(
  [row]: Cell,
  count: number,
  sum: number,
  names: readonly string[],
): string {
  if (sum === 0) return `There are no images of ${names[row] ?? "?"}`;
  return `${count} of ${sum} image${sum === 1 ? "" : "s"} of ${names[row] ?? "?"} (${percent(count / sum)} %)`;
}

export interface Layout {
  /** The side of a cell, the width of the names at the left, the height of those at the top. */
  side: number;
  left: number;
  top: number;
  /** Whether the names at the top stand upright, because they are wider than a column. */
  upright: boolean;
}

const WIDEST = 120; // pixels for a name; what is longer is cut off
const SMALLEST = 10; // pixels for a cell

/** Fits a square matrix with its names into a room; `widest` and `line` are the names' size. */
export function layoutFor(
  [width, height]: readonly [number, number],
  classes: number,
  widest: number,
  line: number,
): Layout {
  const left = Math.min(WIDEST, widest);
  const sideBelow = (top: number) =>
    Math.max(SMALLEST, Math.floor(Math.min(width - left, height - top) / Math.max(1, classes)));
  const flat = sideBelow(line);
  if (left <= flat) return { side: flat, left, top: line, upright: false };
  return { side: sideBelow(left), left, top: left, upright: true };
}
