/** Where the windows of a convolution or a pooling lie. Rows first, then columns. No DOM. */

/** Row and column; the first cell of the input is (0, 0), the padding before it is negative. */
export type Cell = readonly [row: number, column: number];

/** How a window moves: rows and columns of each. */
export interface Sweep {
  kernel: Cell;
  stride: Cell;
  /** Cells of padding before the first row and the first column. */
  padding: Cell;
  dilation: Cell;
}

/** An output cell, and with which cell of its window it meets an input cell. */
export interface Meeting {
  output: Cell;
  within: Cell;
}

/** Rows and columns from a window's first cell to its last, the holes of a dilation included. */
export function reach({ kernel, dilation }: Sweep): Cell {
  return [dilation[0] * (kernel[0] - 1) + 1, dilation[1] * (kernel[1] - 1) + 1];
}

/** The first cell of the window of an output cell. */
export function corner({ stride, padding }: Sweep, [row, column]: Cell): Cell {
  return [row * stride[0] - padding[0], column * stride[1] - padding[1]];
}

/** The input cells under the window of an output cell, row by row, as the kernel's cells lie. */
export function covered(sweep: Sweep, output: Cell): Cell[] {
  const [top, left] = corner(sweep, output);
  const [rows, columns] = sweep.kernel;
  return Array.from({ length: rows * columns }, (_, k) => [
    top + Math.floor(k / columns) * sweep.dilation[0],
    left + (k % columns) * sweep.dilation[1],
  ]);
}

/** The windows that cover an input cell, of those of rows × columns output cells. */
export function meetings(sweep: Sweep, cell: Cell, outputs: Cell): Meeting[] {
  const [down, across] = [0, 1].map((axis) => along(sweep, axis as 0 | 1, cell, outputs));
  return (down as Pair[]).flatMap(([row, i]) =>
    (across as Pair[]).map(([column, j]) => ({ output: [row, column], within: [i, j] })),
  );
}

type Pair = [output: number, within: number];

function along(
  { kernel, stride, padding, dilation }: Sweep,
  axis: 0 | 1,
  cell: Cell,
  outputs: Cell,
) {
  const found: Pair[] = [];
  for (let i = 0; i < kernel[axis]; i++) {
    const steps = (cell[axis] + padding[axis] - i * dilation[axis]) / stride[axis];
    if (Number.isInteger(steps) && steps >= 0 && steps < outputs[axis]) found.push([steps, i]);
  }
  return found.reverse(); // by rising output
}

/** The output cell of a step that goes along the rows. */
export function cellOf(step: number, [, columns]: Cell): Cell {
  return [Math.floor(step / columns), step % columns];
}

/** The step of an output cell. */
export function stepOf([row, column]: Cell, [, columns]: Cell): number {
  return row * columns + column;
}
