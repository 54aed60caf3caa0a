/** Where a value stands in a chart: pure numbers, no page. */

import { clamp, ticks } from "../_front/numbers.ts";
import type { Scale } from "./state.ts";

export type Range = readonly [low: number, high: number];

/** The share of an axis at which a value stands: 0 to 1, or a little outside for what lies outside. */
export function share(value: number, [low, high]: Range, scale: Scale): number {
  const at = scale === "log" ? Math.log : (one: number) => one;
  const [from, to] = [at(low), at(high)];
  const place = scale === "log" && !(value > 0) ? Number.NEGATIVE_INFINITY : at(value);
  return clamp((place - from) / (to - from || 1), -1, 2);
}

/** The axis of a loss: from 0, or whole powers of ten. Losses far above the first one are cut off. */
export function lossRange(values: Iterable<number>, scale: Scale): Range {
  let [lowest, highest] = [Number.POSITIVE_INFINITY, 0];
  let first = 0;
  for (const value of values) {
    first ||= value;
    if (value > 0) lowest = Math.min(lowest, value);
    highest = Math.max(highest, value);
  }
  highest = Math.min(highest, 3 * (first || highest));
  if (scale === "linear") return [0, Math.max(0.5, Math.ceil(2 * highest) / 2)];
  if (!(highest > 0)) return [0.01, 10];
  const low = 10 ** Math.floor(Math.log10(lowest) + 1e-9);
  return [low, Math.max(10 * low, 10 ** Math.ceil(Math.log10(highest) - 1e-9))];
}

/** The axis of an accuracy in percent: what comes after the first epoch shall be seen well. */
export function percentRange(afterFirst: Iterable<number>): Range {
  let lowest = 100;
  let any = false;
  for (const value of afterFirst) {
    lowest = Math.min(lowest, value);
    any = true;
  }
  return [any ? clamp(10 * Math.floor(lowest / 10), 0, 90) : 0, 100];
}

/** Where an axis has numbers. */
export function marks([low, high]: Range, scale: Scale, count: number): number[] {
  if (scale === "linear") return ticks(low, high, count);
  const found: number[] = [];
  for (let power = low; power < high * 1.001; power *= 10) found.push(Number(power.toPrecision(3)));
  return found;
}
