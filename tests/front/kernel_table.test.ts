import { describe, expect, it } from "vitest";
import {
  every,
  fitting,
  moved,
  placeAt,
  scrolledTo,
  seen,
  wideAtFirst,
} from "../../widgets/filters/table_layout.ts";

const table = { rows: 16, columns: 6, wide: 20, high: 20 };

describe("a table of kernels", () => {
  it("finds the kernel under the hand, and none beyond the last", () => {
    expect(placeAt(table, 0, 0)).toEqual({ row: 0, column: 0 });
    expect(placeAt(table, 119.9, 319.9)).toEqual({ row: 15, column: 5 });
    expect(placeAt(table, 120, 10)).toBeNull();
    expect(placeAt(table, 10, 320)).toBeNull();
    expect(placeAt(table, -1, 10)).toBeNull();
  });

  it("fits its room along both sides, whatever the kernel's shape", () => {
    expect(fitting(table, [5, 5], 120, 1000)).toBe(20);
    expect(fitting(table, [5, 5], 1000, 160)).toBe(10);
    expect(fitting(table, [1, 7], 1000, 160)).toBe(70);
  });

  it("begins as large as it can be read, and no larger than it needs to be", () => {
    expect(wideAtFirst(4)).toBe(18);
    expect(wideAtFirst(24)).toBe(24);
    expect(wideAtFirst(90)).toBe(28);
  });

  it("scrolls as little as brings a kernel into sight", () => {
    expect(scrolledTo(100, 20, 0, 300)).toBe(0);
    expect(scrolledTo(300, 20, 0, 300)).toBe(20);
    expect(scrolledTo(40, 20, 100, 300)).toBe(40);
    expect(scrolledTo(40, 500, 0, 300)).toBe(40); // larger than the room: its beginning
  });

  it("knows which kernels are seen, and names as many as there is room for", () => {
    const [from, to] = seen(50, 100, 20, 64);
    expect([from, Math.floor(to)]).toEqual([2, 7]);
    expect(seen(0, 5000, 20, 16)).toEqual([0, 15]);
    expect([every(20, 16), every(10, 16), every(1, 60), every(0.1, 60)]).toEqual([1, 2, 64, 64]);
  });

  it("tells for each kernel how far its weights have moved", () => {
    const shape = [2, 2, 2, 3] as const; // 4 × 6 samples
    const before = new Float32Array(24);
    const after = Float32Array.from(before);
    after[2 * 6 + 4] = -0.5; // second row, second column
    after[6 + 2] = 0.002; // does not show
    expect([...moved(before, after, shape, 2)]).toEqual([0, 0, 0, 0.25]);
  });
});
