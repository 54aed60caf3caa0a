/** Where everything of the diagram stands. No DOM. */

import { type Graph, graph, type Point } from "../_front/graph.ts";
import { clamp } from "../_front/numbers.ts";

export const PILL = 27; // half a pill's width
const NARROW = 560;

export interface Track {
  left: number;
  right: number;
  y: number;
  /** Where its name stands. */
  named: "above" | "left" | "right";
}

export interface Layout extends Graph {
  /** Where the numbers of inputs, biases and targets slide. */
  inputs: Track[];
  biases: Track[][];
  targets: Track[];
  /** Whether there is room for every bias above its neuron. */
  roomy: boolean;
  /** Where a δ stands: in its node with the activation, below the node, or in its place. */
  delta: "with" | "below" | "instead";
  /** Whether connections are too short for two numbers each. */
  tight: boolean;
  /** Whether they are long enough for a gradient at all. */
  room: boolean;
}

export function layout(width: number, height: number, sizes: readonly number[]): Layout {
  const narrow = width < NARROW;
  const head = narrow ? 92 : 56; // the names of the columns
  const foot = 44; // the largest gradients, and the scale
  const left = narrow ? 58 : 72; // the inputs need room to slide, and their names
  const right = narrow ? 34 : clamp(width * 0.15, 96, 140); // beside the outputs stand the targets
  const tall = height - head - foot;
  const tallest = Math.max(...sizes);
  // Up to three neurons leave room for their biases above them.
  const free = tallest > 3 ? 60 : (tall / tallest - 36) / 2;
  const largest = narrow ? 24 : Math.min(free, clamp(tall / 8, 34, 60));
  const drawn = graph(width, tall, sizes, { largest, left, right });
  const { radius } = drawn;
  const gap = Math.min(tall / tallest, (narrow ? 7 : 5.5) * radius);
  const nodes = drawn.nodes.map((column) =>
    column.map(([x], i): Point => [x, head + 12 + tall / 2 + (i - (column.length - 1) / 2) * gap]),
  );
  const [first, second] = [nodes[0]?.[0], nodes[1]?.[0]] as [Point, Point];
  const wire = second[0] - first[0] - 2 * radius;
  const above = ([x, y]: Point): Track => {
    const half = Math.max(8, radius - 6);
    return {
      left: x - half,
      right: x + half,
      y: y - radius - 18,
      named: "right",
    };
  };
  return {
    nodes,
    radius,
    inputs: (nodes[0] as Point[]).map(([x, y]) => ({
      left: 24 + PILL,
      right: x + radius - PILL,
      y,
      named: "left",
    })),
    biases: nodes.slice(1).map((column) => column.map(above)),
    targets: (nodes.at(-1) as Point[]).map((p) =>
      narrow
        ? { ...above(p), y: p[1] + Math.min(radius + 40, gap / 2), named: "left" }
        : { left: width - right + 24 + PILL, right: width - PILL - 8, y: p[1], named: "above" },
    ),
    roomy: gap > 2 * radius + (narrow ? 80 : 34), // in which targets stand below the outputs
    delta: radius >= 29 ? "with" : gap > 2 * radius + 56 ? "below" : "instead",
    tight: wire < 150,
    room: wire > 90,
  };
}
