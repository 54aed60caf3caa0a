import { expect, test } from "vitest";
import {
  clamp,
  count,
  duration,
  fixed,
  short,
  snap,
  subscript,
  ticks,
} from "../../widgets/_front/numbers.ts";

test("numbers keep their digits and have a true minus sign", () => {
  expect(fixed(-1.5)).toBe("−1.50");
  expect(fixed(0.456, 1)).toBe("0.5");
  expect(fixed(-0.001)).toBe("0.00");
  expect(short(-0.5)).toBe("−0.5");
  expect(short(0.1 + 0.2)).toBe("0.3");
  expect(subscript(12)).toBe("₁₂");
});

test("snapping leaves no dust of binary fractions", () => {
  for (let i = -400; i <= 400; i++) expect(String(snap(i * 0.01, 0.01)).length).toBeLessThan(6);
  expect(snap(0.149, 0.05)).toBe(0.15);
  expect(clamp(7, -2, 2)).toBe(2);
});

test("ticks are round and inside", () => {
  expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
  expect(ticks(-2, 2, 4)).toEqual([-2, -1, 0, 1, 2]);
  expect(ticks(0.003, 0.0178, 4).every((t) => t >= 0.003 && t <= 0.0178)).toBe(true);
  expect(ticks(3, 3, 4)).toEqual([3]);
});

test("times and counts are said as people say them", () => {
  expect([0.2, 89, 90, 5399, 5400].map(duration)).toEqual([
    "1 s",
    "89 s",
    "2 min",
    "90 min",
    "1.5 h",
  ]);
  expect(count(1234567)).toBe("1,234,567");
});
