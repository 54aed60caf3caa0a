import { describe, expect, it } from "vitest";
import {
  type Cell,
  cellOf,
  corner,
  covered,
  type Meeting,
  meetings,
  reach,
  type Sweep,
  stepOf,
} from "../../widgets/_front/windows.ts";

const sweep = (kernel: Cell, stride: Cell, padding: Cell, dilation: Cell): Sweep => ({
  kernel,
  stride,
  padding,
  dilation,
});
const plain = sweep([3, 3], [1, 1], [0, 0], [1, 1]);
const SWEEPS = [
  plain,
  sweep([2, 3], [2, 1], [1, 0], [1, 2]),
  sweep([1, 4], [3, 2], [2, 2], [2, 1]),
  sweep([3, 2], [1, 2], [0, 3], [2, 3]),
];

describe("the window of an output cell", () => {
  it("lies on a block of the kernel's size", () => {
    expect(covered(plain, [1, 2])).toEqual([
      [1, 2],
      [1, 3],
      [1, 4],
      [2, 2],
      [2, 3],
      [2, 4],
      [3, 2],
      [3, 3],
      [3, 4],
    ]);
  });

  it("begins in the padding, moves by the stride, and has holes by the dilation", () => {
    const wide = sweep([2, 2], [2, 3], [1, 2], [2, 3]);
    expect(corner(wide, [0, 0])).toEqual([-1, -2]);
    expect(covered(wide, [1, 1])).toEqual([
      [1, 1],
      [1, 4],
      [3, 1],
      [3, 4],
    ]);
    expect(reach(wide)).toEqual([3, 4]);
  });
});

describe("the outputs that a cell touches", () => {
  it.each(SWEEPS)("are those whose windows cover it: %o", (one) => {
    const outputs: Cell = [3, 4];
    for (let row = -3; row < 9; row++) {
      for (let column = -3; column < 9; column++) {
        const found = meetings(one, [row, column], outputs);
        const expected: Meeting[] = [];
        for (let step = 0; step < 12; step++) {
          const output = cellOf(step, outputs);
          covered(one, output).forEach(([r, c], k) => {
            if (r === row && c === column) expected.push({ output, within: cellOf(k, one.kernel) });
          });
        }
        expect(found).toEqual(expected);
      }
    }
  });
});

describe("a step", () => {
  it("goes along the rows", () => {
    expect(cellOf(5, [3, 4])).toEqual([1, 1]);
    expect(stepOf([1, 1], [3, 4])).toBe(5);
  });
});
