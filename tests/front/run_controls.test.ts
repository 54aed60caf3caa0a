import { expect, test } from "vitest";
import { differing, doublings, even, powers, read } from "../../widgets/run_controls/fields.ts";

test("what is typed is read as people write it; what is no number stays as it is", () => {
  expect(read(" 0.01 ")).toBe(0.01);
  expect(read("0,01")).toBe(0.01);
  expect(read("−3")).toBe(-3);
  expect(read("1e-3")).toBe(0.001);
  expect(read("25°")).toBe(25);
  expect(read("20 %", { unit: 0.01 })).toBe(0.2);
  expect(read("7", { unit: 0.01 })).toBe(0.07);
  expect(read("5 : 1")).toBe(5);
  expect(read("fast")).toBe("fast");
  expect(read("")).toBe("");
});

test("of a whole number, a comma parts the thousands", () => {
  const whole = { whole: true };
  expect(read("1,000", whole)).toBe(1000);
  expect(read("−12,345,678", whole)).toBe(-12345678);
  expect(read("1,5", whole)).toBe(1.5); // Python says that it must be a whole one
  expect(read("0,125")).toBe(0.125);
  expect([even(1, 100, 1, 0).whole, even(0, 1, 0.1, 1).whole, doublings(9).whole]).toEqual([
    true,
    false,
    true,
  ]);
});

test("what is put back to the run's own value waits no more", () => {
  const own = { model: "lenet", seed: 0, options: { noise: 0.1, shift: 0 } };
  expect(differing({ model: "mlp", seed: 0 }, own)).toEqual({ model: "mlp" });
  expect(differing({ options: { noise: 0.1, shift: 0 } }, own)).toEqual({});
  expect(differing({ options: { noise: 0.2, shift: 0 } }, own)).toHaveProperty("options");
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
