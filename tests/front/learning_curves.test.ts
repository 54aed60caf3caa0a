import { expect, test } from "vitest";
import { nearest, type Point } from "../../widgets/_front/curves.ts";
import {
  apart,
  extent,
  linear,
  lines,
  logarithmic,
  smooth,
  thin,
} from "../../widgets/learning_curves/geometry.ts";

test("smoothing keeps what is constant, does nothing at 0, and follows its formula", () => {
  const ys = [4, 1, 3, 2, 8];
  expect([...smooth(ys, 0)]).toEqual(ys);
  for (const one of smooth([7, 7, 7, 7], 0.9)) expect(one).toBeCloseTo(7);
  const factor = 0.6;
  for (const [i, one] of smooth(ys, factor).entries()) {
    const weights = ys.slice(0, i + 1).map((_, j) => factor ** (i - j));
    const sum = weights.reduce((total, weight, j) => total + weight * (ys[j] as number), 0);
    expect(one).toBeCloseTo(sum / weights.reduce((a, b) => a + b));
  }
  expect(smooth([], 0.5).length).toBe(0);
});

test("thinning keeps the ends and the extremes of each column of pixels, and their order", () => {
  const points = Array.from(
    { length: 5000 },
    (_, i): Point => [i / 50, Math.sin(i) * 100 + (i === 2025 ? 500 : 0)],
  );
  const kept = thin(points);
  expect(kept.length).toBeLessThanOrEqual(400);
  expect(kept[0]).toBe(points[0]);
  expect(kept.at(-1)).toBe(points.at(-1));
  expect(kept).toContain(points[2025]);
  for (let i = 1; i < kept.length; i++)
    expect((kept[i] as Point)[0]).toBeGreaterThanOrEqual((kept[i - 1] as Point)[0]);
  const column = ([x]: Point) => Math.floor(x);
  for (let c = 0; c < 100; c++) {
    const ys = (some: Point[]) => some.filter((p) => column(p) === c).map(([, y]) => y);
    expect(Math.max(...ys(kept))).toBe(Math.max(...ys(points)));
    expect(Math.min(...ys(kept))).toBe(Math.min(...ys(points)));
  }
  const few: Point[] = [
    [0, 1],
    [7.5, 2],
  ];
  expect(thin(few)).toEqual(few);
});

test("a logarithmic axis spans whole decades, and 0 lies at its lower end", () => {
  const axis = logarithmic(0.003, 2.5);
  expect([axis.low, axis.high]).toEqual([0.001, 10]);
  expect(axis.ticks(10)).toEqual([0.001, 0.01, 0.1, 1, 10]);
  expect(axis.ticks(2)).toEqual([0.001, 0.1, 10]);
  expect(axis.share(0.1)).toBeCloseTo(0.5);
  expect(axis.share(0)).toBe(0);
  expect(axis.share(100)).toBe(1);
  expect(logarithmic(1, 1).high / logarithmic(1, 1).low).toBe(10);
  expect(logarithmic(1e-30, 1).low).toBeCloseTo(1e-6); // a loss of almost 0 hides nothing else
});

test("a linear axis clamps what lies outside", () => {
  const axis = linear(0, 4);
  expect([-1, 0, 1, 4, 9].map(axis.share)).toEqual([0, 0, 0.25, 1, 1]);
});

test("the extent leaves out what is not above 0", () => {
  expect(extent([0, 3, 0.5], [2])).toEqual({ least: 0.5, most: 3 });
  expect(extent([], []).most).toBe(0);
});

test("the nearest of an ascending row is found", () => {
  const xs = [0, 10, 25, 26];
  expect([-5, 4, 6, 17, 18, 25.6, 99].map((x) => nearest(xs, x))).toEqual([0, 0, 1, 1, 2, 3, 3]);
  expect(nearest([3], 9)).toBe(0);
});

test("labels that would run into one another lie in lines of their own", () => {
  const label = (left: number) => ({ left, right: left + 50 });
  expect(lines([label(0), label(100), label(200)])).toEqual([0, 0, 0]);
  expect(lines([label(0), label(20), label(40)])).toEqual([0, 1, 2]);
  expect(lines([label(0), label(40), label(80)])).toEqual([0, 1, 0]);
});

test("marks stay apart, and the first one stays", () => {
  const points = Array.from({ length: 50 }, (_, i): Point => [i, 0]);
  expect(apart(points, 6).map(([x]) => x)).toEqual([0, 6, 12, 18, 24, 30, 36, 42, 48]);
});
