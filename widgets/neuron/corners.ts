/** The corners of a truth table in the plane: where the neuron should fire, and where it is wrong. */

import { set, svg } from "../_front/dom.ts";
import type { Point } from "../_front/graph.ts";
import type { Trial } from "./state.ts";

const HALF = 12; // pixels: the present input, a cross, stays inside
const RING = 24;
const SQUARE = { x: -HALF, y: -HALF, width: 2 * HALF, height: 2 * HALF };

export class Corners {
  readonly node = svg("g", { class: "corners" });
  private readonly marks: SVGGElement[] = [];

  /** Marks each trial: a full square should fire, an empty one be silent; a wrong one is ringed. */
  draw(trials: readonly Trial[], at: (inputs: Point) => Point): void {
    while (this.marks.length > trials.length) this.marks.pop()?.remove();
    for (const [i, { inputs, should_fire, right }] of trials.entries()) {
      this.marks[i] ??= this.add();
      const [x, y] = at(inputs as unknown as Point);
      set(this.marks[i], {
        class: `corner${should_fire ? " full" : ""}${right ? "" : " wrong"}`,
        transform: `translate(${x} ${y})`,
      });
    }
  }

  private add(): SVGGElement {
    const mark = svg("g");
    mark.append(
      svg("rect", SQUARE),
      svg("circle", { class: "ring-halo", r: RING }),
      svg("circle", { class: "ring", r: RING }),
    );
    this.node.append(mark);
    return mark;
  }
}
