/** What is seen of a table of kernels, on a canvas that is as large as that. */

import type { Table } from "./table_layout.ts";

interface Marks {
  /** The filter in the first row. */
  first: number;
  dead: readonly boolean[];
  off: readonly boolean[];
}

/** Draws the samples, of which each is one pixel, as large as the table, and all that lies on them. */
export function drawTable(
  canvas: HTMLCanvasElement,
  samples: HTMLCanvasElement,
  table: Table,
  [left, top]: readonly [number, number],
  line: string,
  marks: Marks,
): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const { rows, columns, wide, high } = table;
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  context.translate(-left, -top);
  context.imageSmoothingEnabled = false; // a weight stays a weight
  context.drawImage(samples, 0, 0, columns * wide, rows * high);
  const apart = wide / devicePixelRatio; // CSS pixels
  const gap = Math.round((apart < 7 ? 0 : apart < 12 ? 1 : 3) * devicePixelRatio);
  for (let c = 1; gap && c < columns; c++)
    context.clearRect(c * wide - Math.ceil(gap / 2), 0, gap, rows * high);
  for (let r = 1; gap && r < rows; r++)
    context.clearRect(0, r * high - Math.ceil(gap / 2), columns * wide, gap);
  context.strokeStyle = line;
  context.lineWidth = devicePixelRatio;
  strike(context, table, marks);
}

/** One stroke through the kernels of filters that put out nothing, two through those that are off. */
function strike(
  context: CanvasRenderingContext2D,
  { rows, columns, wide, high }: Table,
  { first, dead, off }: Marks,
): void {
  context.beginPath();
  for (let r = 0; r < rows; r++) {
    if (!off[r + first] && !dead[r + first]) continue;
    for (let c = 0; c < columns; c++) {
      context.moveTo(c * wide, (r + 1) * high);
      context.lineTo((c + 1) * wide, r * high);
      if (!off[r + first]) continue;
      context.moveTo(c * wide, r * high);
      context.lineTo((c + 1) * wide, (r + 1) * high);
    }
  }
  context.stroke();
}
