/** How large tiles may be so that all rows fit: each a picture with smaller ones beside or below it. */

export const GAP = 8; // CSS pixels, between tiles
export const INNER = 3; // within a tile
const LEAST = 44;
const BELOW = 3; // pictures in a strip below
const STEP = 2;
const SHRUNK = 0.85;

export interface Room {
  width: number;
  height: number;
  /** Above the tiles of a row, and what is written below each picture. */
  title: number;
  caption: number;
  /** The most that a picture may be wide. */
  most: number;
}

export interface RowLayout {
  /** The side of the large picture. */
  side: number;
  /** Whether the small ones stand beside it, two by two; else in a strip below. */
  beside: boolean;
  /** Of a tile. */
  width: number;
}

/** How wide tiles of about a width are that fill a line. */
export function filling(width: number, about: number): number {
  const columns = Math.max(1, Math.round((width + GAP) / (about + GAP)));
  return Math.min(width, Math.floor((width + GAP) / columns) - GAP);
}

/**
 * The pictures of all rows are of one size: the largest that fits, or the smallest there is. A little
 * smaller is better if a row needs a line less for it. What height is left then goes to rows of few.
 */
export function layOut(counts: readonly number[], room: Room): RowLayout[] {
  const rowsOf = (side: number) => counts.map((count) => rowOf(count, side, room.width));
  const linesOf = (side: number) =>
    rowsOf(side).reduce((sum, row, i) => sum + lines(counts[i] ?? 0, row, room.width), 0);
  const sides = Array.from(
    { length: Math.max(0, Math.ceil((room.most - LEAST) / STEP)) },
    (_, i) => room.most - i * STEP,
  );
  const largest =
    sides.find((side) => {
      const high = rowsOf(side).reduce(
        (sum, row, i) => sum + heightOf(counts[i] ?? 0, row, room),
        0,
      );
      return high <= room.height && side <= room.width;
    }) ?? LEAST;
  const fewest = linesOf(Math.max(LEAST, SHRUNK * largest));
  const best = sides.find((side) => side <= largest && linesOf(side) === fewest);
  return grown(counts, rowsOf(best ?? largest), room);
}

function grown(counts: readonly number[], rows: RowLayout[], room: Room): RowLayout[] {
  const few = rows.filter(({ beside }) => beside).length;
  const used = rows.reduce((sum, row, i) => sum + heightOf(counts[i] ?? 0, row, room), 0);
  if (few === 0 || !Number.isFinite(room.height)) return rows;
  const more = Math.floor((room.height - used) / few);
  return rows.map((row, i) => {
    const wide = (room.width + GAP) / (counts[i] ?? 1) - GAP;
    const side = Math.min(row.side + more, room.most, Math.floor((wide - INNER) / 2));
    return row.beside && side > row.side ? { ...row, side, width: 2 * side + INNER } : row;
  });
}

function rowOf(count: number, side: number, width: number): RowLayout {
  const wide = 2 * side + INNER;
  const beside = count * (wide + GAP) - GAP <= width;
  return { side, beside, width: beside ? wide : side };
}

function heightOf(count: number, row: RowLayout, room: Room): number {
  const strip = row.beside ? 0 : row.side / BELOW + INNER;
  return room.title + lines(count, row, room.width) * (row.side + strip + room.caption + GAP);
}

function lines(count: number, row: RowLayout, width: number): number {
  return Math.ceil(count / Math.max(1, Math.floor((width + GAP) / (row.width + GAP))));
}
