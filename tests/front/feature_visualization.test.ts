import { describe, expect, it } from "vitest";
import { filling, GAP, INNER, layOut } from "../../widgets/feature_visualization/layout.ts";

const room = { width: 1180, height: 340, title: 0, caption: 20, most: 168 };

function lines(count: number, width: number, space: number): number {
  let [x, lines] = [0, 1];
  for (let i = 0; i < count; i++) {
    if (x > 0 && x + width > space) [x, lines] = [0, lines + 1];
    x += width + GAP;
  }
  return lines;
}

function height(counts: number[], space = room): number {
  return layOut(counts, space).reduce((sum, { side, beside, width }, i) => {
    const strip = beside ? 0 : side / 3 + INNER;
    const each = side + strip + space.caption + GAP;
    return sum + space.title + lines(counts[i] ?? 0, width, space.width) * each;
  }, 0);
}

describe("tiles of feature visualization", () => {
  it.each([[[6, 16, 5]], [[16]], [[64]], [[1]], [[6, 16, 16, 10]]])("fit: %j", (counts) => {
    expect(height(counts)).toBeLessThanOrEqual(room.height);
  });

  it("has the real ones beside where there is room, and larger ones in rows of few", () => {
    const rows = layOut([6, 16, 5], room);
    expect(rows.map(({ beside }) => beside)).toEqual([true, false, true]);
    const [six, sixteen, five] = rows.map(({ side }) => side) as [number, number, number];
    expect(six).toBeGreaterThan(sixteen);
    expect(five).toBeGreaterThanOrEqual(six);
    const stacked = layOut([6, 16, 5], { ...room, width: 380, height: Infinity, most: 88 });
    expect(stacked.map(({ side }) => side)).toEqual([88, 88, 88]);
  });

  it("is a little smaller where that saves a line", () => {
    const [row] = layOut([16], { ...room, width: 1690, height: 400 });
    expect(lines(16, row?.width ?? 0, 1690)).toBe(2);
    const [wide] = layOut([16], { ...room, width: 1690, height: 270 });
    expect(lines(16, (wide?.width ?? 0) + 8, 1690)).toBe(2);
    expect(lines(16, wide?.width ?? 0, 1690)).toBe(1);
  });

  it("fills a line where the window is narrow", () => {
    for (const width of [320, 356, 368, 376, 412, 860]) {
      const side = filling(width, 88);
      const [row] = layOut([16], { ...room, width, height: Infinity, most: side });
      const across = Math.floor((width + GAP) / ((row?.width ?? 0) + GAP));
      expect(width - (across * ((row?.width ?? 0) + GAP) - GAP)).toBeLessThan(across + GAP);
    }
  });

  it("ends at a size that can still be seen, and no picture is wider than the room", () => {
    expect(layOut([400], room)[0]?.side).toBe(44);
    expect(layOut([2], { ...room, width: 100 })[0]?.side).toBeLessThanOrEqual(100);
    expect(layOut([1], { ...room, height: 2000 })[0]?.side).toBe(room.most);
  });
});
