/** Where things stand in the diagram and in the plane. No DOM: tested by itself. */

import { between, type Point } from "../_front/graph.ts";

export interface Layout {
  /** The tracks of the inputs: from `left` to `right` at each row's height. */
  rows: number[];
  left: number;
  right: number;
  neuron: { x: number; y: number; r: number };
  output: { x: number; y: number; r: number };
  /** The weight's handle runs on its connection, from its lowest to its highest value. */
  weights: { from: Point; to: Point; low: Point; high: Point }[];
  bias: { left: number; right: number; y: number };
}

const PILL = 34; // the height that a handle needs to itself
const WIDE = 70; // and the width, beside another handle

export function layout(width: number, height: number, inputs: number): Layout {
  const r = Math.max(34, Math.min(64, height * 0.14, width * 0.09));
  const floor = height - 2 * PILL; // the bias has the strip below
  const gap = floor / inputs;
  const rows = Array.from({ length: inputs }, (_, i) => gap * (i + 0.5));
  const left = 30;
  const right = left + Math.max(60, Math.min(170, width * 0.19));
  const output = { x: width - r * 0.62 - 8, y: floor / 2, r: r * 0.62 };
  const neuron = { x: output.x - output.r - r - Math.max(20, width * 0.05), y: floor / 2, r };
  // Near the neuron the connections meet: a handle stops where it would touch its neighbour.
  const end = 1 - Math.max(0.16, Math.min(0.5, PILL / gap));
  const weights = rows.map((y) => {
    const from: Point = [right, y];
    const angle = Math.atan2(neuron.y - y, neuron.x - right);
    const to: Point = [neuron.x - r * Math.cos(angle), neuron.y - r * Math.sin(angle)];
    const start = Math.min(0.4, WIDE / Math.hypot(to[0] - right, to[1] - y));
    return { from, to, low: between(from, to, start), high: between(from, to, end) };
  });
  const half = Math.min(width * 0.22, 150, width - neuron.x - 34);
  return {
    rows,
    left,
    right,
    neuron,
    output,
    weights,
    bias: { left: neuron.x - half, right: neuron.x + half, y: height - PILL * 0.75 },
  };
}

/** The line on which a neuron changes its mind: all p with normal · p = distance. */
export interface Line {
  /** Of length one; it points to the side where the neuron fires. */
  normal: Point;
  /** From the origin, along the normal. */
  distance: number;
  /** The length of (w₁, w₂). */
  norm: number;
}

/** The line w₁x₁ + w₂x₂ + rest = 0; none where both weights are zero. */
export function decisionLine(w1: number, w2: number, rest: number): Line | null {
  const norm = Math.hypot(w1, w2);
  if (norm < 1e-9) return null;
  return { normal: [w1 / norm, w2 / norm], distance: -rest / norm, norm };
}

/** The part of the line inside the square from −extent to extent; none where it passes by. */
export function segment(line: Line, extent: number): [Point, Point] | null {
  const [nx, ny] = line.normal;
  const foot: Point = [nx * line.distance, ny * line.distance];
  let [from, to] = [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const [start, along] of [
    [foot[0], -ny],
    [foot[1], nx],
  ] as const) {
    if (Math.abs(along) < 1e-12) {
      if (Math.abs(start) > extent) return null;
      continue;
    }
    const [a, b] = [(-extent - start) / along, (extent - start) / along];
    from = Math.max(from, Math.min(a, b));
    to = Math.min(to, Math.max(a, b));
  }
  if (from >= to) return null;
  return [
    [foot[0] - ny * from, foot[1] + nx * from],
    [foot[0] - ny * to, foot[1] + nx * to],
  ];
}

/** The line's angle: that of its normal, in degrees from 0 to 360. */
export function angleOf(line: Line): number {
  return ((Math.atan2(line.normal[1], line.normal[0]) * 180) / Math.PI + 360) % 360;
}

/** The weights of the same length whose line stands at another angle. */
export function turned(line: Line, degrees: number): Point {
  const angle = (degrees * Math.PI) / 180;
  return [line.norm * Math.cos(angle), line.norm * Math.sin(angle)];
}
