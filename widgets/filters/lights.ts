/** Lights around the kernels of a table that have changed since its last picture: they fade. */

import type { Values } from "../_front/arrays.ts";
import { html } from "../_front/dom.ts";
import { resize } from "../_front/tile_lights.ts";
import { moved, type Table } from "./table_layout.ts";

const FADES = 600; // milliseconds
const LEVELS = [0.3, 0.6, 1]; // how bright
const PARTS = 4; // of the largest change, of which the least does not light up

interface Look {
  shape: readonly [number, number, number, number];
  first: number;
  most: number;
  flash: string;
}

export class Lights {
  readonly node = html("canvas", { class: "lights", width: 0, height: 0, "aria-hidden": "true" });
  private before: Float32Array = new Float32Array(0);
  private of = "";

  /** Is as large as the canvas that it lies on. */
  cover({ width, height }: HTMLCanvasElement): void {
    resize(this.node, width, height);
  }

  /** Ends the light: what it stood around has moved. */
  stop(): void {
    for (const one of this.node.getAnimations()) one.cancel();
  }

  light(look: Look, values: Values, table: Table, [left, top]: readonly [number, number]): void {
    const { node, before } = this;
    const of = look.flash && `${look.flash} ${look.first} ${look.shape}`;
    const same = of === this.of && before.length === values.length;
    this.of = of;
    if (!of) return;
    this.before = Float32Array.from(values);
    if (!same || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
    const shares = moved(before, values, look.shape, 2 * look.most);
    const context = node.getContext("2d");
    if (!context || !shares.some(Boolean)) return;
    context.setTransform(1, 0, 0, 1, 0, 0);
    context.clearRect(0, 0, node.width, node.height);
    context.translate(-left, -top);
    const thick = Math.max(1, Math.min(2 * devicePixelRatio, table.wide / 9));
    context.strokeStyle = getComputedStyle(node).color;
    context.lineWidth = thick;
    const paths = LEVELS.map(() => new Path2D()); // one stroke for all that are alike bright
    // While a network learns all of them change: those light up that change most.
    const most = shares.reduce((one, other) => Math.max(one, other));
    shares.forEach((share, i) => {
      const path = paths[Math.min(LEVELS.length, Math.floor((share / most) * PARTS)) - 1];
      if (!path) return;
      const x = (i % table.columns) * table.wide + thick / 2;
      const y = Math.floor(i / table.columns) * table.high + thick / 2;
      path.rect(x, y, table.wide - thick, table.high - thick);
    });
    LEVELS.forEach((level, i) => {
      context.globalAlpha = level;
      context.stroke(paths[i] as Path2D);
    });
    node.animate([{ opacity: 0.8 }, { opacity: 0 }], { duration: FADES });
  }
}
