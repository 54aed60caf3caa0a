/** Where the kernels of a layer lie: a row for each filter, a column for each input. No DOM. */

export interface Table {
  rows: number;
  columns: number;
  /** From one kernel to the next, in whole pixels of the screen. */
  wide: number;
  high: number;
}

export interface Place {
  row: number;
  column: number;
}

/** The width of a kernel at which the whole table fits, and the one at which it can be read. */
export const READABLE = 18; // CSS pixels
export const LARGE = 28;

/** How wide a kernel is where nobody has zoomed: as wide as there is room, if it can be read then. */
export function wideAtFirst(fitting: number): number {
  return Math.max(READABLE, Math.min(LARGE, fitting));
}

/** How wide a kernel of `height` × `width` weights can be so that all of them are seen. */
export function fitting(
  { rows, columns }: Pick<Table, "rows" | "columns">,
  [height, width]: readonly [number, number],
  wide: number,
  high: number,
): number {
  return Math.min(wide / columns, ((high / rows) * width) / height);
}

/** The kernel at a point of the table; `null` beyond them. */
export function placeAt({ rows, columns, wide, high }: Table, x: number, y: number): Place | null {
  const [row, column] = [Math.floor(y / high), Math.floor(x / wide)];
  if (row < 0 || column < 0 || row >= rows || column >= columns) return null;
  return { row, column };
}

/** Where to scroll to so that `[at, at + size]` is seen, from `now`, where `room` is seen. */
export function scrolledTo(at: number, size: number, now: number, room: number): number {
  if (at < now) return at;
  return at + size > now + room ? Math.min(at, at + size - room) : now;
}

/** The first and the last of the kernels in a row of them that are seen. */
export function seen(scroll: number, room: number, size: number, count: number): [number, number] {
  return [Math.max(0, Math.floor(scroll / size)), Math.min(count - 1, (scroll + room) / size)];
}

/** Every how many kernels there is room for a number of so many pixels. */
export function every(size: number, number: number): number {
  for (const step of [1, 2, 4, 5, 8, 10, 16, 20, 32, 50]) if (step * size >= number) return step;
  return 64;
}

/**
 * How far each kernel has moved, in shares of the scale, row by row; 0 for what does not show.
 * The values lie as they are drawn: the samples of a whole row of kernels side by side.
 */
export function moved(
  before: ArrayLike<number>,
  after: ArrayLike<number>,
  [rows, columns, height, width]: readonly [number, number, number, number],
  span: number,
): Float32Array {
  const most = new Float32Array(rows * columns);
  const line = columns * width;
  for (let i = 0; i < after.length; i++) {
    const kernel = Math.floor(i / (line * height)) * columns + Math.floor((i % line) / width);
    const by = Math.abs((after[i] as number) - (before[i] as number));
    if (by > (most[kernel] as number)) most[kernel] = by;
  }
  return most.map((by) => (by / (span || 1) < SEEN ? 0 : by / (span || 1)));
}

const SEEN = 0.004; // the share of the scale from which on a change shows
