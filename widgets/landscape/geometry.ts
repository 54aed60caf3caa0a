/** Lines on the ground: the way of the weights, and the arrow downhill. */

import type { Pair } from "../_front/place.ts";

const LEVEL = 0.05;

/** The way cut where a hand has moved the ball: the last stretch leads to its present place. */
export function stretches(points: readonly Pair[], starts: readonly number[]): Pair[][] {
  const cuts = [...new Set([0, ...starts])].filter((i) => i < points.length);
  return cuts.sort((a, b) => a - b).map((from, i) => points.slice(from, cuts[i + 1]));
}

/** An SVG path through points in pixels. */
export function line(points: readonly Pair[]): string {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");
}

/** An SVG path of lines without length: with round ends they are dots. */
export function dots(points: readonly Pair[]): string {
  return points.map(([x, y]) => `M${x.toFixed(1)} ${y.toFixed(1)}h0`).join("");
}

/**
 * Where it goes downhill and how steeply, from 0 to 1; null on ground that is as good as level. One
 * along an axis is seen as so many pixels as its `unit`; upwards is less on a screen.
 *
 * @param steep the loss per pixel that counts as 1.
 */
export function downhill(slope: Pair, unit: Pair, steep: number): Pair | null {
  const [x, y] = [-slope[0] / unit[0], slope[1] / unit[1]];
  const size = Math.hypot(x, y);
  const share = Math.min(1, Math.sqrt(size / steep));
  return share > LEVEL ? [(x / size) * share, (y / size) * share] : null;
}
