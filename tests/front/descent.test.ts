import { expect, test } from "vitest";
import type { Packed } from "../../widgets/_front/arrays.ts";
import { outline } from "../../widgets/_front/marks.ts";
import { ringsAt } from "../../widgets/_front/squares.ts";
import {
  arrow,
  dots,
  line,
  lossRange,
  scaled,
  three,
  tracksOf,
  unitOf,
} from "../../widgets/descent/walk.ts";

function packed(rows: number[][]): Packed {
  const values = Float32Array.from(rows.flat());
  return {
    dtype: "float32",
    shape: [rows.length, 6],
    buffer: new DataView(values.buffer),
  };
}

const WALKS = packed([
  [0, 1, 4, 3, 4, 2],
  [1, 1, 2, 0, 1, 1],
  [5, 6, 7, 8, 6, -1],
]);

test("the rows of a race are one track a racer, and a step beyond its end is its end", () => {
  const [first, second] = tracksOf(WALKS, [1, 0]);
  expect(first?.at(0)).toEqual({ place: [0, 1], loss: 4, gradient: [3, 4], distance: 2 });
  expect(first?.at(9).place).toEqual([1, 1]);
  expect(first?.losses()).toEqual([4, 2]);
  expect(first?.steepest()).toBe(5);
  expect(second?.at(0)).toEqual({ place: [5, 6], loss: 7, gradient: [8, 6], distance: null });
  expect(first?.begin().losses()).toEqual([4]);
});

test("lines and dots stay numbers that a browser can draw", () => {
  expect(
    line([
      [0, 1],
      [2, 3],
    ]),
  ).toBe("M0.0,1.0L2.0,3.0");
  expect(line([[1e30, -1e30]])).toBe("M100000.0,-100000.0");
  expect(dots([[1, 2]])).toBe("M1.0,2.0h0");
});

test("an arrow ends where it points, and there is none where it would be a dot", () => {
  expect(arrow([10, 10], [30, 0])).toContain("L40.0,10.0");
  expect(arrow([10, 10], [1, 1])).toBe("");
  expect(arrow([10, 10], [Number.NaN, 1])).toBe("");
});

test("the longest arrow is the steepest place's; up on the page is less", () => {
  expect(scaled([0, 4], 4, 60, [1, -1])).toEqual([0, -60]);
  expect(Math.hypot(...scaled([1, 0], 4, 60, [1, -1]))).toBeCloseTo(30);
  expect(scaled([0, 0], 4, 60, [1, -1])).toEqual([0, 0]);
});

test("an arrow points where a step would lead, also where the axes are not alike", () => {
  const ground = { x: (value: number) => 64 + 50 * value, y: (value: number) => 300 - 200 * value };
  const [dx, dy] = scaled([3, 1], 4, 60, unitOf(ground));
  expect(dy / dx).toBeCloseTo((ground.y(1) - ground.y(0)) / (ground.x(3) - ground.x(0)));
});

test("the loss's axis shows the start, however far a walk runs away", () => {
  expect(lossRange([[10, 1e9]], 0, false)).toEqual([0, 11.2]);
  expect(lossRange([[3, 1]], null, true)[0]).toBe(1); // no floor, no logarithm
  const [low, high] = lossRange([[10, 0.1, 0]], 0, true);
  expect(low).toBeCloseTo(0.1);
  expect(high).toBe(20);
});

test("numbers have three digits and a true minus sign", () => {
  expect([0.1234, -12.345, 0, -1e-20, 1.5e7, -2e-5].map(three)).toEqual([
    "0.123",
    "−12.3",
    "0",
    "0",
    "1.50e7",
    "−2.00e−5",
  ]);
});

test("every mark is one closed outline of its own", () => {
  const marks = Array.from({ length: 10 }, (_, i) => outline(i, 8));
  expect(new Set(marks).size).toBe(10);
  for (const d of marks) expect(d).toMatch(/^M.*Z$/);
});

test("a line around a hill closes, also at the edge and around what is no number", () => {
  const area = (ring: [number, number][]) =>
    ring.reduce((sum, [x, y], i) => {
      const [u, v] = ring[(i + 1) % ring.length] as [number, number];
      return sum + (x * v - y * u) / 2;
    }, 0);
  const hill = Float32Array.of(0, 0, 0, 0, 2, 0, 0, 0, 0);
  const [ring] = ringsAt(hill, 3, 3, 1);
  expect(Math.abs(area(ring as [number, number][]))).toBeCloseTo(0.5);
  const full = ringsAt(Float32Array.of(2, 2, 2, 2), 2, 2, 1);
  expect(full.length).toBe(1);
  expect(Math.abs(area(full[0] as [number, number][]))).toBeCloseTo(3.5); // 2 × 2 without corners
  const holed = ringsAt(Float32Array.of(2, 2, 2, 2, Number.NaN, 2, 2, 2, 2), 3, 3, 1);
  expect(holed.length).toBe(2);
});
