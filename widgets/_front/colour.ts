/** Colour maps. A map is a table of 256 colours, red green blue, for values from 0 to 1. */

import { clamp } from "./numbers.ts";

export type ColourMap = Uint8ClampedArray;
export type Rgb = readonly [number, number, number];

/** Matplotlib's petroff10: ten classes that stay apart for colour-blind eyes. */
export const CLASSES = [
  "#3f90da",
  "#ffa90e",
  "#bd1f01",
  "#94a4a2",
  "#832db6",
  "#a96b59",
  "#e76300",
  "#b9ac70",
  "#717581",
  "#92dadd",
] as const;

const POSITIVE: Rgb = [0x28, 0x78, 0xb5];
const NEGATIVE: Rgb = [0xe8, 0x87, 0x1e];

const WASH = 0.45;
const CIVIDIS: readonly Rgb[] = [
  [0, 34, 78],
  [35, 62, 108],
  [87, 92, 109],
  [124, 123, 120],
  [165, 156, 116],
  [211, 193, 100],
  [254, 232, 56],
];

function through(stops: readonly Rgb[]): ColourMap {
  const table = new Uint8ClampedArray(256 * 3);
  for (let i = 0; i < 256; i++) {
    const place = (i / 255) * (stops.length - 1);
    const index = Math.min(Math.floor(place), stops.length - 2);
    const [from, to] = [stops[index] as Rgb, stops[index + 1] as Rgb];
    for (let c = 0; c < 3; c++) {
      const [a, b] = [from[c] as number, to[c] as number];
      table[3 * i + c] = a + (b - a) * (place - index);
    }
  }
  return table;
}

/** Sign: orange below zero, the paper at zero, blue above. */
export function diverging(paper: Rgb): ColourMap {
  const key = paper.join();
  if (known?.key !== key) known = { key, map: through([NEGATIVE, paper, POSITIVE]) };
  return known.map;
}
let known: { key: string; map: ColourMap } | undefined;

/**
 * Amount: cividis (Nuñez et al., 2018), which the colour-blind see alike, washed towards the paper so
 * that paths and marks stand out on it.
 */
export function amount(paper: Rgb): ColourMap {
  const key = paper.join();
  if (washed?.key !== key) {
    const mixed = CIVIDIS.map((stop) => stop.map((c, i) => c + WASH * ((paper[i] ?? c) - c)));
    washed = { key, map: through(mixed as unknown as Rgb[]) };
  }
  return washed.map;
}
let washed: { key: string; map: ColourMap } | undefined;

/** Amount: black to white, as activations and images are shown. */
export const grey: ColourMap = through([
  [0, 0, 0],
  [255, 255, 255],
]);

/** The map's colour at `value`, where `low` is its first and `high` its last. */
export function colourAt(map: ColourMap, value: number, low: number, high: number): string {
  const i = 3 * Math.round(255 * clamp((value - low) / (high - low || 1), 0, 1));
  return `rgb(${map[i]}, ${map[i + 1]}, ${map[i + 2]})`;
}

/** The colour behind an element: the zero of a diverging scale, in light and in dark. */
export function paperOf(element: Element): Rgb {
  const [r, g, b] = getComputedStyle(element).backgroundColor.match(/[\d.]+/g) ?? [];
  return [Number(r ?? 255), Number(g ?? 255), Number(b ?? 255)];
}

/** Calls back when the host or the system changes between light and dark. */
export function onThemeChange(callback: () => void, signal: AbortSignal): void {
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", callback, { signal });
  const observer = new MutationObserver(callback);
  observer.observe(document.documentElement, { attributeFilter: ["theme"] }); // Colab
  const marks = ["data-jp-theme-light", "data-vscode-theme-kind"];
  observer.observe(document.body, { attributeFilter: marks });
  signal.addEventListener("abort", () => observer.disconnect());
}
