/** A loss surface from above: bands of equal height with their numbers, and room for what walks on it. */

import { type Packed, unpack, type Values } from "./arrays.ts";
import { amount, colourAt, type Rgb } from "./colour.ts";
import { labelsOf, levelsOf, type Ring, ringsOf, spanOf } from "./contours.ts";
import { html, set, svg } from "./dom.ts";
import { short, ticks } from "./numbers.ts";
import type { Pair } from "./place.ts";

export const MARGIN = { left: 64, top: 10, right: 78, bottom: 46 };

export interface Ground {
  /** (rows, columns) at equally spaced places, the ends of the domain among them; row 0 is the highest y; NaN stays blank. */
  values: Packed;
  domain: [Pair, Pair];
  axes: [string, string];
}

export class Terrain {
  private readonly canvas = html("canvas", { "aria-hidden": "true" });
  private readonly frame = svg("g", { class: "frame" });
  private readonly labels = svg("g", { class: "levels" });
  /** For what lies on the ground, such as paths; cut off at its edge. */
  readonly floor = svg("g");
  /** For what stands above it, such as handles. */
  readonly over = svg("g");
  readonly overlay: SVGSVGElement;
  readonly node: HTMLElement;
  private side = 300;
  private domain: [Pair, Pair] = [
    [-1, 1],
    [-1, 1],
  ];
  private drawn: unknown[] = [];
  private found: {
    values: Packed;
    logarithmic: boolean;
    levels: number[];
    rings: Ring[][];
  } | null = null;

  constructor(label: string) {
    const id = `cut-${Math.random().toString(36).slice(2)}`; // two on one page are two
    const cut = svg("clipPath", { id }, svg("rect", { class: "cut" }));
    set(this.floor, { "clip-path": `url(#${id})` });
    this.overlay = svg("svg", { role: "group", "aria-label": label }, cut, this.frame, this.labels);
    this.overlay.append(this.floor, this.over);
    this.node = html("div", { class: "terrain" }, this.canvas, this.overlay);
  }

  /** Pixels from the left edge of `node`. */
  x(value: number): number {
    const [low, high] = this.domain[0];
    return MARGIN.left + ((value - low) / (high - low)) * this.side;
  }

  /** Pixels from the top edge of `node`. */
  y(value: number): number {
    const [low, high] = this.domain[1];
    return MARGIN.top + ((high - value) / (high - low)) * this.side;
  }

  /** The place under a point, in pixels from the corner of `node`. */
  at(px: number, py: number): Pair {
    const [[x0, x1], [y0, y1]] = this.domain;
    return [
      x0 + ((px - MARGIN.left) / this.side) * (x1 - x0),
      y1 - ((py - MARGIN.top) / this.side) * (y1 - y0),
    ];
  }

  /** How long the edge of its square is, in pixels. */
  get size(): number {
    return this.side;
  }

  /** Fits it into a place of that many pixels; draw again with `show`. */
  resize(width: number, height: number): void {
    const room = [width - MARGIN.left - MARGIN.right, height - MARGIN.top - MARGIN.bottom];
    this.side = Math.floor(Math.max(120, Math.min(...room)));
    const { side } = this;
    const [full, high] = [side + MARGIN.left + MARGIN.right, side + MARGIN.top + MARGIN.bottom];
    set(this.overlay, { width: full, height: high });
    const cut = this.overlay.querySelector(".cut") as Element;
    set(cut, { x: MARGIN.left, y: MARGIN.top, width: side, height: side });
    Object.assign(this.node.style, { width: `${full}px`, height: `${high}px` });
    Object.assign(this.canvas.style, {
      left: `${MARGIN.left}px`,
      top: `${MARGIN.top}px`,
      width: `${side}px`,
      height: `${side}px`,
    });
  }

  /** Draws the ground, unless it is what is there already. */
  show(ground: Ground, logarithmic: boolean, paper: Rgb): void {
    const key = [ground.values, logarithmic, paper.join(), this.side, String(ground.domain)];
    if (key.every((part, i) => part === this.drawn[i])) return;
    this.drawn = key;
    this.domain = ground.domain;
    const [rows, columns] = ground.values.shape as [number, number];
    const values = unpack(ground.values);
    const [low, high] = spanOf(values);
    if (this.found?.values !== ground.values || this.found.logarithmic !== logarithmic) {
      const levels = levelsOf(low, high, logarithmic);
      const rings = ringsOf(values, [rows, columns], levels);
      this.found = { values: ground.values, logarithmic, levels, rings };
    }
    const { levels, rings } = this.found;
    const map = amount(paper);
    const colours = Array.from({ length: levels.length + 1 }, (_, i) =>
      colourAt(map, i, 0, Math.max(1, levels.length)),
    );
    this.fill(values, [rows, columns], rings, colours, paper);
    this.number(rings, levels, [rows, columns]);
    this.edge(ground, levels, colours, low, high);
  }

  private fill(
    values: Values,
    [rows, columns]: Pair,
    rings: Ring[][],
    colours: string[],
    paper: Rgb,
  ): void {
    const { canvas, side } = this;
    canvas.width = canvas.height = Math.round(side * devicePixelRatio);
    const context = canvas.getContext("2d") as CanvasRenderingContext2D;
    const unit = [canvas.width / (columns - 1), canvas.height / (rows - 1)] as const;
    context.fillStyle = colours[0] as string;
    context.fillRect(0, 0, canvas.width, canvas.height);
    const dark = paper[0] + paper[1] + paper[2] < 384;
    context.strokeStyle = dark ? "rgb(255 255 255 / 0.28)" : "rgb(0 0 0 / 0.28)";
    context.lineWidth = devicePixelRatio;
    rings.forEach((ringsOfLevel, i) => {
      context.beginPath();
      for (const ring of ringsOfLevel) {
        ring.forEach(([x, y], n) => {
          if (n === 0) context.moveTo(x * unit[0], y * unit[1]);
          else context.lineTo(x * unit[0], y * unit[1]);
        });
        context.closePath();
      }
      context.fillStyle = colours[i + 1] as string;
      context.fill("evenodd");
      context.stroke();
    });
    // Where there is no number there is no ground.
    context.fillStyle = `rgb(${paper.join()})`;
    for (let i = 0; i < values.length; i++) {
      if (Number.isFinite(values[i])) continue;
      const [x, y] = [(i % columns) - 0.5, Math.floor(i / columns) - 0.5];
      context.fillRect(x * unit[0] - 1, y * unit[1] - 1, unit[0] + 2, unit[1] + 2);
    }
  }

  private number(rings: Ring[][], levels: number[], [rows, columns]: Pair): void {
    const { side } = this;
    const [across, down] = [side / (columns - 1), side / (rows - 1)];
    const inPixels = rings.flatMap((ringsOfLevel, i) =>
      ringsOfLevel.map((ring) => ({
        ring: ring.map(([x, y]): Pair => [x * across, y * down]),
        text: read(levels[i] as number),
      })),
    );
    const texts = labelsOf(inPixels, side, side, Math.max(56, side / 8)).map((label) =>
      svg(
        "text",
        {
          "text-anchor": "middle",
          dy: "0.36em",
          transform: `translate(${MARGIN.left + label.x} ${MARGIN.top + label.y}) rotate(${label.turn})`,
        },
        label.text,
      ),
    );
    this.labels.replaceChildren(...texts);
  }

  /** The frame with the numbers of both axes, and the scale of the bands. */
  private edge(
    ground: Ground,
    levels: number[],
    colours: string[],
    low: number,
    high: number,
  ): void {
    const { side } = this;
    const { left, top } = MARGIN;
    const [right, bottom] = [left + side, top + side];
    const text = (value: string, x: number, y: number, anchor: string) =>
      svg("text", { x, y, dy: "0.36em", "text-anchor": anchor }, value);
    const [across, up] = ground.domain.map(([from, to]) => ticks(from, to, 5)) as [
      number[],
      number[],
    ];
    const band = side / colours.length;
    const far = Math.max(1, Math.ceil(18 / band)); // numbers must not touch one another
    this.frame.replaceChildren(
      svg("rect", { class: "edge", x: left, y: top, width: side, height: side }),
      ...across.map((value) => text(short(value), this.x(value), bottom + 14, "middle")),
      ...up.map((value) => text(short(value), left - 8, this.y(value), "end")),
      svg(
        "text",
        { class: "name", x: left + side / 2, y: bottom + 38, "text-anchor": "middle" },
        ground.axes[0],
      ),
      svg(
        "text",
        {
          class: "name",
          "text-anchor": "middle",
          transform: `translate(10 ${top + side / 2}) rotate(-90)`,
        },
        ground.axes[1],
      ),
      ...colours.map((fill, i) =>
        svg("rect", { fill, x: right + 14, y: bottom - (i + 1) * band, width: 14, height: band }),
      ),
      ...levels.flatMap((level, i) =>
        i % far === 0 ? [text(read(level), right + 33, bottom - (i + 1) * band, "start")] : [],
      ),
      svg("title", {}, `Loss from ${read(low)} to ${read(high)}`),
    );
  }
}

/** Two or three digits are enough to tell a level. */
function read(level: number): string {
  const size = Math.abs(level);
  if (size !== 0 && (size >= 1e5 || size < 1e-3)) {
    return level.toExponential(0).replace("-", "−").replace("+", "");
  }
  return short(Number(level.toPrecision(3)));
}
