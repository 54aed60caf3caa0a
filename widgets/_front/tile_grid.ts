/** Maps or kernels as tiles on one canvas: pointed at, and one of them chosen. */

import type { Values } from "./arrays.ts";
import { type ColourMap, onThemeChange } from "./colour.ts";
import { html, set } from "./dom.ts";
import { clamp } from "./numbers.ts";
import { pixels } from "./paint.ts";
import { cornerOf, type Layout, layOut, type Spot, sizeOf, spotAt } from "./tile_layout.ts";
import { resize, TileLights } from "./tile_lights.ts";

const GAP = 6; // CSS pixels; half of it between many

export type Shape = readonly [count: number, height: number, width: number];

export interface TilesLook {
  values: Values;
  shape: Shape;
  columns: number;
  map: ColourMap;
  /** The ends of the scale, of all tiles or of each. */
  ends: readonly (readonly [low: number, high: number])[];
  /** The chosen tile; −1 is none. */
  chosen: number;
  /** The most that a tile may be wide, in CSS pixels. */
  most?: number;
  /** Tiles that put out nothing: one stroke through them; switched off: two. */
  dead?: readonly boolean[];
  off?: readonly boolean[];
  /**
   * What the tiles are of: those whose values have changed since the last picture of the same light
   * up for a moment. "" is nothing that lights up.
   */
  flash?: string;
}

export interface TilesOptions {
  /** What a tile is: "filter". */
  name: string;
  signal: AbortSignal;
  choose?(spot: Spot): void;
  point?(spot: Spot | null): void;
}

export class TileGrid {
  private readonly canvas = html("canvas", { class: "tiles", role: "img" });
  private readonly lights = new TileLights();
  private readonly frame = html("div", { class: "chosen-tile" });
  readonly node = html("div", { class: "tile-grid" }, this.canvas);
  private readonly samples = html("canvas");
  private look: TilesLook | null = null;
  private layout: Layout | null = null;
  // Known without a question: in a page that has just been written to, each would lay it out anew.
  private room = 0; // CSS pixels
  private line = "";

  constructor(private readonly options: TilesOptions) {
    const { choose, point, signal } = options;
    this.node.append(this.lights.node);
    if (choose) this.node.append(this.frame);
    const observer = new ResizeObserver(([entry]) => {
      this.room = entry?.contentRect.width ?? 0;
      this.paint();
    });
    onThemeChange(() => {
      this.line = "";
    }, signal);
    observer.observe(this.node);
    signal.addEventListener("abort", () => observer.disconnect());
    const spot = (event: MouseEvent) => {
      const { left, top } = this.canvas.getBoundingClientRect();
      const [, height, width] = this.look?.shape ?? [0, 0, 0];
      if (!this.layout) return null;
      const ratio = devicePixelRatio;
      const [x, y] = [(event.clientX - left) * ratio, (event.clientY - top) * ratio];
      return spotAt(this.layout, [height, width], x, y);
    };
    if (choose) {
      this.node.addEventListener(
        "click",
        (event) => {
          const found = spot(event);
          if (found) choose(found);
        },
        { signal },
      );
      this.frame.addEventListener("keydown", (event) => this.key(event), { signal });
    }
    if (point) {
      this.node.addEventListener("pointermove", (event) => point(spot(event)), { signal });
      this.node.addEventListener("pointerleave", () => point(null), { signal });
    }
  }

  /** How much room there is for tiles side by side, in CSS pixels. */
  get wide(): number {
    this.room ||= this.node.clientWidth;
    return this.room;
  }

  show(look: TilesLook): void {
    this.look = look;
    this.paint();
    this.hold();
    if (this.layout) this.lights.show(look, this.layout, this.canvas);
  }

  private key(event: KeyboardEvent): void {
    const { look, layout } = this;
    if (!look || !layout) return;
    const { columns } = layout;
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    const ends = { Home: 0, End: layout.count - 1, Enter: look.chosen, " ": look.chosen }[
      event.key
    ];
    const to = by === undefined ? ends : clamp(look.chosen + by, 0, layout.count - 1);
    if (to === undefined) return;
    event.preventDefault();
    const [, height, width] = look.shape;
    const middle = { row: Math.floor(height / 2), column: Math.floor(width / 2) };
    const tile = Math.max(0, to);
    this.look = { ...look, chosen: tile }; // the next key may come before the answer
    this.hold();
    this.options.choose?.({ tile, ...middle });
  }

  /** What is said and marked of the tiles. */
  private hold(): void {
    const { look, layout } = this;
    if (!look) return;
    const [count, height, width] = look.shape;
    const { name } = this.options;
    set(this.canvas, { "aria-label": `${count} ${name}s of ${height} by ${width}` });
    if (!this.options.choose) return;
    const { chosen } = look;
    const words = [
      chosen < 0 ? `no ${name} chosen` : `${name} ${chosen}`,
      look.dead?.[chosen] ? "puts out nothing" : "",
      look.off?.[chosen] ? "switched off" : "",
    ];
    set(this.frame, {
      role: "slider",
      tabindex: 0,
      "aria-label": `Chosen ${name}`,
      "aria-valuemin": 0,
      "aria-valuemax": Math.max(0, count - 1),
      "aria-valuenow": Math.max(0, chosen),
      "aria-valuetext": words.filter(Boolean).join(", "),
      "data-none": chosen < 0,
      hidden: count === 0,
    });
    if (!layout) return;
    const ratio = devicePixelRatio;
    const [x, y] = cornerOf(layout, Math.max(0, chosen)).map((one) => one / ratio);
    const size = `width: ${layout.wide / ratio}px; height: ${layout.high / ratio}px`;
    set(this.frame, { style: `transform: translate(${x}px, ${y}px); ${size}` });
  }

  private paint(): void {
    const { look, canvas, samples } = this;
    if (!look) return;
    const room = Math.round(this.wide * devicePixelRatio);
    const { values, shape, map, ends } = look;
    const [count, height, width] = shape;
    if (count === 0 || room === 0) {
      resize(canvas, 0, 0);
      return;
    }
    if (samples.width !== width) samples.width = width;
    // as they lie in memory: one above the other
    if (samples.height !== height * count) samples.height = height * count;
    const brush = samples.getContext("2d");
    const size = height * width;
    if (ends.length === 1) {
      const [low, high] = ends[0] as readonly [number, number];
      brush?.putImageData(
        new ImageData(pixels(values, map, low, high), width, height * count),
        0,
        0,
      );
    } else {
      ends.forEach(([low, high], i) => {
        const one = pixels(values.subarray(i * size, (i + 1) * size), map, low, high);
        brush?.putImageData(new ImageData(one, width, height), 0, i * height);
      });
    }
    this.compose(look, room);
  }

  private compose(look: TilesLook, room: number): void {
    const { canvas, samples } = this;
    const ratio = devicePixelRatio;
    const [count, height, width] = look.shape;
    const most = (look.most ?? Number.POSITIVE_INFINITY) * ratio;
    const gap = Math.round((look.columns > 8 ? GAP / 2 : GAP) * ratio);
    const layout = layOut(count, [height, width], look.columns, room, gap, most);
    const [wide, high] = sizeOf(layout);
    const moved = this.layout?.wide !== layout.wide || this.layout.columns !== layout.columns;
    this.layout = layout;
    resize(canvas, wide, high);
    const context = canvas.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, wide, high);
    context.imageSmoothingEnabled = false; // a sample stays a sample
    this.line ||= getComputedStyle(canvas).color;
    context.strokeStyle = this.line;
    context.lineWidth = ratio;
    for (let i = 0; i < count; i++) {
      const [x, y] = cornerOf(layout, i);
      context.drawImage(samples, 0, i * height, width, height, x, y, layout.wide, layout.high);
      context.strokeRect(x + ratio / 2, y + ratio / 2, layout.wide - ratio, layout.high - ratio);
      if (look.dead?.[i] || look.off?.[i]) strike(context, layout, i, look.off?.[i] === true);
    }
    if (moved) this.hold();
  }
}

function strike(
  context: CanvasRenderingContext2D,
  { columns, wide, high, gap }: Layout,
  tile: number,
  twice: boolean,
): void {
  const [x, y] = [(tile % columns) * (wide + gap), Math.floor(tile / columns) * (high + gap)];
  context.beginPath();
  context.moveTo(x, y + high);
  context.lineTo(x + wide, y);
  if (twice) {
    context.moveTo(x, y);
    context.lineTo(x + wide, y + high);
  }
  context.stroke();
}
