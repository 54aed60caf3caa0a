import { describe, expect, it } from "vitest";
import { beginning, onAxis, span } from "../../widgets/_front/estimates.ts";
import { percent } from "../../widgets/_front/percent.ts";
import { ordered } from "../../widgets/class_scores/order.ts";
import {
  cellCount,
  cellName,
  cellText,
  layoutFor,
  rowSums,
  strength,
} from "../../widgets/confusion/words.ts";

describe("percentages", () => {
  it("call only nothing nothing, and only all all", () => {
    expect([0, 0.001, 0.005, 0.07, 0.5, 0.994, 0.996, 0.99999, 1].map(percent)).toEqual([
      "0",
      "<1",
      "1",
      "7",
      "50",
      "99",
      ">99",
      ">99",
      "100",
    ]);
  });
});

describe("a confusion matrix", () => {
  const names = ["liver", "lung"];
  const counts = Int32Array.of(40, 3, 0, 1);

  it("has as many images of a class as its row counts", () => {
    expect(rowSums(counts, 2)).toEqual([43, 1]);
    expect(rowSums(new Int32Array(0), 0)).toEqual([]);
  });

  it("is said in words", () => {
    expect(cellName([0, 1], names)).toBe("liver taken for lung");
    expect(cellName([1, 1], names)).toBe("lung recognised");
    expect(cellCount([0, 1], 3, 43, names)).toBe("3 of 43 images of liver (7 %)");
    expect(cellCount([1, 1], 1, 1, names)).toBe("1 of 1 image of lung (100 %)");
    expect(cellCount([1, 0], 0, 0, names)).toBe("There are no images of lung");
    expect([cellText(0, 43, true), cellText(3, 43, true), cellText(3, 43, false)]).toEqual([
      "",
      "7",
      "3",
    ]);
  });

  it("shows right and wrong apart, and one of a hundred", () => {
    expect(strength(1, true)).toBe(1);
    expect(strength(1, false)).toBe(-1);
    expect(strength(0.01, false)).toBeCloseTo(-0.1);
    expect(Math.abs(strength(0, false))).toBe(0);
  });

  it("fits into its room, its names with it", () => {
    for (const [width, height] of [
      [400, 400],
      [360, 300],
      [900, 500],
      [300, 800],
    ] as const) {
      for (const classes of [2, 5, 10, 20]) {
        for (const widest of [20, 60, 300]) {
          const { side, left, top, upright } = layoutFor([width, height], classes, widest, 26);
          if (side > 10) {
            expect(left + classes * side).toBeLessThanOrEqual(width);
            expect(top + classes * side).toBeLessThanOrEqual(height);
          }
          if (!upright) expect(left).toBeLessThanOrEqual(side);
        }
      }
    }
    expect(layoutFor([0, 0], 3, 20, 26).side).toBeGreaterThan(0);
  });
});

describe("scores of classes", () => {
  it("come by class, or the worst first and the unknown last", () => {
    const values = [0.9, null, 0.2, 0.9];
    expect(ordered(values, false)).toEqual([0, 1, 2, 3]);
    expect(ordered(values, true)).toEqual([2, 0, 3, 1]);
  });

  it("lie on an axis that begins below all of them", () => {
    const estimate = (low: number | null) => ({ value: 1, low, high: 1 });
    expect(beginning([estimate(0.93), estimate(0.98)])).toBe(0.9);
    expect(beginning([estimate(0.93), estimate(0.85)])).toBe(0.8);
    expect(beginning([estimate(0.5)])).toBe(0.5);
    expect(beginning([estimate(0.2)])).toBe(0);
    expect(beginning([{ value: 0.3, low: null, high: null }])).toBe(0);
    expect(beginning([])).toBe(0.9);
    expect(onAxis(0.95, 0.9)).toBeCloseTo(0.5);
    expect(onAxis(1, 0)).toBe(1);
  });

  it("have intervals whose ends can be told apart", () => {
    expect(span({ value: 0.9, low: 0.84, high: 0.96 })).toBe("84–96");
    expect(span({ value: 1, low: 0.9987, high: 1 })).toBe("99.9–100.0");
    expect(span({ value: null, low: null, high: null })).toBe("");
  });
});
