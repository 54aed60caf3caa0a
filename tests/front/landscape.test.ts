import { describe, expect, it } from "vitest";
import { dots, downhill, line, stretches } from "../../widgets/landscape/geometry.ts";

type Pair = [number, number];
const POINTS: Pair[] = [0, 1, 2, 3, 4].map((i) => [i, 10 * i]);

describe("the way of the weights", () => {
  it("is one stretch where no hand has moved the ball", () => {
    expect(stretches(POINTS, [0])).toEqual([POINTS]);
  });

  it("is cut where a stretch starts, and loses no place", () => {
    const parts = stretches(POINTS, [0, 3]);
    expect(parts).toEqual([POINTS.slice(0, 3), POINTS.slice(3)]);
    expect(stretches(POINTS, [0, 4]).at(-1)).toEqual([[4, 40]]);
    expect(stretches(POINTS, [0, 2, 4]).flat()).toEqual(POINTS);
  });

  it("has no parts where there are no places", () => {
    expect(stretches([], [])).toEqual([]);
  });

  it("is drawn as a line, and as dots that are lines without length", () => {
    expect(
      line([
        [1, 2],
        [3.25, 4],
      ]),
    ).toBe("M1.0 2.0L3.3 4.0");
    expect(
      dots([
        [1, 2],
        [3, 4],
      ]),
    ).toBe("M1.0 2.0h0M3.0 4.0h0");
  });
});

describe("the arrow downhill", () => {
  it("points against the slope, upwards being less on a screen", () => {
    const [x, y] = downhill([1, 0], [10, 10], 0.001) as Pair;
    expect(x).toBeLessThan(0);
    expect(y).toBeCloseTo(0);
    const [across, down] = downhill([0, 1], [10, 10], 0.001) as Pair;
    expect(across).toBeCloseTo(0);
    expect(down).toBeGreaterThan(0);
  });

  it("is at a right angle to the levels as they are seen", () => {
    // Along a level the loss a·x + b·y stays; in pixels that is the direction (b·w, a·h) below.
    const [slope, unit]: [Pair, Pair] = [
      [3, -2],
      [40, 5],
    ];
    const arrow = downhill(slope, unit, 1) as Pair;
    const level: Pair = [-slope[1] * unit[0], -slope[0] * unit[1]];
    expect(arrow[0] * level[0] + arrow[1] * level[1]).toBeCloseTo(0);
  });

  it("is 1 where it is steep, less where it is not, and nothing on level ground", () => {
    const size = (slope: number) => Math.hypot(...(downhill([slope, 0], [1, 1], 1) ?? [0, 0]));
    expect(size(5)).toBeCloseTo(1);
    expect(size(0.25)).toBeCloseTo(0.5);
    expect(size(1e-6)).toBe(0);
    expect(downhill([Number.NaN, 0], [1, 1], 1)).toBeNull();
  });
});
