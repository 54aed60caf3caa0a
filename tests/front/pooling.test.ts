import { describe, expect, it } from "vitest";
import { incoming, type Picture, type State, withKind } from "../../widgets/pooling/state.ts";

const state = (part: object) =>
  ({ input: Array(4).fill([1, 2, 3, 4]), kernel_size: 8, padding: 0, ...part }) as unknown as State;

describe("another kind of pooling", () => {
  it("has a window that fits the input, after a global one", () => {
    const found = withKind(state({ kind: "global max" }), "max");
    expect(found).toEqual({ kind: "max", kernel_size: 4, padding: 0 });
    const padded = withKind(state({ kind: "global max", kernel_size: 3, padding: 4 }), "average");
    expect(padded).toEqual({ kind: "average", kernel_size: 3, padding: 1 });
  });

  it("leaves a window that fits", () => {
    const settings = { kernel_size: 6, padding: 1 };
    const found = withKind(state({ kind: "global average", ...settings }), "max");
    expect(found).toEqual({ kind: "max", ...settings });
  });

  it("touches nothing else where the window is not out of use", () => {
    expect(withKind(state({ kind: "max" }), "average")).toEqual({ kind: "average" });
    expect(withKind(state({ kind: "max" }), "global max")).toEqual({ kind: "global max" });
  });
});

it("reads the gradient from the hand before Python has drawn it", () => {
  const picture = {
    gradient_out: [
      [5, 1, 1],
      [1, 1, 1],
    ],
  } as unknown as Picture;
  const held = state({ gradient: [[5, -3]] });
  expect(incoming(picture, held)).toEqual([
    [5, -3, 1],
    [1, 1, 1],
  ]);
});
