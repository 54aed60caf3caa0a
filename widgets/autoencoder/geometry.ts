/** Where places of the plane lie on the page, and which image is meant. No DOM: tested by itself. */

import type { Values } from "../_front/arrays.ts";
import { clamp } from "../_front/numbers.ts";
import type { Pair } from "../_front/place.ts";

export interface Window {
  x: number;
  y: number;
  /** Half the side of the square that is shown. */
  reach: number;
}

/** The pixel of a place, on a square of so many pixels. */
export function toPixel({ x, y, reach }: Window, side: number, [a, b]: Pair): Pair {
  const unit = side / (2 * reach);
  return [side / 2 + (a - x) * unit, side / 2 - (b - y) * unit];
}

/** The place of a pixel. */
export function toPlace({ x, y, reach }: Window, side: number, [a, b]: Pair): Pair {
  const unit = side / (2 * reach);
  return [x + (a - side / 2) / unit, y - (b - side / 2) / unit];
}

export function codeAt(codes: Values, index: number): Pair {
  return [codes[2 * index] ?? 0, codes[2 * index + 1] ?? 0];
}

/** The image whose code is nearest to a place; −1 if there is none. */
export function nearest(codes: Values, [x, y]: Pair): number {
  let [best, least] = [-1, Infinity];
  for (let i = 0; 2 * i + 1 < codes.length; i++) {
    const [dx, dy] = [(codes[2 * i] as number) - x, (codes[2 * i + 1] as number) - y];
    const distance = dx * dx + dy * dy;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

/** The nearest image in one direction, within 45° to both sides; the same one if there is none. */
export function onward(codes: Values, from: number, [right, up]: Pair): number {
  const [x, y] = codeAt(codes, from);
  let [best, least] = [from, Infinity];
  for (let i = 0; 2 * i + 1 < codes.length; i++) {
    const [dx, dy] = [(codes[2 * i] as number) - x, (codes[2 * i + 1] as number) - y];
    const ahead = dx * right + dy * up;
    const aside = Math.abs(dx * up) + Math.abs(dy * right);
    const distance = dx * dx + dy * dy;
    if (i !== from && ahead > 0 && ahead >= aside && distance < least) {
      [best, least] = [i, distance];
    }
  }
  return best;
}

/** A share of the way from one place to another. */
export function between([ax, ay]: Pair, [bx, by]: Pair, share: number): Pair {
  return [ax + share * (bx - ax), ay + share * (by - ay)];
}

/** The share of the way at which one is nearest to a place, from 0 to 1. */
export function shareOf([ax, ay]: Pair, [bx, by]: Pair, [x, y]: Pair): number {
  const [wx, wy] = [bx - ax, by - ay];
  const length = wx * wx + wy * wy;
  return length === 0 ? 0 : clamp(((x - ax) * wx + (y - ay) * wy) / length, 0, 1);
}

/** The middle of each class: the median of its codes in each direction. */
export function middles(codes: Values, labels: Values, classes: number): (Pair | null)[] {
  return Array.from({ length: classes }, (_, k) => {
    const median = (offset: number) => {
      const values: number[] = [];
      for (let i = 0; i < labels.length; i++) {
        if (labels[i] === k) values.push(codes[2 * i + offset] as number);
      }
      values.sort((a, b) => a - b);
      return values[Math.floor(values.length / 2)];
    };
    const [x, y] = [median(0), median(1)];
    return x === undefined || y === undefined ? null : [x, y];
  });
}
