import { expect, test } from "vitest";
import { line } from "../../widgets/_front/curves.ts";
import { lossRange, marks, percentRange, share } from "../../widgets/comparison/geometry.ts";
import { reveal } from "../../widgets/comparison/reading.ts";
import type { ComparisonFrame, Row } from "../../widgets/comparison/state.ts";
import { amount, difference, interval } from "../../widgets/comparison/table.ts";

test("a value stands at its share of the axis, linear or by factors", () => {
  expect(share(5, [0, 10], "linear")).toBe(0.5);
  expect(share(1, [0.01, 100], "log")).toBeCloseTo(0.5);
  expect(share(10, [0.01, 100], "log")).toBeCloseTo(0.75);
});

test("what lies outside stands outside, but not beyond all bounds", () => {
  expect(share(-1, [0, 10], "linear")).toBeCloseTo(-0.1);
  expect(share(1e30, [0, 10], "linear")).toBe(2);
  expect(share(0, [0.1, 10], "log")).toBe(-1);
});

test("the axis of a loss holds all losses but those far above the first", () => {
  expect(lossRange([2.3, 0.4], "linear")).toEqual([0, 2.5]);
  expect(lossRange([2.3, 900], "linear")).toEqual([0, 7]);
  expect(lossRange([], "linear")).toEqual([0, 0.5]);
  expect(lossRange([2.3, 0.04], "log")).toEqual([0.01, 10]);
  expect(lossRange([], "log")).toEqual([0.01, 10]);
  expect(marks([0.01, 10], "log", 5)).toEqual([0.01, 0.1, 1, 10]);
});

test("the axis of an accuracy shows what comes after the first epoch well", () => {
  expect(percentRange([93, 97])).toEqual([90, 100]);
  expect(percentRange([12, 97])).toEqual([10, 100]);
  expect(percentRange([100])).toEqual([90, 100]);
  expect(percentRange([])).toEqual([0, 100]);
});

test("a line goes through its points", () => {
  expect(
    line([
      [0, 1],
      [2.26, 3],
    ]),
  ).toBe("M0.0,1.0L2.3,3.0");
  expect(line([])).toBe("");
});

const row = (part: Partial<Row>): Row => ({
  title: "",
  kind: "percent",
  pairs: 2,
  a: 0.9,
  b: 0.88,
  difference: -0.02,
  low: -0.031,
  high: 0.0004,
  ...part,
});

test("numbers have fixed digits, true minus signs and units", () => {
  expect(amount(0.9123, "percent")).toBe("91.2 %");
  expect(amount(0.0312, "seconds")).toBe("0.031 s");
  expect(amount(2.34, "seconds")).toBe("2.3 s");
  expect(amount(null, "loss")).toBe("–");
  expect(difference(row({}))).toBe("−2.0 points");
  expect(difference(row({ difference: 0.0123 }))).toBe("+1.2 points");
  expect(difference(row({ difference: 0, kind: "loss" }))).toBe("0.000");
  expect(interval(row({}))).toBe("−3.1 to 0.0");
  expect(interval(row({ kind: "seconds", low: -1.02, high: 0.07 }))).toBe("−1.0 to 0.070");
  expect(interval(row({ low: null }))).toBe("");
});

test("the prediction is compared with what came out", () => {
  const frame = { state: "ready", outcome: "", answers: ["SGD", "none", "Adam"] };
  const said = (part: object, prediction: "" | "a" | "same" | "b") =>
    reveal({ ...frame, ...part } as unknown as ComparisonFrame, prediction);
  expect(said({}, "")).toBe("Predict first, then train both.");
  expect(said({}, "b")).toBe("You predict “Adam”.");
  expect(said({ state: "finished", outcome: "b" }, "b")).toBe("Right: “Adam”, as you predicted.");
  expect(said({ state: "finished", outcome: "b" }, "a")).toContain("you said “SGD”, and it is");
  expect(said({ state: "finished", outcome: "same" }, "")).toBe("The answer is “none”.");
});
