/** Where the planes of a stack stand, and the outlines on them. No DOM. */

import { clamp } from "../_front/numbers.ts";
import type { Cell } from "../_front/windows.ts";

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

const LEAST = 0.35; // a plane of few cells is drawn larger than its cells: they are pointed at
const IMAGE = 1.2;

/** The planes' boxes side by side; below one another where there is no room for that. */
export function boxes(
  planes: readonly Cell[],
  room: { width: number; height: number },
  gap: number,
  upright: boolean,
): Box[] {
  const most = Math.max(...planes.map(([rows]) => rows));
  const weights = planes.map(
    ([rows], i) => (LEAST + (1 - LEAST) * (rows / most)) * (i === 0 ? IMAGE : 1),
  );
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const along = (upright ? Number.POSITIVE_INFINITY : room.width) - gap * (planes.length - 1);
  const across = upright ? room.width : room.height;
  const unit = Math.min(along / total, across / IMAGE);
  const free = upright ? 0 : room.width - total * unit - gap * (planes.length - 1);
  const wide = gap + Math.min(1.5 * gap, free / Math.max(1, planes.length - 1));
  let from = 0;
  return weights.map((weight) => {
    const side = Math.floor(unit * weight);
    const middle = upright ? 0 : (room.height - side) / 2;
    const box = { x: upright ? 0 : from, y: upright ? from : middle, width: side, height: side };
    from += side + (upright ? gap : wide);
    return box;
  });
}

/** The cell of a plane under a place. */
export function cellAt(box: Box, [rows, columns]: Cell, x: number, y: number): Cell {
  return [
    clamp(Math.floor(((y - box.y) / box.height) * rows), 0, rows - 1),
    clamp(Math.floor(((x - box.x) / box.width) * columns), 0, columns - 1),
  ];
}

/** The box around the cells from the first to the last row and column; none around no cells. */
export function around(
  box: Box,
  [rows, columns]: Cell,
  [down, across]: readonly [number[], number[]],
): Box | null {
  const [top, left] = [down[0], across[0]];
  if (top === undefined || left === undefined) return null;
  const [bottom, right] = [(down.at(-1) ?? top) + 1, (across.at(-1) ?? left) + 1];
  const [height, width] = [box.height / rows, box.width / columns];
  return {
    x: box.x + left * width,
    y: box.y + top * height,
    width: (right - left) * width,
    height: (bottom - top) * height,
  };
}

/** The path of a box. */
export function path({ x, y, width, height }: Box): string {
  return `M${x.toFixed(1)},${y.toFixed(1)}h${width.toFixed(1)}v${height.toFixed(1)}h${(-width).toFixed(1)}Z`;
}

/** The lines between a plane's cells. */
export function mesh(box: Box, [rows, columns]: Cell): string {
  let d = "";
  for (let r = 1; r < rows; r++)
    d += `M${box.x},${(box.y + (r * box.height) / rows).toFixed(1)}h${box.width}`;
  for (let c = 1; c < columns; c++)
    d += `M${(box.x + (c * box.width) / columns).toFixed(1)},${box.y}v${box.height}`;
  return d;
}

/** Each cell that is seen: dilation leaves holes. Neighbours in a row are drawn as one. */
export function cells(box: Box, size: Cell, [down, across]: readonly [number[], number[]]): string {
  const runs: number[][] = [];
  for (const column of across) {
    const run = runs.at(-1);
    if (run && run.at(-1) === column - 1) run.push(column);
    else runs.push([column]);
  }
  return down
    .flatMap((row) => runs.map((run) => around(box, size, [[row], run])))
    .map((one) => (one ? path(one) : ""))
    .join("");
}

/** What joins an outline with the next one: from side to side, or from below to above. */
export function joint(from: Box, to: Box, upright: boolean): string {
  const corners = upright
    ? [
        [from.x, from.y + from.height],
        [from.x + from.width, from.y + from.height],
        [to.x + to.width, to.y],
        [to.x, to.y],
      ]
    : [
        [from.x + from.width, from.y],
        [to.x, to.y],
        [to.x, to.y + to.height],
        [from.x + from.width, from.y + from.height],
      ];
  return `M${corners.map(([x, y]) => `${x?.toFixed(1)},${y?.toFixed(1)}`).join("L")}Z`;
}
