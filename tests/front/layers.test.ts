import { expect, test } from "vitest";
import { resized, withLayers } from "../../widgets/layers/resize.ts";
import { type State, sizesOf } from "../../widgets/layers/state.ts";

const spare = [0, 1, 2].map((l) =>
  Array.from({ length: 6 }, (_, to) =>
    Array.from({ length: 6 }, (_, from) => 100 * l + 10 * to + from),
  ),
);
const state: State = {
  inputs: [0.1, 0.2],
  weights: [
    [
      [1, 2],
      [3, 4],
      [5, 6],
    ],
  ],
  biases: [[0.5, -0.5, 1]],
  activations: ["softmax"],
  task: "class 3",
  chosen: [1, 3],
  seed: 0,
  scheme: "xavier",
};

test("what remains keeps its numbers and the rest is taken from the spare ones", () => {
  const wider = resized(state, [3, 4], spare);
  expect(wider.inputs).toEqual([0.1, 0.2, 0]);
  expect(wider.weights).toEqual([
    [
      [1, 2, 2],
      [3, 4, 12],
      [5, 6, 22],
      [30, 31, 32],
    ],
  ]);
  expect(wider.biases).toEqual([[0.5, -0.5, 1, 0]]);
});

test("a task and a chosen neuron that are gone are given up", () => {
  const smaller = resized(state, [2, 2], spare);
  expect(smaller.task).toBe("none");
  expect(smaller.chosen).toEqual([1, 2]);
  expect(resized(state, [1, 3], spare).task).toBe("class 3");
});

test("a layer comes and goes at the end, and the output keeps its activation", () => {
  expect(withLayers(state, 3)).toEqual([2, 3, 3, 3]);
  const deeper = { ...state, ...resized(state, withLayers(state, 2), spare) };
  expect(deeper.activations).toEqual(["tanh", "softmax"]);
  expect(deeper.weights[0]).toEqual(state.weights[0]);
  expect(sizesOf(deeper)).toEqual([2, 3, 3]);
  const back = { ...deeper, ...resized(deeper, withLayers(deeper, 1), spare) };
  expect(back).toEqual(state);
});
