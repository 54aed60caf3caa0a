import { describe, expect, test } from "vitest";
import {
  apart,
  arrow,
  columns,
  errorWindow,
  lossWindow,
  spread,
  tangent,
  within,
} from "../../widgets/loss_functions/geometry.ts";

describe("columns", () => {
  test.each([
    [361, 400, 15],
    [730, 360, 15],
    [1100, 640, 18],
  ])("stand in the drawing, %i by %i", (width, height, em) => {
    for (const count of [1, 5, 6]) {
      const at = columns(width, height, em, count, 6);
      expect(at.unit * 6).toBeCloseTo(at.bottom - at.top, 9);
      expect(at.rows.every((y) => y > at.bottom && y < height)).toBe(true);
      expect(at.xs.every((x) => x > at.left && x < at.right)).toBe(true);
      const gaps = at.xs.slice(1).map((x, i) => x - (at.xs[i] as number));
      for (const gap of gaps) expect(gap).toBeCloseTo((at.right - at.left) / count, 9);
    }
  });
});

describe("labels", () => {
  test("that meet move apart by the same, others stay", () => {
    expect(apart(100, 106, 18)).toEqual([94, 112]);
    expect(apart(106, 100, 18)).toEqual([112, 94]);
    expect(apart(100, 140, 18)).toEqual([100, 140]);
  });

  test("never lie on one another", () => {
    const placed = spread(
      [
        [10, 50],
        [12, 52],
        [11, 47],
        [80, 50],
      ],
      16,
    );
    expect(placed[0]).toEqual([10, 50]);
    expect(placed[3]).toEqual([80, 50]);
    placed.forEach(([x, y], i) => {
      for (const [a, b] of placed.slice(i + 1)) {
        expect(Math.abs(x - a) >= 16 || Math.abs(y - b) >= 16).toBe(true);
      }
    });
  });
});

describe("an arrow", () => {
  const tip = (d: string) => Number(d.match(/L(-?[\d.]+),0/)?.[1]);
  test("ends where its length says, on either side", () => {
    for (const length of [2, 9, 60]) {
      expect(tip(arrow(length, 7))).toBe(length);
      expect(tip(arrow(-length, 7))).toBe(-length);
    }
    expect(arrow(0, 7)).toBe("");
  });
});

describe("the chart", () => {
  test("shows every point", () => {
    for (const errors of [[0], [1, -3], [3.2, 0.1], [-6, 6]]) {
      const shown = errorWindow(errors, false);
      expect(Math.max(...errors.map(Math.abs))).toBeLessThanOrEqual(shown.high);
      expect(shown.top).toBe(shown.high ** 2);
      expect(errorWindow(errors, true).top).toBe(shown.top / 2);
    }
    for (const loss of [0, 6, 6.2, 12.7]) {
      expect(lossWindow([0.1, loss], -6, 6).top).toBeGreaterThan(loss);
    }
  });

  test("draws at its edge what lies outside", () => {
    const shown = { low: -3, high: 3, top: 9 };
    expect(within(shown, 0, 4.5)).toEqual([0.5, 0.5]);
    expect(within(shown, 5, 20)).toEqual([1, 1]);
  });

  test("has tangents of one length", () => {
    for (const slope of [-40, -1, 0, 0.3, 7]) {
      const [dx, dy] = tangent(slope, 50);
      expect(Math.hypot(dx, dy)).toBeCloseTo(50, 9);
      expect(-dy / dx).toBeCloseTo(slope, 9); // pixels count downwards
    }
  });
});
