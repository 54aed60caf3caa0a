/** The image and what the layers make of it, as planes of cells: point at a cell of one. */

import { unpack } from "../_front/arrays.ts";
import { html, set, svg } from "../_front/dom.ts";
import { paintImage } from "../_front/image.ts";
import { clamp } from "../_front/numbers.ts";
import type { Cell } from "../_front/windows.ts";
import { around, type Box, boxes, cellAt, cells, joint, mesh, path } from "./geometry.ts";
import type { Change, Model, Picture, State } from "./state.ts";

const KEYS: Record<string, Cell> = {
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
};

const GAP = 40;
const HEAD = 46; // the name and the size of a plane, above it
const MARGIN = 44; // at the right: the last plane's words are wider than it
const FOOT = 44; // what one of its cells sees, below it

interface Plane {
  node: SVGGElement;
  ground: SVGRectElement;
  mesh: SVGPathElement;
  seen: SVGPathElement;
  outline: SVGPathElement;
  hit: SVGRectElement;
  head: HTMLElement;
  foot: HTMLElement;
}

export class Planes {
  private readonly drawing = svg("svg", { class: "planes" });
  private readonly canvas = html("canvas", { class: "samples", "aria-hidden": "true" });
  private readonly joints = svg("g", { class: "joints" });
  private readonly labels = html("div");
  readonly node = html("div", { class: "stack" }, this.canvas, this.drawing, this.labels);
  private planes: Plane[] = [];
  private places: Box[] = [];
  private parts = new AbortController();
  private upright = false;

  constructor(
    private readonly state: State,
    private readonly change: Change,
    private readonly picture: () => Picture,
    private readonly signal: AbortSignal,
  ) {}

  paint(photo: Model["photo"]): void {
    if (photo) paintImage(this.canvas, unpack(photo.pixels), photo.pixels.shape);
    this.canvas.hidden = !photo;
  }

  /** Places all planes anew; a stack of another height gets other ones. */
  resize(width: number, height: number, scale: number, upright: boolean): void {
    const { planes } = this.picture();
    this.upright = upright;
    if (planes.length !== this.planes.length) this.rebuild(planes.length);
    const [head, foot] = [HEAD * scale, FOOT * scale];
    const room = upright
      ? { width: Math.min(0.62 * width, 230), height: 0 }
      : { width: width - MARGIN * scale, height: height - head - foot };
    if (room.width < 20 || (!upright && room.height < 20)) return;
    const gap = upright ? 28 : GAP * scale;
    const found = boxes(planes, room, gap, upright);
    const [left, top] = upright ? [4, 4] : [4, head];
    this.places = found.map((box) => ({ ...box, x: box.x + left, y: box.y + top }));
    const last = this.places.at(-1) as Box;
    const total = upright ? last.y + last.height + 8 : height;
    this.node.style.height = upright ? `${total}px` : "100%";
    set(this.drawing, { width, height: total });
    this.draw(width);
    this.hold();
  }

  private rebuild(count: number): void {
    this.parts.abort();
    this.parts = new AbortController();
    const signal = AbortSignal.any([this.signal, this.parts.signal]);
    this.planes = Array.from({ length: count }, (_, i) => this.build(i, signal));
    this.drawing.replaceChildren(...this.planes.map(({ node }) => node), this.joints);
    this.labels.replaceChildren(...this.planes.flatMap(({ head, foot }) => [head, foot]));
  }

  private build(layer: number, signal: AbortSignal): Plane {
    const ground = svg("rect", { class: layer ? "ground" : "ground image" });
    const lines = svg("path", { class: "mesh" });
    const seen = svg("path", { class: "seen", "fill-rule": "evenodd" });
    const outline = svg("path", { class: "outline" });
    const hit = svg("rect", { class: "hit" });
    const node = svg("g", { class: "plane" }, ground, seen, lines, outline, hit);
    const plane: Plane = {
      node,
      ground,
      mesh: lines,
      seen,
      outline,
      hit,
      head: html("div", { class: "plane-head" }),
      foot: html("div", { class: "plane-foot" }),
    };
    if (layer > 0) this.listen(layer, hit, signal);
    return plane;
  }

  /** Pointing at a cell is enough; keys go from cell to cell, and Tab from plane to plane. */
  private listen(layer: number, hit: SVGRectElement, signal: AbortSignal): void {
    set(hit, { role: "slider", tabindex: 0, "aria-roledescription": "cell of a layer" });
    const point = (event: PointerEvent) => {
      const corner = this.drawing.getBoundingClientRect();
      const [x, y] = [event.clientX - corner.left, event.clientY - corner.top];
      const size = this.picture().planes[layer] as Cell;
      this.go(layer, cellAt(this.places[layer] as Box, size, x, y));
    };
    hit.addEventListener("pointermove", point, { signal });
    hit.addEventListener(
      "pointerdown",
      (event) => {
        hit.setPointerCapture(event.pointerId);
        point(event);
        this.choose(layer);
      },
      { signal },
    );
    hit.addEventListener(
      "focus",
      () => {
        if (this.state.at[0] === layer || !hit.matches(":focus-visible")) return;
        const [rows, columns] = this.picture().planes[layer] as Cell;
        this.go(layer, [rows >> 1, columns >> 1]);
        this.choose(layer);
      },
      { signal },
    );
    hit.addEventListener(
      "keydown",
      (event) => {
        const by = KEYS[event.key];
        if (!by) return;
        event.preventDefault();
        const { at } = this.state;
        const [rows, columns] = this.picture().planes[layer] as Cell;
        const from = at[0] === layer ? at : [layer, rows >> 1, columns >> 1];
        this.go(layer, [(from[1] as number) + by[0], (from[2] as number) + by[1]]);
        this.choose(layer);
      },
      { signal },
    );
  }

  private go(layer: number, [row, column]: Cell): void {
    const [rows, columns] = this.picture().planes[layer] as Cell;
    const at: State["at"] = [layer, clamp(row, 0, rows - 1), clamp(column, 0, columns - 1)];
    if (at.join() !== this.state.at.join()) this.change({ at });
  }

  private choose(chosen: number): void {
    if (chosen !== this.state.chosen) this.change({ chosen });
  }

  /** What stands still while the hand points. */
  private draw(width: number): void {
    const picture = this.picture();
    this.planes.forEach((plane, i) => {
      const box = this.places[i] as Box;
      const size = picture.planes[i] as Cell;
      for (const rect of [plane.ground, plane.hit]) set(rect, { ...box });
      set(plane.mesh, { d: mesh(box, size) });
      const name = html("strong", {}, picture.names[i] as string);
      plane.head.replaceChildren(name, html("span", {}, size.join(" × ")));
      const reach = picture.reaches[i] as number;
      plane.foot.replaceChildren(
        ...(i === 0
          ? []
          : [
              html("strong", {}, `sees ${reach} × ${reach}`),
              html("span", {}, `effective stride ${picture.strides[i]}`),
            ]),
      );
      if (this.upright) {
        const x = box.x + box.width + 12;
        place(plane.head, x, box.y, width - x);
        place(plane.foot, x, box.y + 44, width - x);
      } else {
        const room = box.width + GAP;
        place(plane.head, box.x - (i === 0 ? 0 : 4), box.y - HEAD * this.scale(), room);
        place(plane.foot, box.x - (i === 0 ? 0 : 4), box.y + box.height + 6, room);
      }
    });
    const { x, y, width: side, height } = this.places[0] as Box;
    Object.assign(this.canvas.style, {
      left: `${x}px`,
      top: `${y}px`,
      width: `${side}px`,
      height: `${height}px`,
    });
  }

  private scale(): number {
    return Number(getComputedStyle(this.node).getPropertyValue("--lab-scale")) || 1;
  }

  /** Draws the pointed cell at once, and its fields as Python last told them. */
  hold(): void {
    const picture = this.picture();
    const { at, chosen } = this.state;
    const [layer] = at;
    const told = picture.at[0] === layer;
    const outlines: Box[] = [];
    this.planes.forEach((plane, i) => {
      const box = this.places[i];
      const size = picture.planes[i];
      if (!box || !size) return;
      const own: Picture["seen"][number] = [[at[1]], [at[2]]];
      const seen = i === layer ? own : i < layer && told ? picture.seen[i] : undefined;
      const outline = seen ? around(box, size, seen) : null;
      set(plane.outline, { d: outline ? path(outline) : "" });
      const marked = seen ? cells(box, size, seen) : "";
      // On the image all that is not seen is covered; on a plane what is seen is coloured.
      set(plane.seen, { d: i === 0 ? path(box) + marked : marked });
      set(plane.node, { "data-chosen": i === chosen, "data-at": i === layer });
      if (outline) outlines.push(outline);
      if (i > 0) this.speak(plane, i, size);
    });
    const joined = outlines.slice(1).map((to, i) => {
      const from = outlines[i] as Box;
      return svg("path", { class: "joint", d: joint(from, to, this.upright) });
    });
    this.joints.replaceChildren(...joined);
  }

  private speak(plane: Plane, layer: number, [rows, columns]: Cell): void {
    const { at } = this.state;
    const picture = this.picture();
    const here = at[0] === layer;
    const text = `row ${at[1] + 1}, column ${at[2] + 1}. ${picture.sentence}`;
    set(plane.hit, {
      "aria-label": `Layer ${layer}: ${picture.names[layer]}`,
      "aria-valuemin": 0,
      "aria-valuemax": rows * columns - 1,
      "aria-valuenow": here ? at[1] * columns + at[2] : 0,
      "aria-valuetext": here ? text : "not looked at",
    });
  }
}

function place(node: HTMLElement, x: number, y: number, width: number): void {
  Object.assign(node.style, { left: `${x}px`, top: `${y}px`, width: `${width}px` });
}
