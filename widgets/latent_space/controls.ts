/** The row in which a learner chooses how the latent space is shown. */

import { type Choice, choice } from "../_front/choice.ts";
import { html, set } from "../_front/dom.ts";
import { segments } from "../_front/segments.ts";
import { COLOURINGS, type Colouring } from "./colouring.ts";

export type Method = "pca" | "lda" | "tsne" | "umap";

/** What the hand holds of it. */
export interface Shown {
  method: Method;
  dimensions: number;
  colour: Colouring;
  regions: boolean;
}

/** What there is to choose from, of this data set and network. */
export interface Offers {
  /** Layers that can be shown, and how many numbers each puts out for an image. */
  layers: [name: string, size: number][];
  /** How many images can be shown. */
  counts: number[];
  /** Methods that cannot be used here, and why. */
  missing: Partial<Record<Method, string>>;
}

export interface Wanted {
  layer: string;
  count: number;
}

const METHODS: readonly (readonly [Method, string])[] = [
  ["pca", "PCA"],
  ["lda", "LDA"],
  ["tsne", "t-SNE"],
  ["umap", "UMAP"],
];

export interface Controls {
  node: HTMLElement;
  show(held: Shown, wanted: Wanted): void;
  offer(offers: Offers): void;
  lasso(): boolean;
}

export function controls(
  take: (part: Partial<Shown>) => void,
  watch: (wish: { vectors_of?: string; vectors?: number }) => void,
  save: () => void,
  signal: AbortSignal,
): Controls {
  let drawing = false;
  let wanted: Wanted = { layer: "", count: 0 };
  let held: Shown | null = null;

  const method = segments("Map", METHODS, (value) => take({ method: value }), signal);
  const [, , , umap] = [...method.node.children] as HTMLButtonElement[];
  const dimensions = segments<number>(
    "Dimensions",
    [
      [2, "2-D"],
      [3, "3-D"],
    ],
    (value) => take({ dimensions: value }),
    signal,
  );
  const hands = segments<"move" | "lasso">(
    "A drag",
    [
      ["move", "move"],
      ["lasso", "lasso"],
    ],
    (value) => {
      drawing = value === "lasso";
      hands.show(value);
    },
    signal,
  );
  hands.show("move");
  const colour = choice(
    "Colour",
    COLOURINGS,
    () => held?.colour ?? "class",
    (value) => take({ colour: value }),
    signal,
  );
  const regions = html("button", { type: "button" }, "Regions");
  regions.addEventListener("click", () => take({ regions: !held?.regions }), { signal });
  const tsv = html(
    "button",
    { type: "button", title: "Vectors and labels as two TSV files for the Embedding Projector" },
    "TSV",
  );
  tsv.addEventListener("click", save, { signal });
  const lists = html("span", { class: "lists" });
  let layer: Choice | null = null;
  let count: Choice | null = null;
  const node = html(
    "div",
    { class: "controls", role: "group", "aria-label": "How it is shown" },
    method.node,
    dimensions.node,
    hands.node,
    colour.node,
    lists,
    regions,
    tsv,
  );
  let drawn = "";

  return {
    node,
    lasso: () => drawing,
    show(now, seen) {
      held = now;
      wanted = seen;
      method.show(now.method);
      dimensions.show(now.dimensions);
      colour.show();
      set(regions, { "aria-pressed": String(now.regions), disabled: now.dimensions === 3 });
      layer?.show();
      count?.show();
    },
    offer({ layers, counts, missing }) {
      const key = JSON.stringify([layers, counts, missing]);
      if (key === drawn) return;
      drawn = key;
      // It can be pressed all the same: the words beside the map say then what is missing.
      set(umap as Element, { "data-missing": "umap" in missing, title: missing.umap ?? "" });
      layer = choice(
        "Layer",
        [
          ["", "last hidden"],
          ...layers.map(([name, size]) => [name, `${name} · ${size}`] as const),
        ],
        () => wanted.layer,
        (value) => watch({ vectors_of: value }),
        signal,
      );
      const all = counts.at(-1);
      count = choice(
        "Images",
        counts.map((n) => [n, `${n === all ? "all " : ""}${n.toLocaleString("en")}`] as const),
        () => wanted.count,
        (value) => watch({ vectors: value }),
        signal,
      );
      lists.replaceChildren(layer.node, count.node);
      if (held) this.show(held, wanted);
    },
  };
}
