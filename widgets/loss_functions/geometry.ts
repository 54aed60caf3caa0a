/** Where things stand: columns of patients, arrows, the window of the chart. No DOM. */

import { clamp } from "../_front/numbers.ts";

/** The numbers below the columns stand in rows: patient, squared error, gradient. */
export const ROWS = 3;
const LINE = 1.5; // em from one row to the next

export interface Columns {
  left: number;
  right: number;
  top: number;
  bottom: number;
  /** Pixels for one unit, in both directions: a square is a square. */
  unit: number;
  /** Where each column's error stands. */
  xs: number[];
  /** The middle of each row of numbers below. */
  rows: number[];
  /** Whether there is room for the names of the rows. */
  named: boolean;
}

export function columns(
  width: number,
  height: number,
  em: number,
  count: number,
  range: number,
): Columns {
  const named = width > 34 * em;
  const left = (named ? 7.4 : 2) * em;
  const top = 0.9 * em;
  const bottom = height - (ROWS * LINE + 0.6) * em;
  const wide = (width - left) / count;
  return {
    left,
    right: width,
    top,
    bottom,
    unit: (bottom - top) / range,
    xs: Array.from({ length: count }, (_, i) => left + wide * (i + 0.46)),
    rows: Array.from({ length: ROWS }, (_, i) => bottom + (0.6 + LINE * (i + 0.5)) * em),
    named,
  };
}

/** Moves two labels apart, each by the same, until they stand `gap` from one another. */
export function apart(a: number, b: number, gap: number): [number, number] {
  const missing = gap - Math.abs(a - b);
  if (missing <= 0) return [a, b];
  const by = a < b ? -missing / 2 : missing / 2;
  return [a + by, b - by];
}

/** An arrow of that length to the right (to the left if negative), from the origin; "" if too short. */
export function arrow(length: number, width: number): string {
  const size = Math.abs(length);
  if (size < 1.5) return "";
  const head = Math.min(size, 2.6 * width) * Math.sign(length);
  const [w, h] = [Math.min(width, size) / 2, 1.35 * Math.min(width, size / 2)];
  const neck = (length - head).toFixed(1);
  return `M0,${-w}H${neck}V${-h}L${length.toFixed(1)},0L${neck},${h}V${w}H0Z`;
}

/** Moves labels up, one after the other, until none stands on another. */
export function spread(
  labels: readonly (readonly [x: number, y: number])[],
  gap: number,
): [number, number][] {
  const placed: [number, number][] = [];
  for (const [x, start] of labels) {
    let y = start;
    const meets = () => placed.some(([a, b]) => Math.abs(a - x) < gap && Math.abs(b - y) < gap);
    while (meets()) y -= gap / 4;
    placed.push([x, y]);
  }
  return placed;
}

/** The part of the plane that a chart shows. */
export interface Window {
  low: number;
  high: number;
  top: number;
}

/** Errors: near 0 as long as all are near, whole steps otherwise. */
export function errorWindow(errors: readonly number[], half: boolean): Window {
  const reach = Math.max(...errors.map(Math.abs)) <= 3 ? 3 : 6;
  return { low: -reach, high: reach, top: reach ** 2 / (half ? 2 : 1) };
}

/** Losses of a classification: up to 6, or twice that as soon as one is beyond. */
export function lossWindow(losses: readonly number[], low: number, high: number): Window {
  return { low, high, top: Math.max(...losses) <= 6.1 ? 6.5 : 13 };
}

/** Half of the tangent at a point: `slope` in pixels per pixel, upwards. */
export function tangent(slope: number, half: number): [dx: number, dy: number] {
  const length = Math.hypot(1, slope);
  return [half / length, (-half * slope) / length];
}

/** A value that lies outside is drawn at the edge. */
export function within({ low, high, top }: Window, x: number, y: number): [number, number] {
  return [clamp((x - low) / (high - low), 0, 1), clamp(y / top, 0, 1)];
}
