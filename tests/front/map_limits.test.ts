import { describe, expect, it } from "vitest";
import { circles, rowsFor } from "../../widgets/map_limits/crowd.ts";

describe("a crowd of people as circles", () => {
  it("has room for each of them, and hardly more than it needs", () => {
    for (let count = 1; count <= 1000; count++) {
      const rows = rowsFor(count);
      expect(rows * 2 * rows).toBeGreaterThanOrEqual(count);
      if (rows > 8) expect((rows - 1) * 2 * (rows - 1)).toBeLessThan(count);
    }
  });

  it("draws as many as are named, none outside of its rows and columns", () => {
    const path = circles(9, 281, 24);
    const begins = [...path.matchAll(/M([\d.]+) ([\d.]+)/g)];
    expect(begins).toHaveLength(272);
    expect(new Set(begins.map(String)).size).toBe(272);
    for (const [, x, y] of begins) {
      expect(Number(x)).toBeGreaterThan(0);
      expect(Number(x)).toBeLessThan(23.5);
      expect(Number(y)).toBeLessThan(12);
    }
  });
});
