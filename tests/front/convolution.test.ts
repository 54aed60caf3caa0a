import { describe, expect, it } from "vitest";
import {
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

  it("has the digits that there is room for", () => {
    expect(tidy(4.1875, 6)).toBe("4.1875");
    expect(tidy(-4.1875, 5)).toBe("−4.19");
    expect(tidy(3, 4)).toBe("3");
    expect(tidy(120, 3)).toBe("120");
    expect(tidy(-0.00001)).toBe("0");
  });
});
