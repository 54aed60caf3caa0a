import { expect, test } from "vitest";
import { doublings, even, powers, read } from "../../widgets/run_controls/fields.ts";

test("what is typed is read as people write it; what is no number stays as it is", () => {
  expect(read(" 0.01 ")).toBe(0.01);
  expect(read("0,01")).toBe(0.01);
  expect(read("−3")).toBe(-3);
  expect(read("1e-3")).toBe(0.001);
  expect(read("25°")).toBe(25);
  expect(read("20 %", 0.01)).toBe(0.2);
  expect(read("7", 0.01)).toBe(0.07);
  expect(read("5 : 1")).toBe(5);
  expect(read("fast")).toBe("fast");
  expect(read("")).toBe("");
});

test("places on a track and values go into one another", () => {
  const rate = powers(-4, 0);
  expect([-4, -3, -1.7, 0].map(rate.from)).toEqual([0.0001, 0.001, 0.02, 1]);
  expect(rate.to(0.001)).toBeCloseTo(-3);
  expect(rate.to(50)).toBe(0); // beyond the track
  const decay = powers(-6, -1, true);
  expect(decay.from(-6)).toBe(0);
  expect(decay.to(0)).toBe(-6);
  expect([0, 5, 9].map(doublings(9).from)).toEqual([1, 32, 512]);
  expect(doublings(9).to(64)).toBe(6);
  expect(even(0, 1, 0.05, 2).from(0.333)).toBe(0.35);
});
