/** What can be chosen of each kind of block. */

import { ACTIVATIONS } from "../_front/activations.ts";
import type { Block, Kind } from "./state.ts";

type Value = string | number;

export interface Field {
  label: string;
  options: readonly (readonly [value: Value, text: string])[];
  get(block: Block): Value;
  set(value: Value): Partial<Block>;
}

function numbers(label: string, name: keyof Block, values: readonly number[]): Field {
  return {
    label,
    options: values.map((value) => [value, String(value)]),
    get: (block) => block[name] as number,
    set: (value) => ({ [name]: value }),
  };
}

const KERNEL: Field = {
  label: "Kernel",
  options: [1, 2, 3, 4, 5, 7, 9, 11].map((side) => [side, `${side} × ${side}`]),
  get: ({ kernel }) => kernel as number,
  set: (value) => ({ kernel: value as number }),
};
const POOLING: Field = {
  label: "Pooling",
  options: [
    ["none", "none"],
    ...["max", "average"].flatMap((kind) =>
      [2, 3, 4].map((size) => [`${kind} ${size}`, `${kind} ${size} × ${size}`] as const),
    ),
  ],
  get: ({ pooling, pool_size }) => (pooling === "none" ? "none" : `${pooling} ${pool_size}`),
  set: (value) => {
    const [pooling = "none", size = 2] = String(value).split(" ");
    return { pooling, pool_size: Number(size) };
  },
};
const ACTIVATION: Field = {
  label: "Activation",
  // A threshold has no slope to learn by; the identity is no layer.
  options: ACTIVATIONS.filter((name) => name !== "step").map((name) => [
    name,
    name === "identity" ? "none" : name.replace("_", " "),
  ]),
  get: ({ activation }) => activation as string,
  set: (value) => ({ activation: value as string }),
};
const NORM: Field = {
  label: "Batch norm",
  options: [
    [0, "no"],
    [1, "yes"],
  ],
  get: (block) => Number(block.batch_norm),
  set: (value) => ({ batch_norm: value === 1 }),
};
const GLOBAL_POOLING: Field = {
  label: "Of each map",
  options: [
    ["max", "the largest"],
    ["average", "the mean"],
  ],
  get: ({ pooling }) => pooling as string,
  set: (value) => ({ pooling: value as string }),
};
const STRIDE = numbers("Stride", "stride", [1, 2, 3, 4]);
const DROPOUT = numbers("Dropout", "dropout", [0, 0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8]);
const CHANNELS = numbers(
  "Channels",
  "channels",
  [1, 2, 4, 6, 8, 10, 12, 16, 20, 24, 32, 48, 64, 96, 128, 192, 256, 384, 512],
);
const NEURONS = numbers(
  "Neurons",
  "neurons",
  [1, 2, 4, 8, 10, 16, 32, 64, 84, 120, 128, 256, 512, 1024, 2048, 4096],
);

export const FIELDS: Record<Kind, readonly Field[]> = {
  convolution: [
    CHANNELS,
    KERNEL,
    STRIDE,
    numbers("Padding", "padding", [0, 1, 2, 3, 4, 5]),
    NORM,
    ACTIVATION,
    POOLING,
    DROPOUT,
  ],
  "residual block": [CHANNELS, STRIDE, ACTIVATION, DROPOUT],
  "global average pooling": [],
  "dense layer": [NEURONS, NORM, ACTIVATION, DROPOUT],
  "localisation head": [GLOBAL_POOLING, DROPOUT],
};
