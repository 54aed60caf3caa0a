import { describe, expect, test } from "vitest";
import { graph, type Point, share, wire } from "../../widgets/_front/graph.ts";

describe.each([
  [[2, 4, 2, 1], 560, 280],
  [[2, 10, 10, 10, 10, 10, 3], 700, 300],
  [[5, 3], 340, 420],
  [[2, 1], 200, 200],
])("the graph of %j", (sizes, width, height) => {
  const { nodes, radius } = graph(width, height, sizes);

  test("stands inside its place, and its nodes apart", () => {
    expect(nodes.map((column) => column.length)).toEqual(sizes);
    for (const [x, y] of nodes.flat()) {
      expect(x).toBeGreaterThanOrEqual(radius);
      expect(x).toBeLessThanOrEqual(width - radius);
      expect(y).toBeGreaterThanOrEqual(radius);
      expect(y).toBeLessThanOrEqual(height - radius);
    }
    for (const column of nodes) {
      for (let i = 1; i < column.length; i++) {
        const gap = (column[i] as Point)[1] - (column[i - 1] as Point)[1];
        expect(gap).toBeGreaterThan(2 * radius);
      }
    }
  });

  test("has its handles on their connections, the low end first", () => {
    for (let layer = 0; layer + 1 < sizes.length; layer++) {
      for (let to = 0; to < (sizes[layer + 1] as number); to++) {
        const { from, to: end, low, high } = wire({ nodes, radius }, layer, to, 0);
        const [a, b] = [share(low, from, end), share(high, from, end)];
        expect(a).toBeGreaterThan(0);
        expect(b).toBeGreaterThan(a);
        expect(b).toBeLessThan(1);
      }
    }
  });
});
