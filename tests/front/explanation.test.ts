import { describe, expect, test } from "vitest";
import { diverging } from "../../widgets/_front/colour.ts";
import {
  arrange,
  blend,
  endOf,
  isBlank,
  type Look,
  sharedEnd,
  shares,
  strongest,
  upperHalf,
} from "../../widgets/explanation/blend.ts";
import { nothing, signed, size, speaks, worth } from "../../widgets/explanation/reading.ts";
import { type HeatMap, largeOf, type State } from "../../widgets/explanation/state.ts";

const PAPER = [250, 240, 230] as const;
const SIGNED = diverging(PAPER);
const IMAGE = new Uint8Array([0, 100, 200, 255]);
const VALUES = new Float32Array([1, -0.5, 0.2, 0]);
const look = (opacity: number, threshold = 0): Look => ({
  opacity,
  threshold,
  colours: SIGNED,
  paper: PAPER,
});
const drawn = (opacity: number, threshold = 0, values: Float32Array | null = VALUES) => {
  const bytes = blend(IMAGE, [1, 2, 2], values, 1, look(opacity, threshold));
  return [0, 1, 2, 3].map((i) => [...bytes.slice(4 * i, 4 * i + 3)]);
};

describe("image and heat map in one picture", () => {
  test("at first there is the image alone, as it is", () => {
    const grey = [...IMAGE].map((one) => [one, one, one]);
    expect(drawn(0)).toEqual(grey);
    expect(drawn(1, 0, null)).toEqual(grey);
  });

  test("in the middle the colour lies over the image, and nothing over what is 0", () => {
    expect(shares(0.5)).toEqual({ image: 1, colour: 1 });
    const [strong, against, , none] = drawn(0.5);
    expect(strong).toEqual([...SIGNED.slice(3 * 255)]);
    expect(none).toEqual([255, 255, 255]);
    // half of the way from the image's 100 to orange
    expect(against).toEqual([0, 1, 2].map((c) => Math.round((100 + (SIGNED[c] as number)) / 2)));
  });

  test("in the end it is the heat map alone, in the colours of its scale", () => {
    for (const [i, value] of [...VALUES].entries()) {
      const at = 3 * Math.round((255 * (value + 1)) / 2);
      drawn(1)[i]?.forEach((byte, c) => {
        expect(Math.abs(byte - (SIGNED[at + c] as number))).toBeLessThan(3);
      });
    }
  });

  test("below the threshold there is no colour", () => {
    const [strong, against, weak] = drawn(0.5, 0.4);
    expect(weak).toEqual([200, 200, 200]);
    expect(strong).not.toEqual([0, 0, 0]);
    expect(against).not.toEqual([100, 100, 100]);
    expect(drawn(0.5, 1)[0]).toEqual(strong); // the largest is seen at every threshold
  });

  test("a colour image keeps its colours", () => {
    const rgb = new Uint8Array([10, 20, 30]);
    const bytes = blend(rgb, [3, 1, 1], null, 0, look(0.5));
    expect([...bytes]).toEqual([10, 20, 30, 255]);
  });
});

const map = (full: number, sum: number): HeatMap =>
  ({ method: "cam", full, sum, most: 2 * full }) as HeatMap;

describe("scales", () => {
  test("each map ends at its own value, or all at the same share of their sums", () => {
    const maps = [map(4, 100), map(1, 10), map(0, 0)];
    expect(maps.map((one) => endOf(one, maps, "own"))).toEqual([4, 1, 0]);
    expect(sharedEnd(maps)).toBeCloseTo(0.1);
    expect(maps.map((one) => endOf(one, maps, "shared"))).toEqual([10, 1, 0]);
    expect(sharedEnd([])).toBe(0);
  });

  test("the chosen method is shown large, or the first where it is not shown", () => {
    const state = { methods: ["cam", "saliency"], chosen: "saliency" } as State;
    expect(largeOf(state, [])).toBe("saliency");
    expect(largeOf({ ...state, chosen: "occlusion" }, [])).toBe("cam");
  });

  test("a method that does not apply gives the large picture to one that does", () => {
    const state = { methods: ["cam", "saliency"], chosen: "cam" } as State;
    const refused = { method: "cam", problem: "No." } as HeatMap;
    const found = { method: "saliency", problem: "" } as HeatMap;
    expect(largeOf(state, [refused, found])).toBe("saliency");
    expect(largeOf({ ...state, methods: ["cam"] }, [refused])).toBe("cam");
  });

  test("a map without colour is known, and why", () => {
    const weak = { most: 2 };
    expect(isBlank(weak as HeatMap, 10, 0.3)).toBe(true);
    expect(isBlank(weak as HeatMap, 10, 0.2)).toBe(false);
    expect(nothing(weak)).toBe("All below the threshold");
    expect(isBlank({ most: 0 } as HeatMap, 0, 0)).toBe(true);
    expect(nothing({ most: 0 })).toBe("0 everywhere");
  });

  test("the scale of amounts is the signed one from zero on", () => {
    const half = upperHalf(SIGNED);
    expect(half).toHaveLength(SIGNED.length);
    expect([...half.slice(-3)]).toEqual([...SIGNED.slice(-3)]);
    PAPER.forEach((byte, c) => {
      expect(Math.abs((half[c] as number) - byte)).toBeLessThan(3);
    });
    expect(upperHalf(SIGNED)).toBe(half);
  });
});

describe("places", () => {
  test("the strongest pixel is found, whatever its sign", () => {
    expect(strongest(new Float32Array([0, 1, 0, 0, 0, -3]), 3)).toEqual([1, 2]);
  });

  test("tiles are nearly as large as they can be, and fit", () => {
    for (let count = 1; count <= 8; count++) {
      for (const [width, height] of [
        [700, 240],
        [500, 600],
        [300, 900],
      ] as const) {
        const room = { gap: 12, words: 50 };
        const { columns, side } = arrange(count, width, height, room);
        const fits = (columns: number, side: number) =>
          columns * (side + 12) - 12 <= width &&
          Math.ceil(count / columns) * (side + 62) - 12 <= height;
        expect(fits(columns, side)).toBe(true);
        for (let other = 1; other <= count; other++)
          expect(fits(other, Math.floor(1.13 * side) + 1)).toBe(false);
      }
    }
    expect(arrange(4, 700, 10, { gap: 12, words: 50 })).toEqual({ columns: 1, side: 0 });
  });
});

test("values are told with their sign, and what they say", () => {
  expect([signed(0.3149), signed(-0.00421), signed(0), size(12345)]).toEqual([
    "+0.31",
    "−0.0042",
    "0",
    "12000",
  ]);
  expect(speaks(1, "lung", true)).toBe("speaks for lung");
  expect(speaks(-1, "lung", true)).toBe("speaks against lung");
  expect(speaks(1, "lung", false)).toBe("matters to lung");
  expect(speaks(0, "lung", true)).toBe("says nothing about lung");
  expect(worth(-2, 8)).toBe("25 % of the largest");
  expect(worth(0, 0)).toBe("the whole map is 0");
});
