/** What lies on the plane: tiles that its places decode to, a mark for each image, names, numbers. */

import type { Values } from "../_front/arrays.ts";
import { CLASSES } from "../_front/colour.ts";
import { html } from "../_front/dom.ts";
import { mark } from "../_front/marks.ts";
import { clamp, short, ticks } from "../_front/numbers.ts";
import type { Pair } from "../_front/place.ts";
import { middles, toPixel, type Window } from "./geometry.ts";
import type { Images, Show } from "./state.ts";

const STAMP = 22; // pixels: the largest mark with its outline
const FILLS = 0.9; // of a tile
const STRENGTH: Record<Show, number> = { both: 0.4, points: 0, images: 1 };

export class Ground {
  readonly canvas = html("canvas", { class: "ground" });
  private readonly tiles = html("canvas");
  /** As above, but filled with the ink where the strokes are. */
  private readonly inked = html("canvas");
  private count = 0;
  private strokes = false;
  private side = 0;
  private stamps: HTMLCanvasElement[] = [];
  private stampedFor = "";

  resize(side: number): void {
    this.side = side;
    const size = Math.round(side * devicePixelRatio);
    this.canvas.width = this.canvas.height = size;
    Object.assign(this.canvas.style, { width: `${side}px`, height: `${side}px` });
  }

  /** Keeps `(C, count · h, count · w)` bytes as pixels; strokes are opaque where they are strong. */
  paintTiles(values: Values, shape: readonly number[], count: number, { strokes }: Images): void {
    const [channels, height, width] = shape as [number, number, number];
    const size = height * width;
    const bytes = new Uint8ClampedArray(4 * size);
    for (let i = 0; i < size; i++) {
      for (let c = 0; c < 3; c++) {
        bytes[4 * i + c] = strokes ? 0 : (values[(channels === 3 ? c : 0) * size + i] as number);
      }
      bytes[4 * i + 3] = strokes ? (values[i] as number) : 255;
    }
    this.tiles.width = width;
    this.tiles.height = height;
    this.tiles.getContext("2d")?.putImageData(new ImageData(bytes, width, height), 0, 0);
    this.count = count;
    this.strokes = strokes;
  }

  /** Draws everything; the tiles lie in their own window, which another one may be on its way to. */
  draw(
    window: Window,
    tilesIn: Window,
    codes: Values,
    labels: Values,
    names: string[],
    show: Show,
  ): void {
    const context = this.canvas.getContext("2d");
    if (!context || this.side === 0) return;
    const style = getComputedStyle(this.canvas);
    const [ink, paper] = [style.color, style.getPropertyValue("--lab-paper")];
    context.setTransform(devicePixelRatio, 0, 0, devicePixelRatio, 0, 0);
    context.clearRect(0, 0, this.side, this.side);
    if (show !== "points") this.drawTiles(context, window, tilesIn, ink, STRENGTH[show]);
    if (show !== "images") {
      this.cut(ink);
      for (let i = 0; 2 * i + 1 < codes.length; i++) {
        const code: Pair = [codes[2 * i] as number, codes[2 * i + 1] as number];
        const [x, y] = toPixel(window, this.side, code);
        const stamp = this.stamps[(labels[i] as number) % CLASSES.length] as HTMLCanvasElement;
        context.drawImage(stamp, x - STAMP / 2, y - STAMP / 2, STAMP, STAMP);
      }
      const scale = Number(style.getPropertyValue("--lab-scale")) || 1;
      this.names(context, window, codes, labels, names, [ink, paper, style.fontFamily], scale);
    }
    this.axes(context, window, [style.getPropertyValue("--lab-ink-soft"), paper], style);
  }

  private drawTiles(
    context: CanvasRenderingContext2D,
    window: Window,
    tilesIn: Window,
    ink: string,
    strength: number,
  ): void {
    const { count } = this;
    if (count === 0) return;
    let source = this.tiles;
    if (this.strokes) {
      source = this.inked;
      source.width = this.tiles.width;
      source.height = this.tiles.height;
      const inking = source.getContext("2d");
      inking?.drawImage(this.tiles, 0, 0);
      if (inking) Object.assign(inking, { globalCompositeOperation: "source-in", fillStyle: ink });
      inking?.fillRect(0, 0, source.width, source.height);
    }
    const [wide, high] = [source.width / count, source.height / count];
    const [left, top] = toPixel(window, this.side, [
      tilesIn.x - tilesIn.reach,
      tilesIn.y + tilesIn.reach,
    ]);
    const cell = ((this.side / count) * tilesIn.reach) / window.reach;
    const longer = Math.max(wide, high);
    const [w, h] = [(FILLS * cell * wide) / longer, (FILLS * cell * high) / longer];
    context.imageSmoothingEnabled = false;
    context.globalAlpha = strength;
    for (let row = 0; row < count; row++) {
      for (let column = 0; column < count; column++) {
        const x = left + (column + 0.5) * cell - w / 2;
        const y = top + (row + 0.5) * cell - h / 2;
        context.drawImage(source, column * wide, row * high, wide, high, x, y, w, h);
      }
    }
    context.globalAlpha = 1;
  }

  /** Draws the marks for this size, theme and screen, unless they are drawn already. */
  private cut(ink: string): void {
    const radius = clamp(this.side / 95, 4, 8);
    const ratio = devicePixelRatio;
    const key = `${radius} ${ratio} ${ink}`;
    if (this.stampedFor === key) return;
    this.stampedFor = key;
    this.stamps = CLASSES.map((colour, i) => {
      const canvas = html("canvas", { width: STAMP * ratio, height: STAMP * ratio });
      const context = canvas.getContext("2d");
      context?.setTransform(ratio, 0, 0, ratio, (STAMP * ratio) / 2, (STAMP * ratio) / 2);
      if (context) Object.assign(context, { fillStyle: colour, globalAlpha: 0.9 });
      context?.fill(mark(i, radius));
      return canvas;
    });
  }

  /** Writes each class's name at its middle, where it does not cover another's. */
  private names(
    context: CanvasRenderingContext2D,
    window: Window,
    codes: Values,
    labels: Values,
    names: string[],
    [ink, paper, font]: readonly [string, string, string],
    scale: number,
  ): void {
    context.font = `700 ${20 * scale}px ${font}`;
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round" });
    const taken: Pair[] = [];
    for (const [k, middle] of middles(codes, labels, names.length).entries()) {
      if (!middle) continue;
      const [x, y] = toPixel(window, this.side, middle);
      if (taken.some(([a, b]) => Math.abs(a - x) < 24 && Math.abs(b - y) < 24)) continue;
      taken.push([x, y]);
      Object.assign(context, { strokeStyle: paper, lineWidth: 5, fillStyle: ink });
      context.strokeText(names[k] ?? "", x, y);
      context.fillText(names[k] ?? "", x, y);
    }
  }

  /** A few numbers along the lower and the left edge, and what they count. */
  private axes(
    context: CanvasRenderingContext2D,
    { x, y, reach }: Window,
    [ink, paper]: readonly [string, string],
    style: CSSStyleDeclaration,
  ): void {
    const size = 13 * (Number(style.getPropertyValue("--lab-scale")) || 1);
    context.font = `${size}px ${style.fontFamily}`;
    Object.assign(context, { lineJoin: "round", strokeStyle: paper, lineWidth: 4, fillStyle: ink });
    const text = (words: string, across: number, down: number) => {
      context.strokeText(words, across, down);
      context.fillText(words, across, down);
    };
    const at = (value: number, middle: number) => ((value - middle) / reach + 1) * (this.side / 2);
    const edge = this.side - 0.6 * size;
    context.textBaseline = "middle";
    context.textAlign = "center";
    for (const value of ticks(x - 0.8 * reach, x + 0.8 * reach, 4))
      text(short(value), at(value, x), edge);
    text("z₁", this.side - size, edge);
    context.textAlign = "left";
    for (const value of ticks(y - 0.8 * reach, y + 0.8 * reach, 4)) {
      text(short(value), 2, this.side - at(value, y));
    }
    text("z₂", 2, 0.7 * size);
  }
}
