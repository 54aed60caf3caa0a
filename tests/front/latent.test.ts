import { expect, test } from "vitest";
import { groupsOf, mistakenOf, paletteOf, ramp } from "../../widgets/latent_space/colouring.ts";
import {
  around,
  aroundSpace,
  barLength,
  inOrder,
  markRadius,
  middles,
  nearest,
  neighbourIn,
  suits,
  toward,
  turned,
  within,
  zoomed,
} from "../../widgets/latent_space/geometry.ts";
import { over, Raster, stampOf } from "../../widgets/latent_space/raster.ts";

const POINTS = Float32Array.of(0, 0, 4, 1, -2, 3, 4, -1);

test("the window holds every point and is never empty", () => {
  const { x, y, reach } = around(POINTS);
  for (let i = 0; i < POINTS.length; i += 2) {
    expect(Math.abs((POINTS[i] as number) - x)).toBeLessThan(reach);
    expect(Math.abs((POINTS[i + 1] as number) - y)).toBeLessThan(reach);
  }
  expect(around(new Float32Array(0)).reach).toBe(1);
  expect(around(Float32Array.of(7, 7, 7, 7))).toEqual({ x: 7, y: 7, reach: 1 });
});

test("the window stays while the points suit it, and follows when they leave or shrink", () => {
  const present = { x: 0, y: 0, reach: 10 };
  expect(suits(present, { x: 1, y: -1, reach: 8 })).toBe(true);
  expect(suits(present, { x: 4, y: 0, reach: 8 })).toBe(false);
  expect(suits(present, { x: 0, y: 0, reach: 2 })).toBe(false);
  expect(toward(present, { x: 4, y: 2, reach: 20 }, 0.5)).toEqual({ x: 2, y: 1, reach: 15 });
});

test("the nearest point is found, or none where all are far", () => {
  expect(nearest(POINTS, 3.5, 0.8, 1)).toBe(1);
  expect(nearest(POINTS, 3.5, -0.8, 1)).toBe(3);
  expect(nearest(POINTS, 20, 20, 1)).toBeNull();
});

test("the middle of a class is the median of its points", () => {
  const labels = Int32Array.of(0, 1, 0, 1);
  expect(middles(POINTS, labels, 3)).toEqual([[0, 3], [4, 1], null]);
});

test("the scale bar is a round number and shorter than half the picture", () => {
  for (const reach of [0.013, 0.9, 1, 3.7, 88, 12345]) {
    const length = barLength(reach);
    expect(length).toBeLessThanOrEqual(reach);
    expect(length).toBeGreaterThan(reach / 6);
    expect(["1", "2", "5"]).toContain(length.toExponential()[0]);
  }
});

test("what is zoomed keeps the place under the pointer", () => {
  const near = zoomed({ x: 0, y: 0, reach: 10 }, 0.5, 4, -2);
  expect(near.reach).toBe(5);
  // (4, −2) was 0.4 and −0.2 of the reach from the middle.
  expect((4 - near.x) / near.reach).toBeCloseTo(0.4);
  expect((-2 - near.y) / near.reach).toBeCloseTo(-0.2);
});

test("a lasso finds what lies inside, also of a line that is not convex", () => {
  const points = Float32Array.of(1, 1, 3, 1, 2, 3, 2, 1.2, -1, 0);
  const arrow = [0, 0, 4, 0, 2, 4, 2, 1.1, 0, 0.5]; // (1, 1) and (2, 1.2) lie on either side of its notch
  expect(within(points, [0, 0, 4, 0, 4, 4, 0, 4])).toEqual([0, 1, 2, 3]);
  expect(within(points, arrow)).toContain(1);
  expect(within(points, arrow)).not.toContain(0);
  expect(within(points, [0, 0, 4, 0])).toEqual([]);
  expect(within(new Float32Array(0), [0, 0, 4, 0, 4, 4])).toEqual([]);
});

test("turning keeps all distances and knows what is near", () => {
  const points = Float32Array.of(1, 2, 3, -1, 0.5, 2, 0, 0, 0);
  const flat = new Float32Array(6);
  expect([...turned(points, { yaw: 0, pitch: 0 }, flat)]).toEqual([3, 2, 0]);
  expect([...flat]).toEqual([1, 2, -1, 0.5, 0, 0]);
  const near = turned(points, { yaw: 0.7, pitch: -0.4 }, flat);
  const far = Math.hypot(
    (flat[0] as number) - (flat[2] as number),
    (flat[1] as number) - (flat[3] as number),
    (near[0] as number) - (near[1] as number),
  );
  expect(far).toBeCloseTo(Math.hypot(2, 1.5, 1), 5);
  // A quarter turn about the upright axis brings what is at the right to the back.
  turned(Float32Array.of(1, 0, 0), { yaw: Math.PI / 2, pitch: 0 }, flat);
  expect(flat[0]).toBeCloseTo(0);
});

test("a cloud in space fits its window however it is turned", () => {
  const points = Float32Array.of(3, 4, 12, -1, 0, 0);
  expect(aroundSpace(points).reach).toBeGreaterThan(13);
  expect(aroundSpace(new Float32Array(0)).reach).toBe(1);
});

test("far points come before near ones, each once", () => {
  const near = Float32Array.of(0.5, -1, 1, 0, -0.5);
  expect([...inOrder(near, 1, 64)]).toEqual([1, 4, 3, 0, 2]);
  expect([...inOrder(near, 1, 2)].sort()).toEqual([0, 1, 2, 3, 4]);
  expect([...inOrder(Float32Array.of(9, -9), 1, 4)]).toEqual([1, 0]); // beyond the reach
});

test("marks shrink where there are many and grow when they are looked at closely", () => {
  expect(markRadius(400, 300, 1)).toBe(4.5);
  expect(markRadius(400, 10_000, 1)).toBe(1.5);
  expect(markRadius(400, 10_000, 8)).toBe(7);
  expect(markRadius(400, 60_000, 1)).toBe(1.5);
});

test("the middles of classes in space have three coordinates", () => {
  const points = Float32Array.of(0, 1, 2, 4, 5, 6);
  expect(middles(points, Int32Array.of(0, 1), 2, 3)).toEqual([
    [0, 1, 2],
    [4, 5, 6],
  ]);
});

test("a stamp is set where it belongs, cut off at the edge, and lies over what was there", () => {
  const solid = 0xff0000ff;
  // A plus of solid pixels with half-transparent corners.
  const half = 0x80ffffff;
  const pixels = Uint32Array.of(half, solid, half, solid, solid, solid, half, solid, half);
  const raster = new Raster(6, 4, 4);
  const stamp = stampOf(pixels, 3, raster.across);
  const at = (x: number, y: number) => raster.pixels[(y + 4) * raster.across + x + 4];
  raster.set(stamp, 2, 1);
  expect(at(2, 1)).toBe(solid);
  expect(at(1, 1)).toBe(solid);
  expect(at(1, 0)).toBe(half);
  expect(at(4, 1)).toBe(0);
  raster.set(stamp, 3, 0); // its corner lies on (2, 1)
  expect((at(2, 1) as number) >>> 24).toBe(255);
  expect(at(2, 1)).toBe(over(half, solid));
  for (const [x, y] of [
    [-1, -1],
    [6, 4],
    [-100, 2],
    [1e9, 1e9],
    [Number.NaN, 0],
  ] as const) {
    raster.set(stamp, x, y);
  }
  expect(at(0, 0)).toBe(half); // the corner of one that lies half outside
  raster.clear();
  expect(raster.pixels.every((pixel) => pixel === 0)).toBe(true);
});

test("half of white over black is grey, and nothing hides what is opaque", () => {
  expect(over(0x80ffffff, 0xff000000)).toBe(0xff808080);
  expect(over(0xff123456, 0xffffffff)).toBe(0xff123456);
  expect(over(0x80ffffff, 0x80ffffff) >>> 24).toBe(192);
});

test("colours say the class, the prediction, right or wrong, or how sure", () => {
  const [labels, said] = [Int32Array.of(0, 1, 2), Int32Array.of(0, 2, 2)];
  const sure = Uint8Array.of(0, 128, 255);
  expect([...groupsOf("class", labels, said, sure)]).toEqual([0, 1, 2]);
  expect([...groupsOf("prediction", labels, said, sure)]).toEqual([0, 2, 2]);
  expect([...groupsOf("correct", labels, said, sure)]).toEqual([1, 0, 1]);
  expect([...groupsOf("confidence", labels, said, sure)]).toEqual([0, 8, 15]);
  expect([...mistakenOf(labels, said)]).toEqual([0, 1, 0]);
  expect(paletteOf("confidence", true)).toBe(paletteOf("confidence", true));
  expect(paletteOf("class", false).map(({ mark }) => mark)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const lightness = (map: Uint8ClampedArray, i: number) =>
    (map[3 * i] as number) + (map[3 * i + 1] as number) + (map[3 * i + 2] as number);
  expect(lightness(ramp(true), 255)).toBeGreaterThan(lightness(ramp(true), 0));
});

const scattered = Float32Array.from([0, 0, 10, 1, 4, 5, 30, 0, -3, -9]);

test("the keyboard walks to the nearest point that lies in its direction, and no further than there are any", () => {
  expect(neighbourIn(scattered, 0, [1, 0])).toBe(1);
  expect(neighbourIn(scattered, 1, [1, 0])).toBe(3);
  expect(neighbourIn(scattered, 3, [1, 0])).toBeNull();
  expect(neighbourIn(scattered, 0, [0, 1])).toBe(2);
  expect(neighbourIn(scattered, 0, [0, -1])).toBe(4);
  expect(neighbourIn(scattered, 3, [-1, 0])).toBe(1);
});

test("the keyboard begins in the middle, and stays where there are no scattered", () => {
  expect(neighbourIn(scattered, -1, [1, 0])).toBe(1);
  expect(neighbourIn(new Float32Array(0), -1, [1, 0])).toBeNull();
});
