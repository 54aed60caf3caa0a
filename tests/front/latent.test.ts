import { expect, test } from "vitest";
import {
  around,
  barLength,
  middles,
  nearest,
  suits,
  toward,
} from "../../widgets/latent_space/geometry.ts";

const POINTS = Float32Array.of(0, 0, 4, 1, -2, 3, 4, -1);

test("the window holds every point and is never empty", () => {
  const { x, y, reach } = around(POINTS);
  for (let i = 0; i < POINTS.length; i += 2) {
    expect(Math.abs((POINTS[i] as number) - x)).toBeLessThan(reach);
    expect(Math.abs((POINTS[i + 1] as number) - y)).toBeLessThan(reach);
  }
  expect(around(new Float32Array(0)).reach).toBe(1);
  expect(around(Float32Array.of(7, 7, 7, 7))).toEqual({ x: 7, y: 7, reach: 1 });
});

test("the window stays while the points suit it, and follows when they leave or shrink", () => {
  const present = { x: 0, y: 0, reach: 10 };
  expect(suits(present, { x: 1, y: -1, reach: 8 })).toBe(true);
  expect(suits(present, { x: 4, y: 0, reach: 8 })).toBe(false);
  expect(suits(present, { x: 0, y: 0, reach: 2 })).toBe(false);
  expect(toward(present, { x: 4, y: 2, reach: 20 }, 0.5)).toEqual({ x: 2, y: 1, reach: 15 });
});

test("the nearest point is found, or none where all are far", () => {
  expect(nearest(POINTS, 3.5, 0.8, 1)).toBe(1);
  expect(nearest(POINTS, 3.5, -0.8, 1)).toBe(3);
  expect(nearest(POINTS, 20, 20, 1)).toBeNull();
});

test("the middle of a class is the median of its points", () => {
  const labels = Int32Array.of(0, 1, 0, 1);
  expect(middles(POINTS, labels, 3)).toEqual([[0, 3], [4, 1], null]);
});

test("the scale bar is a round number and shorter than half the picture", () => {
  for (const reach of [0.013, 0.9, 1, 3.7, 88, 12345]) {
    const length = barLength(reach);
    expect(length).toBeLessThanOrEqual(reach);
    expect(length).toBeGreaterThan(reach / 6);
    expect(["1", "2", "5"]).toContain(length.toExponential()[0]);
  }
});
