/** Numbers in cells and the sentences beside the grids, put together from what Python sent. */

import type { Cell } from "../_front/cells.ts";
import { fixed, short } from "../_front/numbers.ts";
import { feeding, reachOf } from "./geometry.ts";
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

function span(from: number, count: number): string {
  return count === 1 ? String(from) : `${from} to ${from + count - 1}`;
}

function factor(value: number): string {
  const text = short(Number(value.toFixed(2)));
  return text.startsWith("−") ? `(${text})` : text;
}

export function stampSentence(picture: Picture, stamp: number): string {
  const [row, column] = cellAt(stamp, sizeOf(picture.input)[1]);
  const value = short(Number((picture.input[row]?.[column] ?? 0).toFixed(2)));
  const [down, across] = [picture.rows[row]?.[0] ?? 0, picture.columns[column]?.[0] ?? 0];
  const reach = reachOf(picture);
  const [rows, columns] = [span(down + 1, reach[0]), span(across + 1, reach[1])];
  const lost =
    down < 0 ||
    across < 0 ||
    down + reach[0] > picture.size[0] ||
    across + reach[1] > picture.size[1];
  const cut = lost ? " What falls on the hatched border is cut off by the padding." : "";
  return (
    `Row ${row + 1}, column ${column + 1} of the input is ${value}: ${value} × kernel is added ` +
    `to rows ${rows} and columns ${columns} of the output.${cut}`
  );
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
  const { stride, padding } = picture;
  const around = reachOf(picture).map((cells) => Math.max(0, cells - 1 - padding));
  return (
    `A convolution with the turned kernel, moved by 1. Zeros between the input's cells: ` +
    `${stride - 1}, around them: ${[...new Set(around)].join(" and ")}.`
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
