/** Curves on a screen: a line through points, a mark, and the point that a place means. */

export type Numbers = ArrayLike<number>;
export type Point = readonly [x: number, y: number];

/** A line through points, as a path. */
export function line(points: readonly Point[]): string {
  return points.map(([x, y], i) => `${i ? "L" : "M"}${x.toFixed(1)},${y.toFixed(1)}`).join("");
}

/** A diamond around a point, as a path. */
export function diamond([x, y]: Point, r: number): string {
  return `M${x.toFixed(1)},${(y - r).toFixed(1)}l${r},${r}l${-r},${r}l${-r},${-r}z`;
}

/** The place of the value that lies nearest, of an ascending row; −1 where there is none. */
export function nearest(xs: Numbers, x: number): number {
  let [low, high] = [0, xs.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((xs[middle] as number) <= x) low = middle;
    else high = middle;
  }
  return x - (xs[low] as number) <= (xs[high] as number) - x ? low : high;
}
