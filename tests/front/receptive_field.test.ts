import { describe, expect, it } from "vitest";
import { around, boxes, cellAt, cells } from "../../widgets/receptive_field/geometry.ts";

const PLANES = [28, 28, 14, 10, 5].map((n) => [n, n] as const);

describe("the planes of a stack", () => {
  it("stand side by side inside their room, none over another", () => {
    const found = boxes(PLANES, { width: 1200, height: 300 }, 40, false);
    expect(found.length).toBe(5);
    for (const [i, box] of found.entries()) {
      expect(box.y).toBeGreaterThanOrEqual(0);
      expect(box.y + box.height).toBeLessThanOrEqual(300);
      const next = found[i + 1];
      expect(box.x + box.width + 40).toBeLessThanOrEqual(next ? next.x : 1240);
    }
  });

  it("stand below one another where it is narrow", () => {
    const found = boxes(PLANES, { width: 230, height: 0 }, 28, true);
    expect(found.every(({ x, width }) => x === 0 && width <= 230)).toBe(true);
    expect(found[1]?.y).toBe((found[0]?.height ?? 0) + 28);
  });
});

describe("cells of a plane", () => {
  const box = { x: 10, y: 20, width: 100, height: 50 };

  it("are found under the pointer, the last ones beyond the edge", () => {
    expect(cellAt(box, [5, 10], 10, 20)).toEqual([0, 0]);
    expect(cellAt(box, [5, 10], 35, 41)).toEqual([2, 2]);
    expect(cellAt(box, [5, 10], 900, 900)).toEqual([4, 9]);
    expect(cellAt(box, [5, 10], 0, 0)).toEqual([0, 0]);
  });

  it("have an outline from the first to the last; where there are none, none", () => {
    const outline = around(
      box,
      [5, 10],
      [
        [1, 3],
        [2, 5],
      ],
    );
    expect(outline).toEqual({ x: 30, y: 30, width: 40, height: 30 });
    expect(around(box, [5, 10], [[], [1]])).toBeNull();
  });

  it("are drawn one by one where dilation leaves holes, joined where not", () => {
    const count = (d: string) => d.split("M").length - 1;
    const holes = cells(
      box,
      [5, 10],
      [
        [0, 2, 4],
        [1, 4, 7],
      ],
    );
    expect(count(holes)).toBe(9);
    const whole = cells(
      box,
      [5, 10],
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    );
    expect(count(whole)).toBe(3);
  });
});
