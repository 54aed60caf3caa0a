/** Marks on the tables: the weights on the cells under the window, and what a cell goes into. */

import type { Cells } from "../_front/cells.ts";
import { set } from "../_front/dom.ts";
import { type Cell, covered, meetings } from "../_front/windows.ts";
import { type Picture, sweepOf, type Table, tidy } from "./state.ts";

export const same = (a: Cell | null | undefined, b: Cell) => a?.[0] === b[0] && a[1] === b[1];

/** The window lies at the output cell `here`; a cell of the input or of the kernel is pointed at. */
export function mark(
  boards: Record<"input" | "kernel" | "output", Cells>,
  picture: Picture,
  weights: Table,
  here: Cell,
  pointed: Record<"input" | "kernel", Cell | null>,
): void {
  const { before, outputs } = picture;
  const [, rows, columns] = picture.cells.shape as [number, number, number];
  const sweep = sweepOf(picture);
  const across = sweep.kernel[1];
  const under = new Map<string, [weight: number, lit: boolean]>();
  covered(sweep, here).forEach(([r, c], k) => {
    const cell: Cell = [Math.floor(k / across), k % across];
    const weight = weights[cell[0]]?.[cell[1]] ?? 0;
    under.set(String([r + before[0], c + before[1]]), [weight, same(pointed.kernel, cell)]);
  });
  const touched = pointed.input ? meetings(sweep, pointed.input, outputs) : [];
  const mine = touched.find(({ output }) => same(output, here));
  each(boards.input, [rows, columns], (node, cell) => {
    const found = under.get(String(cell));
    set(node, {
      "data-weight": found ? `×${tidy(found[0], 4)}` : false,
      "data-lit": found?.[1] ?? false,
    });
  });
  each(boards.kernel, sweep.kernel, (node, cell) =>
    set(node, { "data-lit": same(mine?.within, cell) }),
  );
  each(boards.output, outputs, (node, cell) =>
    set(node, { "data-touched": touched.some(({ output }) => same(output, cell)) }),
  );
}

function each(
  cells: Cells,
  [rows, columns]: Cell,
  visit: (node: HTMLElement, cell: Cell) => void,
): void {
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const node = cells.at([r, c]);
      if (!node) continue;
      set(node, { "data-long": (node.textContent?.length ?? 0) > 4 });
      visit(node, [r, c]);
    }
  }
}
