/** Lights around the tiles whose values have changed since the last picture: they fade. */

import type { Values } from "./arrays.ts";
import { html } from "./dom.ts";
import { clamp } from "./numbers.ts";
import { cornerOf, type Layout } from "./tile_layout.ts";

const FADES = 600; // milliseconds
const SEEN = 0.004; // the share of the scale from which on a change shows
const THICK = 2.5; // CSS pixels

interface Look {
  values: Values;
  shape: readonly [count: number, height: number, width: number];
  ends: readonly (readonly [low: number, high: number])[];
  flash?: string;
}

/** How far the values of each tile have moved, in shares of its scale; 0 for what does not show. */
export function changes(
  before: Values,
  { values, shape: [count, height, width], ends }: Look,
): number[] {
  const size = height * width;
  return Array.from({ length: count }, (_, i) => {
    const [low, high] = (ends[i] ?? ends[0]) as readonly [number, number];
    let most = 0;
    for (let k = i * size; k < (i + 1) * size; k++) {
      most = Math.max(most, Math.abs((values[k] as number) - (before[k] as number)));
    }
    const share = most / (high - low || 1);
    return share < SEEN ? 0 : share;
  });
}

export class TileLights {
  readonly node = html("canvas", { class: "lights", width: 0, height: 0, "aria-hidden": "true" });
  private before: Float32Array = new Float32Array(0);
  private of = "";

  /** Lights up what has changed, the more the brighter, over tiles that are laid out like this. */
  show(look: Look, layout: Layout, tiles: HTMLCanvasElement): void {
    const { node, before } = this;
    const { flash = "" } = look;
    const same = flash === this.of && before.length === look.values.length;
    this.of = flash;
    if (!flash) return;
    this.before = Float32Array.from(look.values);
    if (!same || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const shares = changes(before, look);
    if (!shares.some(Boolean)) return;
    resize(node, tiles.width, tiles.height);
    const context = node.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, node.width, node.height);
    const thick = THICK * devicePixelRatio;
    context.strokeStyle = getComputedStyle(node).color;
    context.lineWidth = thick;
    const { wide, high } = layout;
    shares.forEach((share, i) => {
      context.globalAlpha = share && clamp(8 * share, 0.25, 1);
      const [x, y] = cornerOf(layout, i);
      if (share) context.strokeRect(x + thick / 2, y + thick / 2, wide - thick, high - thick);
    });
    node.animate([{ opacity: 0.8 }, { opacity: 0 }], { duration: FADES });
  }
}

/** Gives a canvas as many samples as the screen has in its place, if it has not got them. */
export function resize(canvas: HTMLCanvasElement, wide: number, high: number): void {
  if (canvas.width === wide && canvas.height === high) return;
  canvas.width = wide;
  canvas.height = high;
  canvas.style.width = `${wide / devicePixelRatio}px`;
  canvas.style.height = `${high / devicePixelRatio}px`;
}
