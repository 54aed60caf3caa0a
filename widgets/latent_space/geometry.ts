/** Where points lie and which one is meant. No DOM: tested by itself. */

import type { Values } from "../_front/arrays.ts";

export interface Window {
  x: number;
  y: number;
  /** Half the side of the square that is shown. */
  reach: number;
}

/** The square that holds all points, with a little air. */
export function around(points: Values): Window {
  let [left, right, low, high] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i + 1 < points.length; i += 2) {
    const [x, y] = [points[i] as number, points[i + 1] as number];
    left = Math.min(left, x);
    right = Math.max(right, x);
    low = Math.min(low, y);
    high = Math.max(high, y);
  }
  if (left > right) return { x: 0, y: 0, reach: 1 };
  const reach = Math.max(right - left, high - low) / 2;
  return { x: (left + right) / 2, y: (low + high) / 2, reach: reach * 1.08 || 1 };
}

/** Whether a window still suits: everything inside and not lost in it. It then stays as it is. */
export function suits(present: Window, needed: Window): boolean {
  const room = present.reach - needed.reach;
  const inside =
    Math.abs(present.x - needed.x) <= room + 1e-9 && Math.abs(present.y - needed.y) <= room + 1e-9;
  return inside && needed.reach > 0.55 * present.reach;
}

/** A share `t` of the way from one window to another. */
export function toward(from: Window, to: Window, t: number): Window {
  const mix = (a: number, b: number) => a + (b - a) * t;
  return { x: mix(from.x, to.x), y: mix(from.y, to.y), reach: mix(from.reach, to.reach) };
}

/** The point nearest to a place, if it is no farther than `limit`. */
export function nearest(points: Values, x: number, y: number, limit: number): number | null {
  let [best, least] = [-1, limit * limit];
  for (let i = 0; 2 * i + 1 < points.length; i++) {
    const [dx, dy] = [(points[2 * i] as number) - x, (points[2 * i + 1] as number) - y];
    const distance = dx * dx + dy * dy;
    if (distance <= least) [best, least] = [i, distance];
  }
  return best < 0 ? null : best;
}

/** The middle of each class: the median of its points in each direction. */
export function middles(
  points: Values,
  labels: Values,
  classes: number,
): ([number, number] | null)[] {
  return Array.from({ length: classes }, (_, k) => {
    const median = (offset: number) => {
      const values: number[] = [];
      for (let i = 0; i < labels.length; i++) {
        if (labels[i] === k) values.push(points[2 * i + offset] as number);
      }
      values.sort((a, b) => a - b);
      return values[Math.floor(values.length / 2)];
    };
    const [x, y] = [median(0), median(1)];
    return x === undefined || y === undefined ? null : [x, y];
  });
}

/** A round number near a third of the width, for the bar that gives the scale. */
export function barLength(reach: number): number {
  const raw = (2 * reach) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([5, 2, 1].find((m) => m * power <= raw) ?? 1) * power;
}
