/** Lines of equal height: which levels, where they run, and where their numbers stand. */

import type { Values } from "./arrays.ts";
import { ticks } from "./numbers.ts";
import { type Ring, ringsAt } from "./squares.ts";

export type { Ring };

const COUNT = 12;
const DECADES = 4; // a logarithmic scale shows heights down to a ten-thousandth of the highest

/** About twelve round levels between the lowest and the highest value. */
export function levelsOf(low: number, high: number, logarithmic: boolean): number[] {
  if (!(high > low)) return [];
  const inside = (level: number) => level > low && level < high;
  if (!logarithmic) return ticks(low, high, COUNT).filter(inside);
  // Heights above the lowest place, whose own loss may be zero or negative.
  const base = Math.abs(low) < 1e-3 * (high - low) ? 0 : low;
  const top = Math.floor(Math.log10(high - base));
  const heights: number[] = [];
  for (let power = top - DECADES + 1; power <= top; power++) {
    for (const digit of [1, 2, 5]) heights.push(Number(`${digit}e${power}`));
  }
  return heights.map((height) => base + height).filter(inside);
}

/** The lowest and the highest finite value. */
export function spanOf(values: Values): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low <= high ? [low, high] : [0, 0];
}

/** For each level the rings around what lies above it; a sample's middle is at (column, row). */
export function ringsOf(
  values: Values,
  [rows, columns]: readonly [number, number],
  levels: readonly number[],
): Ring[][] {
  return levels.map((level) => ringsAt(values, rows, columns, level));
}

export interface Label {
  x: number;
  y: number;
  /** Degrees that the text is turned by. */
  turn: number;
  text: string;
}

/** Where numbers stand on rings in pixels: on level stretches, apart from one another. */
export function labelsOf(
  rings: readonly { ring: Ring; text: string }[],
  width: number,
  height: number,
  apart: number,
): Label[] {
  const found: Label[] = [];
  const inside = (x: number, y: number) =>
    x > apart / 2 && x < width - apart / 2 && y > apart / 4 && y < height - apart / 4;
  for (const { ring, text } of rings) {
    let best: Label | null = null;
    for (let i = 3; i < ring.length - 3; i++) {
      const [[ax, ay], [x, y], [bx, by]] = [ring[i - 3], ring[i], ring[i + 3]] as Ring as [
        Ring[0],
        Ring[0],
        Ring[0],
      ];
      if (!inside(x, y)) continue;
      if (found.some((other) => Math.hypot(other.x - x, other.y - y) < apart)) continue;
      if (Math.hypot(bx - ax, by - ay) < 1) continue;
      let turn = (Math.atan2(by - ay, bx - ax) * 180) / Math.PI;
      if (turn > 90) turn -= 180;
      if (turn < -90) turn += 180;
      if (best === null || Math.abs(turn) < Math.abs(best.turn) - 1e-9) best = { x, y, turn, text };
    }
    if (best && lengthOf(ring) > 2 * apart) found.push(best);
  }
  return found;
}

function lengthOf(ring: Ring): number {
  let length = 0;
  for (let i = 1; i < ring.length; i++) {
    const [[ax, ay], [bx, by]] = [ring[i - 1], ring[i]] as [Ring[0], Ring[0]];
    length += Math.hypot(bx - ax, by - ay);
  }
  return length;
}
