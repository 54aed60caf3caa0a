import { describe, expect, test } from "vitest";
import { share } from "../../widgets/_front/graph.ts";
import { angleOf, decisionLine, layout, segment, turned } from "../../widgets/neuron/geometry.ts";

const RANDOM = Array.from({ length: 200 }, (_, i) => {
  const r = (k: number) => 8 * ((Math.sin(i * 12.9898 + k * 78.233) * 43758.5453) % 1) - 0;
  return [r(1), r(2), r(3)] as const;
});

describe("the decision line", () => {
  test("is where the weighted sum is zero, on both ends of its visible part", () => {
    let seen = 0;
    for (const [w1, w2, rest] of RANDOM) {
      const line = decisionLine(w1, w2, rest);
      const ends = line && segment(line, 2);
      for (const [x, y] of ends ?? []) {
        expect(w1 * x + w2 * y + rest).toBeCloseTo(0, 9);
        expect(Math.max(Math.abs(x), Math.abs(y))).toBeCloseTo(2, 9); // ends on the frame
        seen += 1;
      }
    }
    expect(seen).toBeGreaterThan(100);
  });

  test("has its normal on the side where the neuron fires", () => {
    for (const [w1, w2, rest] of RANDOM) {
      const line = decisionLine(w1, w2, rest);
      if (!line) continue;
      const [nx, ny] = line.normal;
      const beyond = [nx * (line.distance + 1), ny * (line.distance + 1)] as const;
      expect(w1 * beyond[0] + w2 * beyond[1] + rest).toBeGreaterThan(0);
    }
  });

  test("does not exist where both weights are zero, and is not seen where it passes by", () => {
    expect(decisionLine(0, 0, 1)).toBeNull();
    const far = decisionLine(1, 0, -5);
    expect(far && segment(far, 2)).toBeNull();
    const level = decisionLine(0, 1, -1);
    expect(level && segment(level, 2)).toEqual([
      [2, 1],
      [-2, 1],
    ]);
  });

  test("turned to its own angle is itself; turning keeps the length of the weights", () => {
    for (const [w1, w2, rest] of RANDOM) {
      const line = decisionLine(w1, w2, rest);
      if (!line) continue;
      const [a, b] = turned(line, angleOf(line));
      expect(a).toBeCloseTo(w1, 9);
      expect(b).toBeCloseTo(w2, 9);
      expect(Math.hypot(...turned(line, 77))).toBeCloseTo(line.norm, 9);
    }
  });
});

describe("the diagram's layout", () => {
  test.each([
    [368, 320],
    [780, 370],
    [1150, 640],
  ])("stays inside %i × %i and keeps handles apart", (width, height) => {
    for (const inputs of [2, 3, 4, 5]) {
      const at = layout(width, height, inputs);
      expect(at.left).toBeGreaterThanOrEqual(30); // half a handle
      expect(at.output.x + at.output.r).toBeLessThanOrEqual(width);
      expect(at.neuron.x - at.neuron.r).toBeGreaterThan(at.right);
      expect(at.bias.y + 15).toBeLessThanOrEqual(height);
      const ends = at.weights.map((weight) => weight.high[1]);
      for (let i = 1; i < ends.length; i++) {
        expect((ends[i] as number) - (ends[i - 1] as number)).toBeGreaterThanOrEqual(
          inputs < 5 ? 28 : 20,
        );
      }
    }
  });

  test("knows how far along a track a point lies", () => {
    expect(share([5, 7], [0, 0], [10, 0])).toBeCloseTo(0.5);
    expect(share([10, 0], [0, 0], [10, 0])).toBeCloseTo(1);
    expect(share([-5, 3], [0, 0], [10, 0])).toBeCloseTo(-0.5);
  });
});
