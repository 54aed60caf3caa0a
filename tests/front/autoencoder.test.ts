import { expect, test } from "vitest";
import {
  between,
  codeAt,
  middles,
  nearest,
  onward,
  shareOf,
  toPixel,
  toPlace,
} from "../../widgets/autoencoder/geometry.ts";

const WINDOW = { x: 1, y: -2, reach: 4 };
const CODES = Float32Array.from([0, 0, 2, 0, 2, 1, -3, 0.5, 0, 5]);

test("the window's corners and middle are the square's", () => {
  expect(toPixel(WINDOW, 200, [1, -2])).toEqual([100, 100]);
  expect(toPixel(WINDOW, 200, [-3, 2])).toEqual([0, 0]); // up is more
  expect(toPixel(WINDOW, 200, [5, -6])).toEqual([200, 200]);
});

test("a pixel's place is the place's pixel", () => {
  for (const place of [
    [0, 0],
    [-2.5, 1.25],
  ] as [number, number][]) {
    expect(toPlace(WINDOW, 330, toPixel(WINDOW, 330, place))).toEqual(
      place.map((value) => expect.closeTo(value, 9)),
    );
  }
});

test("the nearest image is found, and none where there is none", () => {
  expect(nearest(CODES, [1.8, 0.9])).toBe(2);
  expect(nearest(CODES, [-9, 0])).toBe(3);
  expect(nearest(new Float32Array(0), [0, 0])).toBe(-1);
});

test("an arrow key leads to the next image in its direction", () => {
  expect(onward(CODES, 0, [1, 0])).toBe(1);
  expect(onward(CODES, 0, [-1, 0])).toBe(3);
  expect(onward(CODES, 0, [0, 1])).toBe(4);
  expect(onward(CODES, 0, [0, -1])).toBe(0); // there is none: it stays
});

test("a share of the way and the way's share belong together", () => {
  const [a, b] = [codeAt(CODES, 0), codeAt(CODES, 4)];
  expect(between(a, b, 0.25)).toEqual([0, 1.25]);
  expect(shareOf(a, b, [3, 1.25])).toBe(0.25); // beside the way counts the nearest point
  expect(shareOf(a, b, [0, -2])).toBe(0);
  expect(shareOf(a, b, [0, 99])).toBe(1);
  expect(shareOf(a, a, [1, 1])).toBe(0);
});

test("a class's middle is the median, and a class without images has none", () => {
  const labels = Int32Array.from([0, 0, 0, 2, 2]);
  expect(middles(CODES, labels, 3)).toEqual([[2, 0], null, [0, 5]]);
});
