/** Places in time: which moment a hand means, and where a moment lies. */

import { nearest } from "../_front/curves.ts";
import { clamp, count, fixed } from "../_front/numbers.ts";
import { type Moments, NOW } from "./state.ts";

/** Where a step lies between the beginning (0) and now (1). */
export function share(step: number, now: number): number {
  return step === NOW || now <= 0 ? 1 : clamp(step / now, 0, 1);
}

/** The moment that a place between 0 and 1 means: a kept one, or now at the right end. */
export function momentAt({ steps, now }: Moments, place: number): number {
  const i = nearest(steps, place * now);
  const step = steps[i] as number | undefined;
  // Now lies at the right end itself: whoever is nearer to it than to any moment means it.
  if (step === undefined || now - place * now <= Math.abs(place * now - step)) return NOW;
  return step;
}

/** The moment some moments earlier or later; beyond the last one is now. */
export function neighbour({ steps, now }: Moments, step: number, by: number): number {
  const kept = Array.from(steps).filter((one) => one < now);
  const at = step === NOW ? kept.length : nearest(kept, step);
  return kept[clamp(at + by, 0, kept.length)] ?? NOW;
}

/** How good the network was at a moment, in words. */
export function said(moments: Moments, step: number): string {
  const i = nearest(moments.steps, step === NOW ? moments.now : step);
  if (i < 0 || moments.accuracy[i] === undefined) return "";
  const tested = moments.testedAt[i] as number;
  const when = tested === moments.steps[i] ? "" : ` (step ${count(tested)})`;
  return [
    `epoch ${fixed(moments.epochs[i] ?? 0, 1)}`,
    `test accuracy ${fixed(100 * (moments.accuracy[i] as number), 1)} %${when}`,
    `loss ${fixed(moments.loss[i] as number, 3)}`,
  ].join(" · ");
}
