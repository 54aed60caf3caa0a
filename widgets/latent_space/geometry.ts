/** Where points lie and which are meant. No DOM: tested by itself. */

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

/** The square that holds a cloud in space, however it is turned about its middle. */
export function aroundSpace(points: Values): Window {
  let far = 0;
  for (let i = 0; i + 2 < points.length; i += 3) {
    far = Math.max(
      far,
      Math.hypot(points[i] as number, points[i + 1] as number, points[i + 2] as number),
    );
  }
  return { x: 0, y: 0, reach: far * 1.04 || 1 };
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

/** A window `factor` times as wide, in which the place (x, y) stays where it is. */
export function zoomed(window: Window, factor: number, x: number, y: number): Window {
  return {
    x: x + (window.x - x) * factor,
    y: y + (window.y - y) * factor,
    reach: window.reach * factor,
  };
}

export interface Turn {
  /** Radians about the upright axis, and up and down. */
  yaw: number;
  pitch: number;
}

/** Turns points of space and looks at them from the front: places, and how near each one is. */
export function turned(points: Values, { yaw, pitch }: Turn, into: Float32Array): Float32Array {
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  const near = new Float32Array(points.length / 3);
  for (let i = 0; i < near.length; i++) {
    const [x, y, z] = [points[3 * i], points[3 * i + 1], points[3 * i + 2]] as [
      number,
      number,
      number,
    ];
    const back = cy * z - sy * x;
    into[2 * i] = cy * x + sy * z;
    into[2 * i + 1] = cp * y - sp * back;
    near[i] = cp * back + sp * y;
  }
  return near;
}

/** Indices in ascending order of their values, in so many steps; quick, for a new one every frame. */
export function inOrder(values: Float32Array, reach: number, steps: number): Uint32Array {
  const step = (value: number) =>
    Math.min(steps - 1, Math.max(0, Math.floor(((value / reach + 1) / 2) * steps)));
  const starts = new Uint32Array(steps + 1);
  for (const value of values) starts[step(value) + 1] = (starts[step(value) + 1] as number) + 1;
  for (let k = 0; k < steps; k++) starts[k + 1] = (starts[k + 1] as number) + (starts[k] as number);
  const order = new Uint32Array(values.length);
  for (let i = 0; i < values.length; i++) {
    const k = step(values[i] as number);
    order[starts[k] as number] = i;
    starts[k] = (starts[k] as number) + 1;
  }
  return order;
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

/**
 * The nearest point that lies from another one in a direction, along an axis or at most 45° beside
 * it; `null` where there is none. From nowhere (−1) it is the one nearest to the middle of all.
 */
export function neighbourIn(
  points: Values,
  from: number,
  [right, down]: readonly [number, number],
): number | null {
  if (from < 0) {
    const { x, y } = around(points);
    return nearest(points, x, y, Number.POSITIVE_INFINITY);
  }
  const [x, y] = [points[2 * from] as number, points[2 * from + 1] as number];
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (let i = 0; 2 * i + 1 < points.length; i++) {
    const [dx, dy] = [(points[2 * i] as number) - x, (points[2 * i + 1] as number) - y];
    const [along, beside] = [dx * right + dy * down, Math.abs(dx * down + dy * right)];
    if (along <= 0 || beside > along) continue;
    const distance = dx * dx + dy * dy;
    if (distance < least) [best, least] = [i, distance];
  }
  return best < 0 ? null : best;
}

/** The points within a line that was drawn around them: a list of x, y, x, y, … */
export function within(points: Values, line: readonly number[]): number[] {
  const corners = Float32Array.from(line);
  const { x, y, reach } = around(corners);
  const found: number[] = [];
  for (let i = 0; 2 * i + 1 < points.length; i++) {
    const [px, py] = [points[2 * i] as number, points[2 * i + 1] as number];
    if (Math.abs(px - x) > reach || Math.abs(py - y) > reach) continue;
    let inside = false;
    for (let a = 0, b = corners.length - 2; a < corners.length; b = a, a += 2) {
      const [ax, ay] = [corners[a] as number, corners[a + 1] as number];
      const [bx, by] = [corners[b] as number, corners[b + 1] as number];
      if (ay > py !== by > py && px < ax + ((py - ay) / (by - ay)) * (bx - ax)) inside = !inside;
    }
    if (inside) found.push(i);
  }
  return found;
}

/** The middle of each class: the median of its points in each direction. */
export function middles(
  points: Values,
  labels: Values,
  classes: number,
  dimensions = 2,
): (number[] | null)[] {
  const members: number[][] = Array.from({ length: classes }, () => []);
  for (let i = 0; i < labels.length; i++) members[labels[i] as number]?.push(i);
  return members.map((own) => {
    if (own.length === 0) return null;
    return Array.from({ length: dimensions }, (_, axis) => {
      const values = Float32Array.from(own, (i) => points[dimensions * i + axis] as number).sort();
      return values[Math.floor(values.length / 2)] as number;
    });
  });
}

/** A round number near a third of the width, for the bar that gives the scale. */
export function barLength(reach: number): number {
  const raw = (2 * reach) / 4;
  const power = 10 ** Math.floor(Math.log10(raw));
  return ([5, 2, 1].find((m) => m * power <= raw) ?? 1) * power;
}

/** How large the marks of so many points may be, in pixels, with a picture this wide. */
export function markRadius(side: number, count: number, zoom: number): number {
  const largest = Math.min(7, Math.max(4, side / 90) * Math.min(1.6, zoom));
  const radius = largest * zoom * Math.sqrt(900 / Math.max(1, count));
  return Math.round(2 * Math.min(largest, Math.max(1.5, radius))) / 2;
}
