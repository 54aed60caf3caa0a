/** The marks of a cloud, each drawn once and kept as a stamp. */

import type { Rgb } from "../_front/colour.ts";
import { html } from "../_front/dom.ts";
import { mark } from "../_front/marks.ts";
import { type Stamp, stampOf } from "./raster.ts";

/** What a group of points looks like. */
export interface Swatch {
  colour: Rgb;
  mark: number;
}

export interface Look {
  radius: number;
  /** Pixels of the screen for one of the page. */
  ratio: number;
  ink: string;
  paper: Rgb;
  /** Pixels in a row of the raster. */
  across: number;
}

/** How far a point fades into the paper: what is not meant, and what is far away. */
const STRENGTHS = [0.16, 0.45, 0.62, 0.8, 1] as const;
export const FAINT = 0;
export const FULL = STRENGTHS.length - 1;

const SHAPED = 2.5; // pixels: in smaller marks no shape can be told

export class Stamps {
  private readonly made: Stamp[] = [];
  private readonly canvas = html("canvas");

  constructor(
    readonly look: Look,
    readonly palette: readonly Swatch[],
  ) {}

  of(group: number, outlined: boolean, strength: number): Stamp {
    const key = (group * 2 + Number(outlined)) * STRENGTHS.length + strength;
    this.made[key] ??= this.make(group, outlined, strength);
    return this.made[key] as Stamp;
  }

  private make(group: number, outlined: boolean, strength: number): Stamp {
    const { radius, ratio, ink, paper } = this.look;
    const side = 2 * reachOf(radius, ratio) + 1;
    this.canvas.width = this.canvas.height = side;
    const context = this.canvas.getContext("2d") as CanvasRenderingContext2D;
    const swatch = this.palette[group % this.palette.length] as Swatch;
    const share = STRENGTHS[strength] as number;
    const colour = swatch.colour.map((c, i) => c * share + (paper[i] as number) * (1 - share));
    const path = mark(radius < SHAPED ? 0 : swatch.mark, radius);
    context.setTransform(ratio, 0, 0, ratio, side / 2, side / 2);
    if (radius >= SHAPED && strength !== FAINT) {
      // Marks that lie on one another stay apart.
      Object.assign(context, { strokeStyle: `rgb(${paper})`, lineWidth: 1.2, lineJoin: "round" });
      context.stroke(path);
    }
    context.fillStyle = `rgb(${colour})`;
    context.fill(path);
    if (outlined && strength !== FAINT) {
      Object.assign(context, { strokeStyle: ink, fillStyle: ink, lineWidth: 1.5 });
      if (radius >= SHAPED) context.stroke(path);
      else {
        context.globalAlpha = 0.45; // an outline would be all there is of it
        context.fill(path);
        context.globalAlpha = 1;
      }
    }
    const pixels = new Uint32Array(context.getImageData(0, 0, side, side).data.buffer);
    // The least marks are the most, and their edges nobody sees: what is solid is quickly set.
    return stampOf(radius < SHAPED ? pixels.map(solid) : pixels, side, this.look.across);
  }
}

/** How far a mark reaches from its middle, in pixels of the screen. */
export function reachOf(radius: number, ratio: number): number {
  return Math.ceil((radius + 2) * ratio) + 1;
}

function solid(pixel: number): number {
  return pixel >>> 24 < 110 ? 0 : pixel | 0xff000000;
}
