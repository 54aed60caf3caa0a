import { expect, test } from "vitest";
import { labelsOf, levelsOf, ringsOf, spanOf } from "../../widgets/_front/contours.ts";

const SIZE = 41;
const along = (i: number) => -2 + (4 * i) / (SIZE - 1);
const bowl = Float32Array.from(
  { length: SIZE * SIZE },
  (_, i) => along(i % SIZE) ** 2 + along(Math.floor(i / SIZE)) ** 2,
);

test("the line of a bowl at level r² is the circle of radius r", () => {
  const [rings] = ringsOf(bowl, [SIZE, SIZE], [1]);
  const circle = rings?.find((ring) => ring.length < 100) ?? rings?.at(-1) ?? [];
  const inner = rings?.flat().filter(([x, y]) => x > 1 && x < SIZE - 2 && y > 1 && y < SIZE - 2);
  expect(circle.length).toBeGreaterThan(20);
  expect(inner?.length).toBeGreaterThan(20);
  for (const [x, y] of inner ?? []) expect(Math.hypot(along(x), along(y))).toBeCloseTo(1, 2);
});

test("levels are round numbers inside the span", () => {
  const levels = levelsOf(0, 8, false);
  expect(levels.length).toBeGreaterThan(5);
  expect(levels.length).toBeLessThanOrEqual(16);
  expect(levels.every((level) => level > 0 && level < 8)).toBe(true);
  expect(levels).toContain(1);
});

test("logarithmic levels are 1, 2 and 5 times powers of ten above the lowest place", () => {
  expect(levelsOf(0, 2500, true).slice(-4)).toEqual([200, 500, 1000, 2000]);
  const below = levelsOf(-10, 90, true);
  expect(below.at(-1)).toBe(40); // 50 above −10
  expect(below.every((level) => level > -10 && level < 90)).toBe(true);
});

test("a flat surface has no levels, and what is no number has no say in its span", () => {
  expect(levelsOf(3, 3, false)).toEqual([]);
  expect(spanOf(Float32Array.of(Number.NaN, 2, Number.POSITIVE_INFINITY, -1))).toEqual([-1, 2]);
  expect(spanOf(Float32Array.of(Number.NaN))).toEqual([0, 0]);
});

test("numbers stand apart from one another and on the line", () => {
  const rings = ringsOf(bowl, [SIZE, SIZE], [0.5, 1, 2, 3]).flatMap((of, i) =>
    of.map((ring) => ({
      ring: ring.map(([x, y]): [number, number] => [x * 10, y * 10]),
      text: String(i),
    })),
  );
  const labels = labelsOf(rings, 400, 400, 60);
  expect(labels.length).toBeGreaterThan(1);
  for (const [i, a] of labels.entries()) {
    for (const b of labels.slice(0, i)) {
      expect(Math.hypot(a.x - b.x, a.y - b.y)).toBeGreaterThanOrEqual(60);
    }
    expect(Math.abs(a.turn)).toBeLessThanOrEqual(90);
  }
});
