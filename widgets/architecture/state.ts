/** What the hand holds, and what Python makes of it. */

export type Kind =
  | "convolution"
  | "residual block"
  | "global average pooling"
  | "dense layer"
  | "localisation head";

/** A block's values by name, as Python's `lab.architecture_blocks` has them. */
export interface Block {
  kind: Kind;
  channels?: number;
  neurons?: number;
  kernel?: number;
  stride?: number;
  padding?: number;
  batch_norm?: boolean;
  activation?: string;
  pooling?: string;
  pool_size?: number;
  dropout?: number;
}

export interface State {
  blocks: Block[];
  chosen: number;
}

export type Change = (part: Partial<State>) => void;

export interface Row {
  name: string;
  kind: string;
  shape: number[];
  parameters: number;
}

export interface Picture {
  blocks: Block[];
  image: number[];
  classes: number;
  /** The layers of each block, and at last of the output. */
  cells: Row[][];
  misfit: { block: number; sentence: string } | null;
  parameters: number;
  name: string;
  used: boolean;
  code: string;
}

/** The architectures that have a name, as people write them. */
export const LABELS: Record<string, string> = {
  lenet: "LeNet",
  "small cnn": "small CNN",
  "tiny vgg": "tiny VGG",
  mlp: "MLP",
  "small resnet": "small ResNet",
  "localisation cnn": "localisation",
};

/** The most blocks that Python takes. */
export const MOST_BLOCKS = 24;

/** A new block, as one would mostly want it. */
export const NEW: Record<Kind, Block> = {
  convolution: {
    kind: "convolution",
    channels: 16,
    kernel: 3,
    stride: 1,
    padding: 1,
    batch_norm: false,
    activation: "relu",
    pooling: "none",
    pool_size: 2,
    dropout: 0,
  },
  "residual block": {
    kind: "residual block",
    channels: 16,
    stride: 1,
    activation: "relu",
    dropout: 0,
  },
  "global average pooling": { kind: "global average pooling" },
  "dense layer": {
    kind: "dense layer",
    neurons: 64,
    batch_norm: false,
    activation: "relu",
    dropout: 0,
  },
  "localisation head": { kind: "localisation head", pooling: "max", dropout: 0.25 },
};

const SHORT: Record<Kind, string> = {
  convolution: "conv",
  "residual block": "residual",
  "global average pooling": "global_pool",
  "dense layer": "dense",
  "localisation head": "class_maps",
};

/** Whether nothing can come after it but dense layers, or nothing at all. */
function isFlat({ kind }: Block): boolean {
  return (
    kind === "dense layer" || kind === "global average pooling" || kind === "localisation head"
  );
}

/** Where a new block is put: after the chosen one, but maps before what lays them in a row. */
export function placeFor(kind: Kind, { blocks, chosen }: State): number {
  if (kind === "localisation head") return blocks.length;
  const first = blocks.findIndex(isFlat);
  const flat = first < 0 ? blocks.length : first;
  const after = Math.min(chosen + 1, blocks.length);
  return kind === "dense layer" ? Math.max(after, flat) : Math.min(after, flat);
}

export function added(kind: Kind, state: State): State {
  const place = placeFor(kind, state);
  return { blocks: state.blocks.toSpliced(place, 0, { ...NEW[kind] }), chosen: place };
}

export function removed({ blocks, chosen }: State): State {
  const left = blocks.toSpliced(chosen, 1);
  return { blocks: left, chosen: Math.max(0, Math.min(chosen, left.length - 1)) };
}

export function moved({ blocks }: State, from: number, to: number): State {
  const block = blocks[from] as Block;
  return { blocks: blocks.toSpliced(from, 1).toSpliced(to, 0, block), chosen: to };
}

/** A block's name as in its network; without a number where the network does not get that far. */
export function nameOf(kind: Kind, rows: readonly Row[]): string {
  const named = rows.find((row) => row.kind === kind)?.name ?? SHORT[kind];
  return named.replace("_", " ");
}

/** A block's values in few words: "3×3 · relu · max 2×2". */
export function words(block: Block): string {
  const { kernel, stride, activation, pooling, pool_size: size, dropout } = block;
  return [
    kernel ? `${kernel}×${kernel}` : "",
    stride && stride > 1 ? `stride ${stride}` : "",
    block.batch_norm ? "norm" : "",
    activation && activation !== "identity" ? activation.replace("_", " ") : "",
    pooling && pooling !== "none" ? (size ? `${pooling} ${size}×${size}` : pooling) : "",
    dropout ? `dropout ${dropout}` : "",
  ]
    .filter(Boolean)
    .join(" · ");
}
