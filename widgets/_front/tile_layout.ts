/** Where tiles lie that stand side by side and in rows, and which one is at a point. No DOM. */

export interface Layout {
  count: number;
  columns: number;
  rows: number;
  /** Width and height of a tile, and what lies between two, all in one unit. */
  wide: number;
  high: number;
  gap: number;
}

export interface Spot {
  tile: number;
  /** The sample in the tile. */
  row: number;
  column: number;
}

/** Tiles of `height` × `width` samples in `columns`, as wide as `room` lets them and `most` at most. */
export function layOut(
  count: number,
  [height, width]: readonly [number, number],
  columns: number,
  room: number,
  gap: number,
  most = Number.POSITIVE_INFINITY,
): Layout {
  const wide = Math.max(1, Math.min(most, Math.floor((room - gap * (columns - 1)) / columns)));
  const high = Math.max(1, Math.round((wide * height) / width));
  return { count, columns, rows: Math.ceil(count / columns), wide, high, gap };
}

/** The corner of a tile. */
export function cornerOf({ columns, wide, high, gap }: Layout, tile: number): [number, number] {
  return [(tile % columns) * (wide + gap), Math.floor(tile / columns) * (high + gap)];
}

/** The size of all tiles together. */
export function sizeOf({ columns, rows, wide, high, gap }: Layout): [number, number] {
  return [columns * (wide + gap) - gap, rows * (high + gap) - gap];
}

/** The tile, and the sample in it, at a point; `null` between tiles and beyond them. */
export function spotAt(
  layout: Layout,
  [height, width]: readonly [number, number],
  x: number,
  y: number,
): Spot | null {
  const { columns, count, wide, high, gap } = layout;
  const [across, down] = [Math.floor(x / (wide + gap)), Math.floor(y / (high + gap))];
  const [dx, dy] = [x - across * (wide + gap), y - down * (high + gap)];
  const tile = down * columns + across;
  if (x < 0 || y < 0 || across >= columns || tile >= count || dx >= wide || dy >= high) return null;
  return {
    tile,
    row: Math.min(height - 1, Math.floor((dy / high) * height)),
    column: Math.min(width - 1, Math.floor((dx / wide) * width)),
  };
}

const LEAST = 18; // CSS pixels; smaller tiles could not be told apart

/**
 * The number of columns, of those that there may be, that makes tiles largest where they have so
 * much room, and how wide they are then at most. They are not made too small to be seen: then they
 * need more room than there is.
 */
export function arrange(
  count: number,
  choices: readonly number[],
  wide: number,
  high: number,
): { columns: number; most: number } {
  const arranged = choices.map((columns) => {
    const most = Math.max(LEAST, high / Math.ceil(count / columns) - 6);
    return { columns, most, side: Math.min(most, wide / columns) };
  });
  const best = arranged.reduce((one, other) => (other.side > one.side ? other : one));
  return { columns: best.columns, most: best.most };
}
