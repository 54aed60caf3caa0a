import { describe, expect, it } from "vitest";
import { nearest } from "../../widgets/_front/curves.ts";
import { type Moments, NOW } from "../../widgets/history/state.ts";
import { momentAt, neighbour, said, share } from "../../widgets/history/time.ts";

const moments: Moments = {
  now: 100,
  steps: [0, 10, 40, 90, 100],
  epochs: [0, 0.5, 2, 4.5, 5],
  accuracy: [0.1, 0.1, 0.8, 0.9, 0.9],
  testedAt: [0, 0, 40, 80, 100],
  loss: [2.3, 2, 0.5, 0.2, 0.1],
};

describe("moments in time", () => {
  it("lie between the beginning and now", () => {
    expect(share(0, 100)).toBe(0);
    expect(share(25, 100)).toBe(0.25);
    expect(share(NOW, 100)).toBe(1);
    expect(share(0, 0)).toBe(1);
  });

  it("are met by the nearest place", () => {
    expect(nearest(moments.steps, 24)).toBe(1);
    expect(nearest([], 3)).toBe(-1);
    expect(momentAt(moments, 0.26)).toBe(40);
    expect(momentAt(moments, 0.94)).toBe(90);
    expect(momentAt(moments, 0.96)).toBe(NOW);
    expect(momentAt(moments, -0.2)).toBe(0);
    expect(momentAt({ ...moments, steps: [] }, 0.5)).toBe(NOW);
  });

  it("follow one another, and now is the last", () => {
    expect(neighbour(moments, NOW, -1)).toBe(90);
    expect(neighbour(moments, 90, 1)).toBe(NOW);
    expect(neighbour(moments, NOW, 1)).toBe(NOW);
    expect(neighbour(moments, 10, -10)).toBe(0);
    expect(neighbour(moments, 11, 1)).toBe(40); // 10 stood nearest to a moment that is gone
  });

  it("are described with the test before them", () => {
    expect(said(moments, 40)).toBe("epoch 2.0 · test accuracy 80.0 % · loss 0.500");
    expect(said(moments, 90)).toContain("test accuracy 90.0 % (step 80)");
    expect(said({ ...moments, accuracy: [] }, 40)).toBe("");
  });
});
