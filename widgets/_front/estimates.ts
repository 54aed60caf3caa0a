/** Shares with their intervals, and the axis they stand on. No DOM: tested by itself. */

import { fixed } from "./numbers.ts";

/** A share with the ends of its interval; null where there is nothing to divide by. */
export interface Estimate {
  value: number | null;
  low: number | null;
  high: number | null;
}

export interface Estimates {
  value: (number | null)[];
  low: (number | null)[];
  high: (number | null)[];
}

export const at = (all: Estimates, i: number): Estimate => ({
  value: all.value[i] ?? null,
  low: all.low[i] ?? null,
  high: all.high[i] ?? null,
});

const BEGINNINGS = [0, 0.5, 0.8, 0.9];

/** Where an axis that ends at 1 begins, so that every interval is on it. */
export function beginning(estimates: readonly Estimate[]): number {
  const least = Math.min(1, ...estimates.map(({ value, low }) => low ?? value ?? 1));
  return BEGINNINGS.findLast((one) => one <= least) ?? 0;
}

/** Where a share stands on the axis, from 0 to 1. */
export function onAxis(share: number, begin: number): number {
  return Math.max(0, (share - begin) / (1 - begin));
}

/** An interval as people read it: "84–96". */
export function span({ low, high }: Estimate): string {
  if (low === null || high === null) return "";
  const digits = high - low < 0.02 ? 1 : 0; // or both ends might look the same
  return `${fixed(100 * low, digits)}–${fixed(100 * high, digits)}`;
}
