import { expect, test } from "vitest";
import { unpack } from "../../widgets/_front/arrays.ts";
import { colourAt, diverging, grey } from "../../widgets/_front/colour.ts";
import { pixels } from "../../widgets/_front/paint.ts";

test.each([0, 1, 2, 3, 4, 7])("float32 values are read at a byte offset of %i", (offset) => {
  const values = Float32Array.of(1.5, -2.25, 1e-30);
  const bytes = new Uint8Array(offset + values.byteLength + 5);
  bytes.set(new Uint8Array(values.buffer), offset);
  const buffer = new DataView(bytes.buffer, offset, values.byteLength);
  expect(unpack({ dtype: "float32", shape: [3], buffer })).toEqual(values);
});

test("bytes and whole numbers are read as what they are", () => {
  const bytes = Uint8Array.of(0, 7, 255);
  const buffer = new DataView(bytes.buffer, 1, 2);
  expect(unpack({ dtype: "uint8", shape: [2], buffer })).toEqual(Uint8Array.of(7, 255));
  const whole = new DataView(Int32Array.of(-3, 9).buffer);
  expect(unpack({ dtype: "int32", shape: [2], buffer: whole })).toEqual(Int32Array.of(-3, 9));
});

test("a value takes the colour of its place between low and high", () => {
  const painted = pixels(Float32Array.of(-1, 0, 1, 99), diverging([255, 254, 251]), -1, 1);
  expect([...painted.slice(0, 4)]).toEqual([0xe8, 0x87, 0x1e, 255]);
  expect(Math.min(...painted.slice(4, 7))).toBeGreaterThan(250);
  expect([...painted.slice(8, 12)]).toEqual([0x28, 0x78, 0xb5, 255]);
  expect([...painted.slice(12, 16)]).toEqual([...painted.slice(8, 12)]); // beyond: the last colour
  expect(colourAt(grey, 1, 0, 1)).toBe("rgb(255, 255, 255)");
  expect(colourAt(grey, 3, 3, 3)).toBe("rgb(0, 0, 0)"); // a flat picture has no scale to divide by
});
