/** Another number of inputs, neurons or layers: what remains keeps its numbers. No DOM. */

import { type State, sizesOf } from "./state.ts";

const HIDDEN = "tanh"; // of a layer that an added one turns into a hidden layer

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** What the hand holds after that; further neurons take their weights from `spare`. */
export function resized(
  state: State,
  sizes: readonly number[],
  spare: readonly number[][][],
): Partial<State> {
  const layers = range(sizes.length - 1);
  const last = layers.length - 1;
  const outputs = sizes[layers.length] as number;
  const before = state.activations.length - 1;
  const layer = Math.min(state.chosen[0], layers.length);
  return {
    inputs: range(sizes[0] as number).map((i) => state.inputs[i] ?? 0),
    weights: layers.map((l) =>
      range(sizes[l + 1] as number).map((to) =>
        range(sizes[l] as number).map(
          (from) => state.weights[l]?.[to]?.[from] ?? spare[l]?.[to]?.[from] ?? 0,
        ),
      ),
    ),
    biases: layers.map((l) => range(sizes[l + 1] as number).map((i) => state.biases[l]?.[i] ?? 0)),
    activations: layers.map((l) => {
      if (l === last) return state.activations[before] as string;
      return l < before ? (state.activations[l] as string) : HIDDEN;
    }),
    chosen: [layer, Math.min(state.chosen[1], sizes[layer] as number)],
    task: Number(state.task.split(" ")[1] ?? 0) > outputs ? "none" : state.task,
  };
}

/** One layer more repeats the last one's size; one less takes the last one away. */
export function withLayers(state: Pick<State, "weights">, count: number): number[] {
  const sizes = sizesOf(state);
  while (sizes.length - 1 < count) sizes.push(sizes.at(-1) as number);
  return sizes.slice(0, count + 1);
}
