import { describe, expect, test } from "vitest";
import {
  type Frame,
  frameAt,
  Moment,
  number,
  phases,
  placeOf,
  spread,
} from "../../widgets/backpropagation/frames.ts";
import { layout, PILL } from "../../widgets/backpropagation/layout.ts";

/** The film of a 1-2-1 network, as Python sends it. */
const FILM: Frame[] = [
  ["start", -1, -1, -1],
  ["forward", 0, 0, -1],
  ["forward", 0, 1, -1],
  ["forward", 1, 0, -1],
  ["error", -1, -1, -1],
  ["delta", 1, 0, -1],
  ["delta", 0, 0, -1],
  ["delta", 0, 1, -1],
  ["weight", 1, 0, 0],
  ["weight", 1, 0, 1],
  ["bias", 1, -1, -1],
  ["weight", 0, 0, 0],
  ["weight", 0, 1, 0],
  ["bias", 0, -1, -1],
  ["update", 0, -1, -1],
  ["update", 1, -1, -1],
  ["new", -1, -1, -1],
];

describe("a moment of the film", () => {
  test("knows what is behind it and nothing that is ahead", () => {
    const back = new Moment(FILM, 6);
    expect(back.knowsActivation(1, 0)).toBe(true);
    expect(back.knowsDelta(0, 0)).toBe(true);
    expect(back.knowsDelta(0, 1)).toBe(false);
    expect(back.knowsGradient(1, 0, 0)).toBe(false);
    expect(back.isBack(0)).toBe(true);
    expect(new Moment(FILM, 3).isBack(0)).toBe(false);
  });

  test("keeps a gradient for itself that is still to be guessed", () => {
    expect(new Moment(FILM, 9).knowsGradient(1, 0, 1)).toBe(true);
    expect(new Moment(FILM, 9, true).knowsGradient(1, 0, 1)).toBe(false);
    expect(new Moment(FILM, 9, true).knowsGradient(1, 0, 0)).toBe(true);
  });

  test("names the connections that take part and the way that something flows", () => {
    const used = (step: number) => {
      const moment = new Moment(FILM, step);
      const places = [0, 1].flatMap((layer) =>
        [0, 1].flatMap((to) => [0, 1].map((source) => [layer, to, source] as const)),
      );
      return places.filter((place) => moment.uses(...place)).map(String);
    };
    expect(used(2)).toEqual(["0,1,0", "0,1,1"]); // all that lead to the neuron
    expect(used(7)).toEqual(["1,0,1", "1,1,1"]); // all that lead on from it
    expect(used(9)).toEqual(["1,0,1"]);
    expect(used(4)).toEqual([]);
    expect(new Moment(FILM, 2).flow).toBe("forward");
    expect(new Moment(FILM, 7).flow).toBe("back");
  });

  test("sees each layer updated in its turn", () => {
    const moment = new Moment(FILM, 14);
    expect([moment.isUpdated(0), moment.isUpdated(1)]).toEqual([true, false]);
    expect(new Moment(FILM, 16).isNew).toBe(true);
  });
});

describe("the bar of the film", () => {
  const parts = phases(FILM);

  test("has the parts of a round, gradients of weights and biases in one", () => {
    expect(parts.map(({ name }) => name)).toEqual([
      "Start",
      "Forward",
      "Error",
      "Back",
      "Gradients",
      "Update",
      "New error",
    ]);
    expect(parts.reduce((sum, { count }) => sum + count, 0)).toBe(FILM.length);
  });

  test.each([200, 360, 900])("fills %i pixels, and every frame has its own place", (width) => {
    const widths = spread(parts, width, 66);
    expect(widths.reduce((sum, one) => sum + one, 0)).toBeCloseTo(width, 6);
    let before = 0;
    FILM.forEach((_, step) => {
      const x = placeOf(step, parts, widths);
      expect(x).toBeGreaterThan(before);
      expect(frameAt(x, parts, widths)).toBeCloseTo(step, 9);
      before = x;
    });
    expect(before).toBeLessThan(width);
  });
});

describe("the layout", () => {
  const shapes = [
    [2, 2, 2],
    [5, 5, 5, 5, 5, 5],
    [1, 1],
    [3, 5, 2],
  ];

  test.each([368, 830, 1180])("keeps everything within %i pixels", (width) => {
    for (const sizes of shapes) {
      const at = layout(width, 400, sizes);
      for (const track of [...at.inputs, ...at.targets, ...at.biases.flat()]) {
        expect(track.right).toBeGreaterThan(track.left);
        expect(track.left - PILL).toBeGreaterThanOrEqual(0);
        expect(track.right + PILL).toBeLessThanOrEqual(width);
      }
      for (const [x, y] of at.nodes.flat()) {
        expect(x + at.radius).toBeLessThanOrEqual(width);
        expect(y + at.radius).toBeLessThanOrEqual(400);
        expect(y - at.radius).toBeGreaterThan(0);
      }
    }
  });
});

describe("a number", () => {
  test.each([
    [0, "0"],
    [0.25, "0.250"],
    [-1.5, "−1.500"],
    [0.00012, "1.2·10⁻⁴"],
    [-3e-12, "−3.0·10⁻¹²"],
  ])("%d is written %s", (value, text) => {
    expect(number(value)).toBe(text);
  });
});
