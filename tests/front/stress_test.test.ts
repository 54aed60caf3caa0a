import { expect, test } from "vitest";
import { diverging } from "../../widgets/_front/colour.ts";
import { axesOf, pointsOf } from "../../widgets/stress_test/chart.ts";
import { overlaid } from "../../widgets/stress_test/paint.ts";
import { how } from "../../widgets/stress_test/runs.ts";
import { stageText } from "../../widgets/stress_test/stages.ts";

const WHITE = [255, 255, 255] as const;
const BLACK = [17, 20, 24] as const;

test("what speaks for the class is blue, what speaks against it orange, whatever the image", () => {
  const map = diverging(WHITE);
  const bytes = overlaid(Float32Array.of(1, -1, 9), Uint8Array.of(0, 0, 0), map, 1, WHITE);
  expect([...bytes.subarray(0, 4)]).toEqual([0x28, 0x78, 0xb5, 255]);
  expect([...bytes.subarray(4, 8)]).toEqual([0xe8, 0x87, 0x1e, 255]);
  expect([...bytes.subarray(8, 12)]).toEqual([0x28, 0x78, 0xb5, 255]);
});

test("where nothing is said, the image shines through a little", () => {
  for (const [paper, bright] of [
    [WHITE, 255],
    [BLACK, 0],
  ] as const) {
    const map = diverging(paper);
    const bytes = overlaid(new Float32Array(2), Uint8Array.of(0, 255), map, 0, paper);
    const [dark, light] = [bytes[0] as number, bytes[4] as number];
    expect(light).toBeGreaterThan(dark);
    expect(Math.max(Math.abs(dark - paper[0]), Math.abs(light - paper[0]))).toBeLessThan(70);
    expect(Math.abs((bright ? light : dark) - paper[0])).toBeLessThanOrEqual(1);
  }
});

test("a curve goes from the left to the right, from its lowest row to 1", () => {
  const points = pointsOf([-0.5, 0.25, 1], 3, -0.5, [272, 250]);
  expect(points.map(([x]) => x)).toEqual([58, 158, 258]);
  expect(points.map(([, y]) => y)).toEqual([210, 110, 10]);
  expect(pointsOf([1], 3, 0, [272, 250])).toEqual([[58, 10]]);
});

test("the layers are columns of the correlations, shares of pixels of the other curves", () => {
  expect(axesOf("correlation", ["fc", "conv"]).columns).toEqual(["none", "fc", "conv"]);
  expect(axesOf("deletion", ["fc"]).name).toBe("pixels taken away");
  expect(axesOf("insertion", ["fc"]).columns.at(-1)).toBe("100 %");
});

test("a stage names the layers that are random", () => {
  const names = ["none", "fc2", "fc1", "conv"];
  expect(stageText(names, 0)).toBe("all weights as learnt");
  expect(stageText(names, 2)).toBe("fc2, fc1 random");
});

test("a run says how far its training, and then its test, is", () => {
  const run = { message: "", epoch: 2, epochs: 5, share: 0.4, accuracy: 0.5, said: null };
  const at = (state: "running" | "finished" | "ready", done: number) =>
    how({ ...run, state, done, tested: done === 1 });
  expect(at("running", 1)).toBe("▶ epoch 3 of 5");
  expect(at("finished", 0.456)).toBe("✓ tested 45 %");
  expect(at("finished", 1)).toBe("✓ Finished");
  expect(at("ready", 0)).toBe("● Ready");
});
