/** Marching squares: the closed lines around everything at or above a level. */

import type { Values } from "./arrays.ts";

export type Ring = [number, number][];

/**
 * A sample's middle is at (column, row). Beyond the edge, and where a sample is no number, lies
 * nothing: lines close there, half a sample outside.
 *
 * Going round a cell of four samples clockwise, a side where it rises above the level is the
 * beginning of a line, and the next side where it falls its end. The neighbour sees the same side
 * from the other end, as its fall: so each side has one successor, and lines are followed.
 */
export function ringsAt(values: Values, rows: number, columns: number, level: number): Ring[] {
  const wide = columns + 2; // one sample of nothing all around
  const above = new Uint8Array(wide * (rows + 2));
  for (let i = 0; i < values.length; i++) {
    const at = wide * (1 + Math.floor(i / columns)) + 1 + (i % columns);
    above[at] = Number((values[i] as number) >= level);
  }
  const flags = (at: number) => (above[at] as number) + (above[at + 1] as number);
  const next = new Map<number, number>(); // a side is twice its first sample, odd when it goes down
  for (let row = 0; row <= rows; row++) {
    for (let a = row * wide; a < row * wide + wide - 1; a++) {
      const count = flags(a) + flags(a + wide);
      if (count === 0 || count === 4) continue;
      const corners = [above[a], above[a + 1], above[a + wide + 1], above[a + wide]];
      const sides = [2 * a, 2 * a + 3, 2 * (a + wide), 2 * a + 1];
      for (let i = 0; i < 4; i++) {
        if (corners[i] || !corners[(i + 1) % 4]) continue;
        let fall = i + 1;
        while (!corners[fall % 4] || corners[(fall + 1) % 4]) fall++;
        next.set(sides[i] as number, sides[fall % 4] as number);
      }
    }
  }
  const sample = (at: number): number => {
    const [column, row] = [(at % wide) - 1, Math.floor(at / wide) - 1];
    return column < 0 || column >= columns ? Number.NaN : (values[row * columns + column] ?? NaN);
  };
  const crossing = (side: number): [number, number] => {
    const [at, down] = [side >> 1, side & 1];
    const [from, to] = [sample(at), sample(down ? at + wide : at + 1)];
    const share = Number.isFinite(to - from) ? (level - from) / (to - from) : 0.5;
    const [x, y] = [(at % wide) - 1, Math.floor(at / wide) - 1];
    return down ? [x, y + share] : [x + share, y];
  };
  const rings: Ring[] = [];
  for (let side of next.keys()) {
    const ring: Ring = [];
    for (let to = next.get(side); to !== undefined; to = next.get(side)) {
      ring.push(crossing(side));
      next.delete(side);
      side = to;
    }
    if (ring.length > 0) rings.push(ring);
  }
  return rings;
}
