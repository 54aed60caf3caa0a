/** The arithmetic of curves on a screen: smoothing, thinning, logarithmic scales, room for labels. */

import type { Numbers, Point } from "../_front/curves.ts";
import { ticks } from "../_front/numbers.ts";

/**
 * Exponential smoothing, ŝᵢ = Σⱼ βⁱ⁻ʲ yⱼ / Σⱼ βⁱ⁻ʲ: divided by the weights so far, so that it does
 * not begin near 0.
 */
export function smooth(ys: Numbers, factor: number): Float32Array {
  const result = new Float32Array(ys.length);
  let [sum, weight] = [0, 0];
  for (let i = 0; i < ys.length; i++) {
    sum = factor * sum + (ys[i] as number);
    weight = factor * weight + 1;
    result[i] = sum / weight;
  }
  return result;
}

/**
 * Leaves out what no eye can see: of all points in one column of pixels the first, the lowest, the
 * highest and the last stay, in their order. A curve looks the same and is drawn quickly.
 */
export function thin(points: readonly Point[]): Point[] {
  const kept: Point[] = [];
  for (let start = 0; start < points.length; ) {
    const column = Math.floor((points[start] as Point)[0]);
    let end = start;
    let [low, high] = [start, start];
    while (end < points.length && Math.floor((points[end] as Point)[0]) === column) {
      if ((points[end] as Point)[1] < (points[low] as Point)[1]) low = end;
      if ((points[end] as Point)[1] > (points[high] as Point)[1]) high = end;
      end++;
    }
    const places = new Set([start, Math.min(low, high), Math.max(low, high), end - 1]);
    for (const place of places) kept.push(points[place] as Point);
    start = end;
  }
  return kept;
}

/** Leaves out points that lie too near to the last one that stays, so that marks stay apart. */
export function apart(points: readonly Point[], distance: number): Point[] {
  let last = Number.NEGATIVE_INFINITY;
  return points.filter(([x]) => {
    const stays = x - last >= distance;
    if (stays) last = x;
    return stays;
  });
}

/** An axis: where a value lies from 0 (`low`) to 1 (`high`), and which values to write beside it. */
export interface Axis {
  low: number;
  high: number;
  share(value: number): number;
  ticks(count: number): number[];
}

export function linear(low: number, high: number): Axis {
  const span = high - low || 1;
  return {
    low,
    high,
    share: (value) => Math.min(1, Math.max(0, (value - low) / span)),
    ticks: (count) => ticks(low, high, count),
  };
}

/** From one power of ten to another; what is below, 0 too, lies at the lower end. */
export function logarithmic(least: number, most: number): Axis {
  const high = 10 ** Math.ceil(Math.log10(most));
  const low = Math.min(high / 10, 10 ** Math.floor(Math.log10(Math.max(least, most * 1e-6))));
  const [from, to] = [Math.log10(low), Math.log10(high)];
  return {
    low,
    high,
    share: (value) => (value <= low ? 0 : Math.min(1, (Math.log10(value) - from) / (to - from))),
    ticks(count) {
      const decades = Math.round(to - from);
      const every = Math.max(1, Math.ceil(decades / Math.max(1, count)));
      return Array.from({ length: Math.floor(decades / every) + 1 }, (_, i) =>
        Number((10 ** (from + i * every)).toPrecision(6)),
      );
    },
  };
}

/** The least value above 0 and the largest one of several rows. */
export function extent(...rows: Numbers[]): { least: number; most: number } {
  let [least, most] = [Number.POSITIVE_INFINITY, 0];
  for (const row of rows)
    for (let i = 0; i < row.length; i++) {
      const value = row[i] as number;
      if (value > 0 && value < least) least = value;
      if (value > most) most = value;
    }
  return { least, most };
}

/** In which line, from 0 on, each label can be written so that none runs into another. */
export function lines(labels: readonly { left: number; right: number }[], gap = 8): number[] {
  const ends: number[] = [];
  return labels.map(({ left, right }) => {
    const free = ends.findIndex((end) => end + gap <= left);
    const line = free < 0 ? ends.length : free;
    ends[line] = right;
    return line;
  });
}
