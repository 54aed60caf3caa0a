/** Numbers of a heat map in words. No DOM. */

import { short } from "../_front/numbers.ts";

/** With two digits: 0.31, −0.0042. */
export function size(value: number): string {
  return short(Number(value.toPrecision(2)));
}

/** The same with its sign: +0.31. */
export function signed(value: number): string {
  return value > 0 ? `+${size(value)}` : size(value);
}

/** What a value is worth: a share of the largest of its map. */
export function worth(value: number, most: number): string {
  if (most === 0) return "the whole map is 0";
  return `${Math.round((100 * Math.abs(value)) / most)} % of the largest`;
}

/** Which way a value speaks, if its method tells. */
export function speaks(value: number, name: string, bySign: boolean): string {
  if (value === 0) return `says nothing about ${name}`;
  if (!bySign) return `matters to ${name}`;
  return `${value > 0 ? "speaks for" : "speaks against"} ${name}`;
}

/** Why a map has no colour. */
export function nothing({ most }: { most: number }): string {
  return most === 0 ? "0 everywhere" : "All below the threshold";
}
