import { describe, expect, it } from "vitest";
import { typed } from "../../widgets/_front/cells.ts";
import {
  divided,
  replaced,
  sizedInput,
  sizedKernel,
  withChannels,
  withFilters,
  withPreset,
} from "../../widgets/convolution/reshape.ts";
import { type State, tidy } from "../../widgets/convolution/state.ts";

const SOBEL = [
  [-1, 0, 1],
  [-2, 0, 2],
  [-1, 0, 1],
];
const SHARPEN = [
  [0, -1, 0],
  [-1, 5, -1],
  [0, -1, 0],
];
const presets = [
  { name: "sharpen", cells: SHARPEN, sentence: "", normalise: false },
  { name: "identity", cells: [[1]], sentence: "", normalise: false },
];
const state = {
  input: [
    [
      [1, 2],
      [3, 4],
    ],
  ],
  kernel: [[SOBEL]],
  bias: [0.5],
  chosen: 0,
  channel: 0,
} as unknown as State;

describe("a kernel of another size", () => {
  it("keeps its middle", () => {
    expect(sizedKernel(SOBEL, 1, 3)).toEqual([[-2, 0, 2]]);
    expect(sizedKernel([[7]], 3, 3)).toEqual([
      [0, 0, 0],
      [0, 7, 0],
      [0, 0, 0],
    ]);
    expect(sizedKernel(sizedKernel(SOBEL, 6, 7), 3, 3)).toEqual(SOBEL);
  });
});

describe("an input of another size", () => {
  it("is cut off or repeated", () => {
    expect(sizedInput([[1, 2]], 2, 3)).toEqual([
      [1, 2, 1],
      [1, 2, 1],
    ]);
    expect(sizedInput(SOBEL, 1, 2)).toEqual([[-1, 0]]);
  });
});

describe("channels and filters", () => {
  it("give every filter a table for every channel, and back", () => {
    const three = withChannels(state, 3);
    expect(three.input).toHaveLength(3);
    expect(three.kernel).toEqual([[SOBEL, SOBEL, SOBEL]]);
    const one = withChannels({ ...state, ...three, channel: 1 }, 1);
    expect(one.input).toEqual([
      [
        [3, 4],
        [1, 2],
      ],
    ]);
    expect(one.channel).toBe(0);
  });

  it("begin as kernels that others do not have, with a bias each", () => {
    const two = withFilters(state, presets, 2);
    expect(two.kernel).toEqual([[SOBEL], [SHARPEN]]);
    expect(two.bias).toEqual([0.5, 0]);
    expect(two.chosen).toBe(1);
    const one = withFilters({ ...state, ...two }, presets, 1);
    expect([one.kernel, one.chosen]).toEqual([[[SOBEL]], 0]);
  });

  it("are given a third one whatever the first two are", () => {
    const cells = Array.from({ length: 3 }, () => [1, 1, 1]);
    const box = { name: "box", cells, sentence: "", normalise: true };
    for (const kernel of [[[SHARPEN]], [[cells], [SHARPEN]], [[[[1]]]], [[[[5]]], [[[1]]]]]) {
      const three = withFilters({ ...state, kernel }, [...presets, box], 3);
      expect(three.kernel).toHaveLength(3);
      const sizes = three.kernel?.map(([table]) => [table?.length, table?.[0]?.length]);
      expect(new Set(sizes?.map(String)).size).toBe(1);
      expect(JSON.stringify(three)).not.toContain("null");
    }
  });

  it("stay as they are where their number does", () => {
    const three = { ...state, ...withChannels(state, 3), channel: 2 };
    expect(withChannels(three, 3)).toEqual({});
    const marked = { ...three, kernel: [[SOBEL, SOBEL, SHARPEN]] };
    expect(withChannels(marked, 1).kernel).toEqual([[SHARPEN]]);
  });

  it("are divided by themselves where presets want it of one and not of the other", () => {
    const gaussian = { name: "gaussian", cells: [[1, 2, 1]], sentence: "", normalise: true };
    const edges = { name: "edges", cells: [[-1, 0, 1]], sentence: "", normalise: false };
    const part = [[0.25, 0.5, 0.25]];
    const both = { ...state, kernel: [[[[1, 2, 1]]], [[[0, 2, 0]]]], bias: [0, 0] };
    const on = { ...both, normalise: true, chosen: 1 };
    expect(withPreset(on, edges)).toEqual({
      kernel: [[part], [[[-1, 0, 1]]]],
      normalise: false,
    });
    const off = { ...both, kernel: [[[[1, 0, 1]]], [[[-1, 0, 1]]]], normalise: false, chosen: 0 };
    expect(withPreset(off, gaussian)).toEqual({
      kernel: [[part], [[[-1, 0, 1]]]],
      normalise: false,
    });
    const one = { name: "identity", cells: [[0, 1, 0]], sentence: "", normalise: false };
    expect(withPreset(on, one)).toEqual({ kernel: [[[[1, 2, 1]]], [[[0, 1, 0]]]] });
    expect(withPreset({ ...on, kernel: [[SOBEL]], chosen: 0 }, edges).normalise).toBe(false);
  });

  it("are divided by the sum over all channels", () => {
    expect(divided([[[1]], [[3]]])).toEqual([[[0.25]], [[0.75]]]);
    expect(divided([[[1, -1]]])).toEqual([[[1, -1]]]);
  });

  it("take a preset's size together", () => {
    const [, identity] = presets as [(typeof presets)[0], (typeof presets)[0]];
    const two = { ...state, ...withFilters(state, presets, 2) };
    expect(withPreset(two, identity).kernel).toEqual([[[[0]]], [[[1]]]]);
  });
});

describe("a number in a cell", () => {
  it("is replaced without touching the table", () => {
    const table = replaced(SOBEL, 1, 2, 9);
    expect(table[1]).toEqual([-2, 0, 9]);
    expect(SOBEL[1]).toEqual([-2, 0, 2]);
  });

  it("is what was typed, and NaN where that is none", () => {
    expect(typed(" −0,0625 ")).toBe(-0.0625);
    expect(typed("500")).toBe(500);
    expect(typed("1e999")).toBe(Number.POSITIVE_INFINITY);
    for (const text of ["abc", "-", "1.2.3"]) expect(typed(text)).toBeNaN();
    expect(typed("  ")).toBeNull();
  });

  it("has the digits that there is room for", () => {
    expect(tidy(4.1875, 6)).toBe("4.1875");
    expect(tidy(-4.1875, 5)).toBe("−4.19");
    expect(tidy(3, 4)).toBe("3");
    expect(tidy(120, 3)).toBe("120");
    expect(tidy(-0.00001)).toBe("0");
  });
});
