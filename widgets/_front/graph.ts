/** Where the nodes of a network stand, and how a weight lies on its connection. No DOM. */

import { clamp } from "./numbers.ts";

export type Point = readonly [number, number];

export interface Graph {
  /** The middle of each node, column by column, the inputs first. */
  nodes: Point[][];
  /** Half a node's size: every node fits into a square of twice this. */
  radius: number;
}

/** Columns of nodes spread over a place of that many pixels. */
export function graph(
  width: number,
  height: number,
  sizes: readonly number[],
  { largest = 34, left = 0, right = 0 } = {},
): Graph {
  const tallest = Math.max(...sizes);
  const column = (width - left - right) / sizes.length;
  const radius = Math.floor(clamp(Math.min(height / tallest / 2.7, column / 4), 9, largest));
  const span = width - left - right - 2 * radius;
  const nodes = sizes.map((size, c) => {
    const x = left + radius + (sizes.length === 1 ? 0.5 : c / (sizes.length - 1)) * span;
    const gap = Math.min(height / size, 4.5 * radius);
    return Array.from(
      { length: size },
      (_, i): Point => [x, height / 2 + (i - (size - 1) / 2) * gap],
    );
  });
  return { nodes, radius };
}

export interface Wire {
  from: Point;
  to: Point;
  /** Where the handle stands for the lowest and for the highest weight. */
  low: Point;
  high: Point;
}

/** The connection from node `from` of column `layer` to node `to` of the next one. */
export function wire({ nodes, radius }: Graph, layer: number, to: number, from: number): Wire {
  const [x1, y1] = (nodes[layer] as Point[])[from] as Point;
  const [x2, y2] = (nodes[layer + 1] as Point[])[to] as Point;
  const [start, end]: [Point, Point] = [
    [x1 + radius, y1],
    [x2 - radius, y2],
  ];
  // In the middle the connections cross: nearer to the sources the handles stand apart.
  return { from: start, to: end, low: between(start, end, 0.16), high: between(start, end, 0.6) };
}

/** The point a share `t` of the way from `a` to `b`. */
export function between(a: Point, b: Point, t: number): Point {
  return [a[0] + t * (b[0] - a[0]), a[1] + t * (b[1] - a[1])];
}

/** How far along from `a` to `b` the point nearest to `p` lies, as a share. */
export function share(p: Point, a: Point, b: Point): number {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  return ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / (dx * dx + dy * dy);
}
