/** The order of the rows. No DOM: tested by itself. */

/** The classes in their order: as numbered, or the lowest first and the unknown last. */
export function ordered(values: readonly (number | null)[], worst: boolean): number[] {
  const order = values.map((_, i) => i);
  const key = (i: number) => values[i] ?? 2;
  return worst ? order.sort((a, b) => key(a) - key(b) || a - b) : order;
}
