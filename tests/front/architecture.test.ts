import { describe, expect, test } from "vitest";
import { column, maps, measure, thickness } from "../../widgets/architecture/solids.ts";
import {
  added,
  type Block,
  moved,
  NEW,
  nameOf,
  placeFor,
  removed,
  words,
} from "../../widgets/architecture/state.ts";

const conv = NEW.convolution;
const dense = NEW["dense layer"];
const kinds = (blocks: Block[]) => blocks.map(({ kind }) => kind.split(" ")[0]).join(" ");

describe("the row of blocks", () => {
  test("a new one comes after the chosen one, but maps before what lies in a row", () => {
    const state = { blocks: [conv, conv, dense, dense], chosen: 0 };
    expect(placeFor("convolution", state)).toBe(1);
    expect(placeFor("dense layer", state)).toBe(2);
    expect(placeFor("convolution", { ...state, chosen: 3 })).toBe(2);
    expect(placeFor("dense layer", { ...state, chosen: 3 })).toBe(4);
    expect(placeFor("localisation head", state)).toBe(4);
    expect(placeFor("convolution", { blocks: [NEW["localisation head"]], chosen: 0 })).toBe(0);
    const after = added("residual block", state);
    expect(kinds(after.blocks)).toBe("convolution residual convolution dense dense");
    expect(after.chosen).toBe(1);
    expect(state.blocks.length).toBe(4);
  });

  test("the first one of an empty network is chosen", () => {
    expect(added("dense layer", { blocks: [], chosen: 0 })).toEqual({ blocks: [dense], chosen: 0 });
  });

  test("one that is removed leaves its neighbour chosen", () => {
    expect(removed({ blocks: [conv, dense], chosen: 1 })).toEqual({ blocks: [conv], chosen: 0 });
    expect(removed({ blocks: [conv], chosen: 0 })).toEqual({ blocks: [], chosen: 0 });
  });

  test("one that is moved stays chosen", () => {
    const state = { blocks: [conv, conv, dense], chosen: 2 };
    expect(kinds(moved(state, 2, 0).blocks)).toBe("dense convolution convolution");
    expect(moved(state, 2, 0).chosen).toBe(0);
  });

  test("its values are said in few words", () => {
    expect(words({ ...conv, pooling: "max", stride: 2, batch_norm: true, dropout: 0.5 })).toBe(
      "3×3 · stride 2 · norm · relu · max 2×2 · dropout 0.5",
    );
    expect(words({ ...dense, activation: "identity" })).toBe("");
    expect(words(NEW["localisation head"])).toBe("max · dropout 0.25");
    const row = { name: "conv7", kind: "convolution", shape: [1, 2, 2], parameters: 3 };
    expect(nameOf("convolution", [row])).toBe("conv7");
    expect(nameOf("convolution", [])).toBe("conv");
  });
});

describe("solids", () => {
  test("maps are as high as they have rows, and thicker with each doubling of their channels", () => {
    const to = { pixel: 4, tall: 128 };
    expect(maps([1, 20, 20], to).height - maps([1, 10, 10], to).height).toBeCloseTo(4 * 10 * 1.3);
    const step = thickness(16, 128) - thickness(8, 128);
    expect(thickness(64, 128) - thickness(32, 128)).toBeCloseTo(step);
    expect(maps([16, 9, 9], to).width - maps([8, 9, 9], to).width).toBeCloseTo(step);
  });

  test("every drawing fits its place, and the largest fills it", () => {
    const cells = [
      [[1, 28, 28]],
      [
        [32, 28, 20],
        [32, 14, 10],
      ],
      [[64]],
      [],
    ];
    for (const [tall, width] of [
      [128, 120],
      [300, 110],
      [48, 400],
    ] as const) {
      const to = measure(cells, tall, width);
      const drawn = cells.map((cell) => cell.filter(({ length }) => length === 3));
      const sizes = drawn.map((cell) => cell.map((shape) => maps(shape, to)));
      const wide = sizes.map((cell) => cell.reduce((sum, { width: w }) => sum + w, 0));
      const high = sizes.flat().map(({ height }) => height);
      expect(Math.max(...wide)).toBeLessThanOrEqual(width + 0.01);
      expect(Math.max(...high)).toBeLessThanOrEqual(tall + 0.01);
      expect(Math.max(...high) > tall - 1 || Math.max(...wide) > width - 20).toBe(true);
    }
  });

  test("a column never leaves its place", () => {
    expect(column(1, 100).height).toBeGreaterThan(5);
    expect(column(4096, 100).height).toBeLessThanOrEqual(100);
    expect(column(120, 100).height).toBeGreaterThan(column(84, 100).height);
  });
});
