/** Maps as solids seen from the side, numbers as a column; all to one scale. No DOM. */

import { clamp } from "../_front/numbers.ts";

const SLOPE = 0.3; // how far the depth goes to the right and up, of what it is
const THINNEST = 2;
const SMALLEST = 5;
const USUAL = 128; // pixels of a picture's height for which the thickness is meant

/** Between the maps of a convolution and those after its pooling. */
export const GAP = 7;

/** What all drawings of a network have in common. */
export interface Measure {
  /** Pixels of the drawing for a pixel of the maps. */
  pixel: number;
  /** Height of the drawing. */
  tall: number;
}

/** The outline of one drawing, in pixels: faces to be filled, and the room that they take. */
export interface Solid {
  front: string;
  top: string;
  side: string;
  width: number;
  height: number;
}

/** How thick a number of channels is drawn: each doubling adds as much. */
export function thickness(channels: number, tall: number): number {
  return THINNEST + 3.2 * Math.log2(channels) * clamp(tall / USUAL, 0.6, 2);
}

/** A block of maps: as thick as it has channels, as high and as deep as its maps are. */
export function maps([channels, rows, columns]: number[], { pixel, tall }: Measure): Solid {
  const wide = thickness(channels as number, tall);
  const high = Math.max(SMALLEST, (rows as number) * pixel);
  const deep = SLOPE * Math.max(SMALLEST, (columns as number) * pixel);
  const down = deep + high;
  return {
    front: `M0,${deep}h${wide}v${high}h${-wide}z`,
    top: `M0,${deep}l${deep},${-deep}h${wide}l${-deep},${deep}z`,
    side: `M${wide},${deep}l${deep},${-deep}v${high}l${-deep},${deep}z`,
    width: wide + deep,
    height: down,
  };
}

/** A row of numbers: a column, whose height grows by as much with each doubling. */
export function column(numbers: number, tall: number): Solid {
  const high = clamp((tall * (1 + Math.log2(numbers))) / 12, 6, tall);
  return { front: `M0,0h10v${high}h-10z`, top: "", side: "", width: 10, height: high };
}

/** The scale for drawings of one or two shapes each: the largest maps fill the place. */
export function measure(cells: readonly number[][][], tall: number, width: number): Measure {
  const pixels = cells.map((cell) => {
    const solid = cell.filter((shape) => shape.length === 3);
    const heights = solid.map(
      ([, rows, columns]) => (rows as number) + SLOPE * (columns as number),
    );
    const thick = solid.map(([channels]) => thickness(channels as number, tall) + GAP);
    const deep = solid.map(([, , columns]) => SLOPE * (columns as number));
    const room = Math.max(0, width - sum(thick));
    return Math.min(tall / Math.max(1, ...heights), room / Math.max(SLOPE, sum(deep)));
  });
  return { pixel: Math.min(...pixels), tall };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
