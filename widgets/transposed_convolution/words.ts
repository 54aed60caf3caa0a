/** Numbers in cells and the sentences beside the grids, put together from what Python sent. */

import type { Cell } from "../_front/cells.ts";
import { fixed, short } from "../_front/numbers.ts";
import { edges, feeding } from "./geometry.ts";
import { cellAt, type Picture, sizeOf } from "./state.ts";

const SMALLEST = 20; // pixels of a cell that holds a number

/** A computed number, with as many digits as a cell of this size has room for. */
export function inCell(value: number, side: number): string {
  if (side < SMALLEST) return "";
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 || side < 30 ? 1 : 2;
  return fixed(value, digits);
}

/** A number that the hand has set: as it was set. */
export function given(value: number, side: number): string {
  return side < SMALLEST ? "" : short(Number(value.toFixed(2)));
}

/** The lines of the output among some places, counted from 1: "rows 1 to 3", "rows 1, 3 and 5". */
function lines(name: string, places: number[], size: number): string {
  const inside = places.filter((at) => at >= 0 && at < size).map((at) => at + 1);
  const [first, last] = [inside[0], inside.at(-1)];
  if (first === undefined || last === undefined) return "";
  if (first === last) return `${name} ${first}`;
  if (inside.length > 2 && last - first === inside.length - 1)
    return `${name}s ${first} to ${last}`;
  return `${name}s ${inside.slice(0, -1).join(", ")} and ${last}`;
}

function factor(value: number): string {
  const text = short(Number(value.toFixed(2)));
  return text.startsWith("−") ? `(${text})` : text;
}

export function stampSentence(picture: Picture, stamp: number): string {
  const [row, column] = cellAt(stamp, sizeOf(picture.input)[1]);
  const value = short(Number((picture.input[row]?.[column] ?? 0).toFixed(2)));
  const [down, across] = [picture.rows[row] ?? [], picture.columns[column] ?? []];
  const [height, width] = picture.size;
  const [rows, columns] = [lines("row", down, height), lines("column", across, width)];
  const head = `Row ${row + 1}, column ${column + 1} of the input is ${value}: ${value} × kernel`;
  if (!rows || !columns) return `${head} falls on the hatched border: the padding cuts it all off.`;
  const outside = (places: number[], size: number) => places.some((at) => at < 0 || at >= size);
  const lost = outside(down, height) || outside(across, width);
  const cut = lost ? " What falls on the hatched border is cut off by the padding." : "";
  return `${head} is added to ${rows} and ${columns} of the output.${cut}`;
}

/** The sum of an output cell: what it is, and its products. */
export function sumOf(picture: Picture, outputCell: number): [string, string] {
  const cell = cellAt(outputCell, picture.size[1]);
  const [row, column] = cell;
  const value = fixed(picture.output[row]?.[column] ?? 0);
  const name = `Row ${row + 1}, column ${column + 1}`;
  const pairs = feeding(picture, cell);
  if (pairs.length === 0) return [`${name}: no stamp reaches this cell, so it is 0.`, ""];
  const [, width] = sizeOf(picture.input);
  const [, across] = sizeOf(picture.kernel);
  const terms = pairs.map(([[i, j], [u, v]]) => {
    const [x, k] = [picture.input[i]?.[j] ?? 0, picture.kernel[u]?.[v] ?? 0];
    const product = picture.products[i * width + j]?.[u * across + v] ?? 0;
    return [`${factor(x)}·${factor(k)}`, product] as const;
  });
  const products = terms
    .map(([, product], i) =>
      i === 0 ? fixed(product) : product < 0 ? ` − ${fixed(-product)}` : ` + ${fixed(product)}`,
    )
    .join("");
  const written = terms.map(([text]) => text).join(" + ");
  return [`${name} = ${written}`, terms.length > 1 ? `= ${products} = ${value}` : `= ${value}`];
}

/** What the gather view does to the input and to the kernel. */
export function spreadSentence(picture: Picture): string {
  // Rows and columns may differ, mostly they do not; output padding adds at the end alone.
  const counted = (sign: 1 | -1) => {
    const [before, after] = [0, 1].map((end) =>
      [...new Set(edges(picture).map((both) => Math.max(0, sign * (both[end] ?? 0))))].join(
        " and ",
      ),
    );
    return before === after ? before : `${before}, at the bottom and right: ${after}`;
  };
  const skipped = counted(-1);
  const more = ` Rows and columns at the edge that no window reaches: ${skipped}.`;
  return (
    `A convolution with the turned kernel, moved by 1. Zeros between the input's cells: ` +
    `${picture.stride - 1}, around them: ${counted(1)}.${skipped === "0" ? "" : more}`
  );
}

export function matrixSentence(picture: Picture, stamp: number, outputCell: number): string {
  const [row, column] = cellAt(outputCell, picture.size[1]) as Cell;
  const value = fixed(picture.output[row]?.[column] ?? 0);
  return (
    `Column ${stamp + 1} of Cᵀ is the stamp of input cell ${stamp + 1}. Row ${outputCell + 1} ` +
    `gathers output cell ${outputCell + 1}: times x it is ${value}.`
  );
}
