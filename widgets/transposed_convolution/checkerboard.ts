/** How often each output cell is hit, with two kernels side by side, and a picture made larger by both. */

import { unpack } from "../_front/arrays.ts";
import { Cells } from "../_front/cells.ts";
import { type Choice, choice } from "../_front/choice.ts";
import { amount, colourAt, grey, type Rgb } from "../_front/colour.ts";
import { html, write } from "../_front/dom.ts";
import { paint } from "../_front/paint.ts";
import { Scale } from "../_front/scale.ts";
import { type Change, type Comparison, type Side, type State, sizeOf } from "./state.ts";

const NARROW = 700;
const SIZES = [1, 2, 3, 4, 5].map((size) => [size, `${size}×${size}`] as const);

/** What both sides have in common, so that they can be compared. */
interface Common {
  most: number;
  bright: number;
  /** Pixels of the screen for a sample: a whole number, or the screen makes a pattern of its own. */
  zoom: number;
}

class Half {
  readonly node: HTMLElement;
  private readonly counts: Cells;
  private readonly canvas = html("canvas", { class: "samples", role: "img" });
  private readonly sentence = html("p", { class: "hits" });
  private readonly scale = new Scale();
  private readonly greys = new Scale();

  constructor(
    readonly kernel: Choice,
    signal: AbortSignal,
    which: string,
  ) {
    this.counts = new Cells({ label: `Hits with the ${which} kernel`, signal });
    const head = html("div", { class: "head" }, kernel.node, this.scale.node);
    const hits = html("div", { class: "figure" }, head, this.counts.node);
    const larger = html(
      "div",
      { class: "figure" },
      html(
        "div",
        { class: "head" },
        html("span", { class: "note" }, "a picture made larger by it"),
        this.greys.node,
      ),
      this.canvas,
    );
    this.node = html(
      "div",
      { class: "half" },
      html("div", { class: "half-pictures" }, hits, larger),
      this.sentence,
    );
  }

  show(
    { counts, larger, kernel, sentence }: Side,
    side: number,
    { most, bright, zoom }: Common,
    paper: Rgb,
  ): void {
    const map = amount(paper);
    this.scale.show(map, 0, most);
    this.kernel.show();
    this.counts.show(sizeOf(counts), side, ([row, column]) => {
      const hits = counts[row]?.[column] ?? 0;
      return { text: side < 14 ? "" : String(hits), fill: colourAt(map, hits, 0, most) };
    });
    const [height, width] = larger.shape as [number, number];
    paint(this.canvas, unpack(larger), [height, width], grey, 0, bright);
    this.greys.show(grey, 0, bright);
    this.canvas.ariaLabel = `A flower, made larger by a kernel of ${kernel} × ${kernel}`;
    this.canvas.style.width = `${width * zoom}px`;
    this.canvas.style.height = `${height * zoom}px`;
    write(this.sentence, sentence);
  }
}

export class Checkerboard {
  readonly node = html("div", { class: "checkerboard" });
  private readonly halves: Half[];
  private comparison: Comparison | null = null;
  private side = 24;

  constructor(
    state: State,
    change: Change,
    private readonly paper: () => Rgb,
    signal: AbortSignal,
  ) {
    this.halves = ([0, 1] as const).map((i) => {
      const kernel = choice(
        "Kernel",
        SIZES,
        () => state.compared[i],
        (size) => change({ compared: state.compared.with(i, size) as [number, number] }),
        signal,
      );
      return new Half(kernel, signal, i === 0 ? "left" : "right");
    });
    this.node.append(...this.halves.map(({ node }) => node));
  }

  derive(comparison: Comparison | Record<string, never>): void {
    if (!("sides" in comparison)) return;
    this.comparison = comparison as Comparison;
    this.hold();
  }

  resize(width: number, height: number, scale: number): void {
    if (!this.comparison) return;
    const most = Math.max(...this.comparison.sides.map(({ counts }) => counts.length));
    const half = width < NARROW ? width : (width - 48) / 2;
    const room = Math.min(
      width < NARROW ? (half - 4) / most : (half - 16) / (2 * most),
      width < NARROW ? 30 : (height - 130 * scale) / most,
    );
    this.side = Math.max(8, Math.floor(Math.min(room, 40 * scale)));
  }

  hold(): void {
    const { comparison } = this;
    if (!comparison) return;
    const { sides } = comparison;
    const shared = {
      most: Math.max(...sides.flatMap(({ counts }) => counts.flat())),
      bright: Math.max(...sides.flatMap(({ larger }) => [...unpack(larger)])),
      zoom: Math.max(
        1,
        Math.floor(
          (this.side * Math.max(...sides.map(({ counts }) => counts.length))) /
            Math.max(...sides.map(({ larger }) => larger.shape[0] ?? 1)),
        ),
      ),
    };
    this.halves.forEach((half, i) => {
      half.show(sides[i] as Side, this.side, shared, this.paper());
    });
  }
}
