/** The numbers of a race, step by step. No DOM. */

import { type Packed, unpack, type Values } from "../_front/arrays.ts";
import type { Pair } from "../_front/place.ts";

const WIDTH = 6;
const FARTHEST = 1e5; // pixels; a browser's own numbers end somewhere

export interface Moment {
  place: Pair;
  loss: number;
  gradient: Pair;
  /** To the nearest minimum; null where none is known. */
  distance: number | null;
}

/** One racer's numbers; a step beyond its end is its end. */
export class Track {
  constructor(
    private readonly rows: Values,
    private readonly first: number,
    /** Steps that were walked. */
    readonly count: number,
  ) {}

  at(step: number): Moment {
    const i = WIDTH * (this.first + Math.min(Math.max(0, step), this.count));
    const [x, y, loss, gx, gy, distance] = this.rows.subarray(i, i + WIDTH) as unknown as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    return { place: [x, y], loss, gradient: [gx, gy], distance: distance < 0 ? null : distance };
  }

  losses(): number[] {
    return Array.from({ length: this.count + 1 }, (_, i) => this.at(i).loss);
  }

  places(last = this.count): Pair[] {
    return Array.from({ length: Math.min(last, this.count) + 1 }, (_, i) => this.at(i).place);
  }

  /** Its first place only. */
  begin(): Track {
    return new Track(this.rows, this.first, 0);
  }

  /** The largest gradient of the way. */
  steepest(): number {
    let most = 0;
    for (let i = 0; i <= this.count; i++) most = Math.max(most, Math.hypot(...this.at(i).gradient));
    return most;
  }
}

/** The rows of all racers, one after the other, `count + 1` each. */
export function tracksOf(numbers: Packed, counts: readonly number[]): Track[] {
  const rows = unpack(numbers);
  let first = 0;
  return counts.map((count) => {
    const track = new Track(rows, first, count);
    first += count + 1;
    return track;
  });
}

/** A line through places in pixels. */
export function line(points: readonly Pair[]): string {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${near(x)},${near(y)}`).join("");
}

/** Dots: lines of no length, which round caps make visible. */
export function dots(points: readonly Pair[]): string {
  return points.map(([x, y]) => `M${near(x)},${near(y)}h0`).join("");
}

function near(pixels: number): string {
  return Math.min(FARTHEST, Math.max(-FARTHEST, pixels)).toFixed(1);
}

/** An arrow from a place by so many pixels; none where it would be shorter than its head. */
export function arrow([x, y]: Pair, [dx, dy]: Pair, head = 9): string {
  const length = Math.hypot(dx, dy);
  if (!(length > 2)) return "";
  const size = Math.min(head, 0.6 * length);
  const [ux, uy] = [dx / length, dy / length];
  const [tx, ty] = [x + dx, y + dy];
  const wing = (side: number) =>
    `${near(tx - size * ux + side * 0.55 * size * uy)},${near(ty - size * uy - side * 0.55 * size * ux)}`;
  return `M${near(x)},${near(y)}L${near(tx)},${near(ty)}M${wing(1)}L${near(tx)},${near(ty)}L${wing(-1)}`;
}

/** Pixels for one unit of each axis. */
export function unitOf(ground: { x(value: number): number; y(value: number): number }): Pair {
  return [ground.x(1) - ground.x(0), ground.y(1) - ground.y(0)];
}

/**
 * Pixels for a vector whose largest on the way is `most`: by the root, so that small ones are seen.
 * `unit` is that of `unitOf`: the arrow points where a step along the vector would lead.
 */
export function scaled([x, y]: Pair, most: number, longest: number, unit: Pair): Pair {
  const [across, down] = [x * unit[0], y * unit[1]];
  const far = Math.hypot(across, down);
  if (!(far > 0) || !(most > 0)) return [0, 0];
  const length = longest * Math.sqrt(Math.min(1, Math.hypot(x, y) / most));
  return [(across / far) * length, (down / far) * length];
}

/** The ends of a chart's axis: from the lowest loss to a little above where the racers start. */
export function lossRange(
  rows: readonly (readonly number[])[],
  floor: number | null,
  logarithmic: boolean,
): [number, number] {
  const all = rows.flat();
  const first = Math.max(...rows.map((row) => row[0] as number));
  const low = all.reduce((least, loss) => Math.min(least, loss), first);
  if (!logarithmic || floor === null) {
    const bottom = floor === null ? low : Math.min(floor, low);
    const room = first - bottom || 1;
    return [bottom, first + 0.12 * room];
  }
  const top = Math.max(first - floor, 1e-12);
  const least = all.reduce((so, loss) => (loss - floor > 0 ? Math.min(so, loss - floor) : so), top);
  return [Math.max(least, 1e-10 * top, 1e-12), 2 * top];
}

/** Three digits, whatever the size; a true minus sign. */
export function three(value: number): string {
  const size = Math.abs(value);
  if (size < 1e-12) return "0";
  const text =
    size >= 1e4 || size < 1e-3 ? value.toExponential(2).replace("e+", "e") : value.toPrecision(3);
  return text.replace(/-/g, "−");
}
