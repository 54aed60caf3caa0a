import { describe, expect, it } from "vitest";
import { arrange, cornerOf, layOut, sizeOf, spotAt } from "../../widgets/_front/tile_layout.ts";
import { changes } from "../../widgets/_front/tile_lights.ts";

const samples = [5, 5] as const;

describe("tiles", () => {
  it("are as wide as the room lets them, and no wider than they may", () => {
    expect(layOut(6, samples, 6, 330, 6).wide).toBe(50);
    expect(layOut(6, samples, 6, 330, 6, 20).wide).toBe(20);
    expect(layOut(6, samples, 6, 3, 6).wide).toBe(1);
  });

  it("keep the shape of their samples", () => {
    const layout = layOut(3, [4, 8], 3, 312, 6);
    expect([layout.wide, layout.high]).toEqual([100, 50]);
  });

  it("stand in rows", () => {
    const layout = layOut(8, samples, 6, 330, 6);
    expect(layout.rows).toBe(2);
    expect(cornerOf(layout, 7)).toEqual([56, 56]);
    expect(sizeOf(layout)).toEqual([330, 106]);
  });

  it("are found at every one of their samples, and nowhere else", () => {
    const layout = layOut(8, samples, 6, 330, 6);
    for (let tile = 0; tile < 8; tile++) {
      const [x, y] = cornerOf(layout, tile);
      for (const [row, column] of [
        [0, 0],
        [2, 4],
        [4, 1],
      ] as const) {
        const spot = spotAt(layout, samples, x + 10 * column + 5, y + 10 * row + 5);
        expect(spot).toEqual({ tile, row, column });
      }
      expect(spotAt(layout, samples, x + 53, y + 5)).toBeNull();
      expect(spotAt(layout, samples, x + 5, y + 53)).toBeNull();
    }
    expect(spotAt(layout, samples, 2 * 56 + 5, 56 + 5)).toBeNull(); // beyond the last one
    expect(spotAt(layout, samples, -1, 5)).toBeNull();
    expect(spotAt(layout, samples, 340, 5)).toBeNull();
  });

  it("stand in the rows that make them largest", () => {
    expect(arrange(16, [16, 8], 400, 40).columns).toBe(16);
    expect(arrange(16, [16, 8], 400, 120)).toEqual({ columns: 8, most: 54 });
    expect(arrange(6, [8], 400, 40)).toEqual({ columns: 8, most: 34 });
    expect(arrange(64, [16, 8], 400, 40)).toEqual({ columns: 16, most: 18 });
  });
});

describe("lights", () => {
  const before = Float32Array.of(0, 0, 1, 1, 2, 2);
  const look = (values: number[], ends: [number, number][]) => ({
    values: Float32Array.from(values),
    shape: [3, 1, 2] as const,
    ends,
  });

  it("say how far each tile has moved on its scale", () => {
    const found = changes(before, look([0, 0.5, 1, 1, 2, 1], [[-1, 1]]));
    expect(found).toEqual([0.25, 0, 0.5]);
  });

  it("know that each tile may have its own scale, and leave out what nobody sees", () => {
    const ends: [number, number][] = [
      [0, 1],
      [0, 10],
      [0, 0],
    ];
    const found = changes(before, look([0.5, 0, 1.02, 1, 2, 2], ends));
    expect(found).toEqual([0.5, 0, 0]);
  });
});
