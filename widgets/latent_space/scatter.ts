/** A cloud of points on a canvas: each keeps its identity and moves to where it belongs. */

import type { Values } from "../_front/arrays.ts";
import type { Rgb } from "../_front/colour.ts";
import { html } from "../_front/dom.ts";
import { clamp } from "../_front/numbers.ts";
import { Camera } from "./camera.ts";
import {
  around,
  aroundSpace,
  inOrder,
  markRadius,
  middles,
  nearest,
  neighbourIn,
  type Turn,
  turned,
  within,
} from "./geometry.ts";
import { type Ink, Overlay } from "./overlay.ts";
import { Raster } from "./raster.ts";
import { FAINT, FULL, reachOf, Stamps, type Swatch } from "./stamps.ts";

const TRAVEL = 140; // milliseconds from one frame's place to the next
const SHORTEST = 45; // milliseconds between two pictures on the way
const AIR = 16; // pixels between the edge and a point that is brought into sight
const DEEP = 32; // steps from the farthest to the nearest point of space

export interface Cloud {
  /** Which images these are: with another number they are others. */
  id: number;
  /** (N, 2) or (N, 3) */
  points: Values;
  dimensions: 2 | 3;
  /** The true class of each: their names stand in their middles. */
  labels: Values;
  names: readonly string[];
  /** Which swatch of the palette each has. */
  groups: Values;
  palette: readonly Swatch[];
  /** Which are outlined. */
  mistaken: Uint8Array;
  /** The chosen one; −1 is none. */
  chosen: number;
  /** Those that were gathered: the others fade. */
  gathered: Uint8Array | null;
  /** Where an image of one's own lies. */
  own: readonly number[];
}

export class Scatter {
  readonly canvas = html("canvas", { class: "cloud" });
  hovered: number | null = null;
  /** The line that the lasso has drawn so far. */
  line: readonly number[] = [];
  turn: Turn = { yaw: 0.5, pitch: 0.35 };
  /** Called whenever the window may have moved. */
  moved: () => void = () => {};
  private cloud: Cloud | null = null;
  private shown = new Float32Array(0);
  private from = new Float32Array(0);
  private middles: (number[] | null)[] = [];
  /** Each point on the canvas, in pixels of the page. */
  private places = new Float32Array(0);
  readonly camera = new Camera();
  private started = 0;
  private drawn = 0;
  private touched = Number.NEGATIVE_INFINITY;
  private waiting = 0;
  private width = 0;
  private height = 0;
  private stale = true; // the marks must be set anew
  private stamps: Stamps | null = null;
  private raster: Raster | null = null;
  private style: (Ink & { rgb: Rgb }) | null = null;

  constructor(
    private readonly paper: () => Rgb,
    signal: AbortSignal,
  ) {
    signal.addEventListener("abort", () => cancelAnimationFrame(this.waiting));
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    this.camera.resize(width, height);
    const ratio = devicePixelRatio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.raster = null;
    this.anew();
  }

  /** Takes a new cloud: points travel there from where they are now. */
  show(cloud: Cloud): void {
    const { cloud: before } = this;
    const same = before?.id === cloud.id && this.shown.length === cloud.points.length;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.stale = true;
    if (!same || before?.points !== cloud.points) {
      this.middles = middles(cloud.points, cloud.labels, cloud.names.length, cloud.dimensions);
      const whole = cloud.dimensions === 3 ? aroundSpace(cloud.points) : around(cloud.points);
      this.camera.need(whole, !same || still, !same);
      this.started = performance.now();
    }
    this.cloud = cloud;
    if (!same || still) this.shown = Float32Array.from(cloud.points);
    this.from = this.shown.slice();
    this.redraw();
  }

  /** Draws again; the marks are where they were. */
  redraw(): void {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.frame(performance.now());
    });
  }

  /** Draws all anew, as with another theme. */
  anew(): void {
    this.style = null;
    this.stale = true;
    this.redraw();
  }

  pan(dx: number, dy: number): void {
    this.camera.pan(dx, dy);
    this.looked();
  }

  /** Shows `factor` times as much; the place of the canvas under (x, y) stays. */
  zoom(factor: number, x?: number, y?: number): void {
    this.camera.zoom(factor, x, y);
    this.looked();
  }

  /** Shows the whole cloud again, and goes on to do so. */
  showAll(): void {
    this.camera.showAll();
    this.looked();
  }

  /** Turns the cloud in space by so many pixels of the hand. */
  spin(dx: number, dy: number): void {
    const { yaw, pitch } = this.turn;
    this.touched = performance.now();
    this.turn = { yaw: yaw + dx / 120, pitch: clamp(pitch + dy / 120, -1.5, 1.5) };
    this.stale = true;
    this.redraw();
  }

  /** The point under a place of the canvas, if any. */
  at(x: number, y: number, limit: number): number | null {
    return nearest(this.places, x, y, limit);
  }

  /** The neighbour of a point in a direction, if any. */
  toward(index: number, way: readonly [right: number, down: number]): number | null {
    return neighbourIn(this.places, index, way);
  }

  /** Moves the cloud as far as brings a point into sight. */
  reveal(index: number): void {
    const [x, y] = this.place(index);
    const [dx, dy] = [clamp(x, AIR, this.width - AIR) - x, clamp(y, AIR, this.height - AIR) - y];
    if (dx || dy) this.pan(dx, dy);
  }

  /** The points within the line that was drawn. */
  inside(): number[] {
    return within(this.places, this.line);
  }

  /** Where a point stands on the canvas. */
  place(index: number): [number, number] {
    return [this.places[2 * index] as number, this.places[2 * index + 1] as number];
  }

  private looked(): void {
    this.touched = performance.now();
    this.stale = true;
    this.moved();
    this.redraw();
  }

  private frame(now: number): void {
    const { cloud } = this;
    if (!cloud || this.width === 0) return; // not on the page yet
    const t = Math.min(1, (now - this.started) / TRAVEL);
    const hand = now - this.touched < SHORTEST; // what it holds moves with it
    if (t < 1 && !hand && now - this.drawn < SHORTEST) {
      this.redraw(); // a few pictures on the way will do: the page shares its processor with the training
      return;
    }
    if (this.drawn < this.started + TRAVEL) {
      for (let i = 0; i < this.shown.length; i++) {
        const [a, b] = [this.from[i] as number, cloud.points[i] as number];
        this.shown[i] = a + (b - a) * t;
      }
      this.camera.travel(t);
      this.stale = true;
      this.moved();
    }
    this.drawn = now;
    this.draw(cloud);
    if (t < 1) this.redraw();
  }

  private draw(cloud: Cloud): void {
    const context = this.canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return;
    const ratio = devicePixelRatio;
    const style = this.inks();
    if (this.stale) this.set(cloud, ratio, style);
    this.stale = false;
    const { raster } = this;
    if (raster) {
      const bytes = new Uint8ClampedArray(raster.pixels.buffer);
      context.putImageData(new ImageData(bytes, raster.across), -raster.margin, -raster.margin);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    const over = new Overlay(context, style);
    const on = (point: readonly number[]): [number, number] => {
      const flat = new Float32Array(2);
      if (cloud.dimensions === 3) turned(Float32Array.from(point), this.turn, flat);
      else flat.set(point.slice(0, 2));
      return this.camera.on(flat[0] as number, flat[1] as number);
    };
    over.names(
      this.middles.map((middle) => middle && on(middle)),
      cloud.names,
    );
    for (const index of [cloud.chosen, this.hovered ?? -1]) {
      if (index >= 0 && index < cloud.labels.length) over.ring(this.place(index));
    }
    if (cloud.own.length > 0) over.star(on(cloud.own));
    if (this.line.length > 0) over.lasso(this.line);
    over.bar(this.camera.reach, this.camera.unit, this.height);
  }

  /** Sets every mark into the raster. */
  private set(cloud: Cloud, ratio: number, style: { ink: string; rgb: Rgb }): void {
    const count = cloud.labels.length;
    const space = cloud.dimensions === 3;
    if (this.places.length !== 2 * count) this.places = new Float32Array(2 * count);
    const { places, shown } = this;
    const near = space ? turned(shown, this.turn, places) : null;
    if (!space) places.set(shown);
    const { camera } = this;
    const [left, top] = camera.on(0, 0);
    const { unit, wholeReach } = camera;
    for (let i = 0; i < count; i++) {
      places[2 * i] = left + (places[2 * i] as number) * unit;
      places[2 * i + 1] = top - (places[2 * i + 1] as number) * unit;
    }
    const stamps = this.cut(cloud, ratio, style);
    const raster = this.raster as Raster;
    raster.clear();
    const { groups, mistaken, gathered } = cloud;
    const order = near && inOrder(near, wholeReach, DEEP);
    const passes = gathered ? [0, 1] : [1]; // what is not meant lies below
    for (const pass of passes) {
      for (let k = 0; k < count; k++) {
        const i = order ? (order[k] as number) : k;
        if (gathered && gathered[i] !== pass) continue;
        let strength = pass === 1 ? FULL : FAINT;
        if (near && pass === 1) {
          const depth = ((near[i] as number) / wholeReach + 1) / 2;
          strength = clamp(Math.ceil(depth * FULL), 1, FULL);
        }
        const stamp = stamps.of(groups[i] as number, mistaken[i] === 1, strength);
        raster.set(stamp, (places[2 * i] as number) * ratio, (places[2 * i + 1] as number) * ratio);
      }
    }
  }

  /** Draws the marks for this size, theme and screen, unless they are drawn already. */
  private cut(cloud: Cloud, ratio: number, { ink, rgb }: { ink: string; rgb: Rgb }): Stamps {
    const zoom = Math.max(1, this.camera.wholeReach / this.camera.reach);
    const side = Math.min(this.width, this.height);
    const radius = markRadius(side, cloud.labels.length, zoom);
    const margin = 2 * reachOf(radius, ratio);
    if (this.raster?.margin !== margin) {
      this.raster = new Raster(this.canvas.width, this.canvas.height, margin);
    }
    const look = { radius, ratio, ink, paper: rgb, across: this.raster.across };
    const known = this.stamps;
    const same =
      known?.palette === cloud.palette && JSON.stringify(known.look) === JSON.stringify(look);
    if (!known || !same) this.stamps = new Stamps(look, cloud.palette);
    return this.stamps as Stamps;
  }

  /** The theme's colours: asking for a style costs a frame's time, so it is done once a theme. */
  private inks(): Ink & { rgb: Rgb } {
    if (this.style) return this.style;
    const style = getComputedStyle(this.canvas);
    const rgb = this.paper();
    this.style = {
      ink: style.color,
      paper: `rgb(${rgb.join()})`,
      focus: style.getPropertyValue("--lab-focus"),
      font: style.fontFamily,
      rgb,
    };
    return this.style;
  }
}
