import { describe, expect, it } from "vitest";
import { lost } from "../../widgets/data_flaws/trials.ts";

describe("what a class has lost", () => {
  const f1 = (value: number | null) => ({ value, low: null, high: null });

  it("is how far its F1 has fallen, and nothing where it has risen", () => {
    expect(lost(f1(0.9), f1(0.4))).toBeCloseTo(0.5);
    expect(lost(f1(0.4), f1(0.9))).toBe(0);
  });

  it("is all of it where the class is never said any more", () => {
    expect(lost(f1(0.8), f1(null))).toBe(0.8);
    expect(lost(f1(null), f1(null))).toBe(0);
  });
});
