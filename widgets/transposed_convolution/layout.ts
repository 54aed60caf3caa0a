/** How large the cells of several grids can be, so that all of them fit. */

import type { Cell } from "../_front/cells.ts";

const NARROW = 700;
const GAP = 32;
const HEAD = 80;
const READABLE = 44;
const NARROWEST = 112; // pixels of a grid's heading, as in the style sheet

/**
 * Pixels of a cell: of the `large` grids, named by their places, and of the others. In a row if
 * there is room for one, else below one another.
 */
export function sides(
  grids: readonly Cell[],
  large: readonly number[],
  width: number,
  height: number,
  scale: number,
): [side: number, small: number] {
  const [rows, columns] = [grids.map(([r]) => r), grids.map(([, c]) => c)];
  const narrow = width < NARROW;
  const fitting = (side: number, small: number) => {
    const sides = grids.map((_, grid) => (large.includes(grid) ? side : small));
    const least = narrow ? 0 : NARROWEST * scale;
    const widths = columns.map((count, i) => Math.max(count * (sides[i] as number), least));
    if (narrow) return Math.max(...widths) <= width - 4;
    const gaps = GAP * scale * (grids.length - 1);
    const wide = widths.reduce((sum, one) => sum + one + 2, gaps);
    const high = Math.max(...rows.map((count, i) => count * (sides[i] as number)));
    return wide <= width && high <= height - HEAD * scale;
  };
  let side = Math.floor((narrow ? 52 : 72) * scale);
  while (side > 4 && !fitting(side, side)) side--;
  // Where the output is large, the numbers of the input and of the kernel are still to be read.
  let small = side;
  while (small < READABLE * scale && fitting(side, small + 1)) small++;
  return [side, small];
}
