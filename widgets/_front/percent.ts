/** Shares as people read them. */

import { fixed } from "./numbers.ts";

/** As a whole percentage; only nothing is 0, and only all is 100. */
export function percent(share: number): string {
  const hundred = 100 * share;
  if (share > 0 && hundred < 0.5) return "<1";
  if (share < 1 && hundred >= 99.5) return ">99";
  return fixed(hundred, 0);
}
