/** The neurons' maps, one canvas for all: each is painted where its neuron stands. */

import type { Values } from "../_front/arrays.ts";
import type { ColourMap } from "../_front/colour.ts";
import { html } from "../_front/dom.ts";
import type { Graph, Point } from "../_front/graph.ts";
import { pixels } from "../_front/paint.ts";

export class NeuronTiles {
  readonly node = html("canvas", { class: "neuron-tiles", "aria-hidden": "true" });
  private readonly samples = html("canvas");
  private ratio = 1;

  resize(width: number, height: number): void {
    this.ratio = devicePixelRatio;
    this.node.width = Math.round(width * this.ratio);
    this.node.height = Math.round(height * this.ratio);
    Object.assign(this.node.style, { width: `${width}px`, height: `${height}px` });
  }

  /** Draws `(neurons, side, side)` bytes, 0 for the lowest and 255 for the highest value. */
  draw(values: Values, side: number, graph: Graph, map: ColourMap, faint: boolean[]): void {
    const { node, samples, ratio } = this;
    const nodes: Point[] = graph.nodes.slice(1).flat();
    samples.width = side;
    samples.height = side * nodes.length; // as they lie in memory: one above the other
    const bytes = pixels(values, map, 0, 255);
    const image = new ImageData(bytes, side, samples.height);
    samples.getContext("2d")?.putImageData(image, 0, 0);
    const context = node.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, node.width, node.height);
    context.imageSmoothingEnabled = false;
    const size = Math.round(2 * graph.radius * ratio);
    nodes.forEach(([x, y], i) => {
      const [left, top] = [Math.round(x * ratio - size / 2), Math.round(y * ratio - size / 2)];
      context.globalAlpha = faint[i] ? 0.12 : 1;
      context.drawImage(samples, 0, i * side, side, side, left, top, size, size);
    });
    context.globalAlpha = 1;
  }
}
