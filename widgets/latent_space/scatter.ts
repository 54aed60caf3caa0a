/** A cloud of points on a canvas: each keeps its identity and moves to where it belongs. */

import type { Values } from "../_front/arrays.ts";
import { CLASSES } from "../_front/colour.ts";
import { html } from "../_front/dom.ts";
import { mark } from "../_front/marks.ts";
import { clamp, short } from "../_front/numbers.ts";
import { around, barLength, middles, nearest, suits, toward, type Window } from "./geometry.ts";

const STAMP = 20; // pixels: the largest mark with its outline
const TRAVEL = 140; // milliseconds from one frame's place to the next
const SHORTEST = 45; // milliseconds between two pictures on the way

export interface Cloud {
  points: Values;
  labels: Values;
  predictions: Values;
  names: string[];
  sample: number;
}

export class Scatter {
  readonly canvas = html("canvas", { class: "cloud" });
  hovered: number | null = null;
  private cloud: Cloud | null = null;
  private shown = new Float32Array(0);
  private from = new Float32Array(0);
  private window: Window = { x: 0, y: 0, reach: 1 };
  private windowFrom = this.window;
  private windowTo = this.window;
  private started = 0;
  private drawn = 0;
  private waiting = 0;
  private width = 0;
  private height = 0;
  /** Every class's mark drawn once, right and mistaken: a point is then one copy of pixels. */
  private stamps: [right: HTMLCanvasElement, mistaken: HTMLCanvasElement][] = [];
  private stampedFor = "";

  constructor(signal: AbortSignal) {
    signal.addEventListener("abort", () => cancelAnimationFrame(this.waiting));
  }

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
    const ratio = devicePixelRatio;
    this.canvas.width = Math.round(width * ratio);
    this.canvas.height = Math.round(height * ratio);
    Object.assign(this.canvas.style, { width: `${width}px`, height: `${height}px` });
    this.redraw();
  }

  /** Takes a new cloud: points travel there from where they are now. */
  show(cloud: Cloud): void {
    const same = this.shown.length === cloud.points.length && this.cloud !== null;
    this.cloud = cloud;
    const needed = around(cloud.points);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (!same || still) {
      this.shown = Float32Array.from(cloud.points);
      this.window = this.windowTo = needed;
    } else if (!suits(this.windowTo, needed)) {
      this.windowTo = needed;
    }
    this.from = this.shown.slice();
    this.windowFrom = this.window;
    this.started = performance.now();
    this.redraw();
  }

  redraw(): void {
    this.waiting ||= requestAnimationFrame(() => {
      this.waiting = 0;
      this.frame(performance.now());
    });
  }

  /** The point under a place of the canvas, if any. */
  at(x: number, y: number, limit: number): number | null {
    const unit = this.unit();
    const point = [
      this.window.x + (x - this.width / 2) / unit,
      this.window.y - (y - this.height / 2) / unit,
    ] as const;
    return nearest(this.shown, point[0], point[1], limit / unit);
  }

  /** Where a point stands on the canvas. */
  place(index: number): [number, number] {
    const unit = this.unit();
    return [
      this.width / 2 + ((this.shown[2 * index] as number) - this.window.x) * unit,
      this.height / 2 - ((this.shown[2 * index + 1] as number) - this.window.y) * unit,
    ];
  }

  private unit(): number {
    return Math.min(this.width, this.height) / (2 * this.window.reach);
  }

  private frame(now: number): void {
    const { cloud } = this;
    if (!cloud || this.width === 0) return; // not on the page yet
    const t = Math.min(1, (now - this.started) / TRAVEL);
    if (t < 1 && now - this.drawn < SHORTEST) {
      this.redraw(); // a few pictures on the way will do: the page shares its processor with the training
      return;
    }
    this.drawn = now;
    for (let i = 0; i < this.shown.length; i++) {
      const [a, b] = [this.from[i] as number, cloud.points[i] as number];
      this.shown[i] = a + (b - a) * t;
    }
    this.window = toward(this.windowFrom, this.windowTo, t);
    this.draw(cloud);
    if (t < 1) this.redraw();
  }

  private draw(cloud: Cloud): void {
    const context = this.canvas.getContext("2d");
    if (!context) return;
    const ratio = devicePixelRatio;
    const style = getComputedStyle(this.canvas);
    const ink = style.color;
    const paper = style.getPropertyValue("--lab-paper");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, this.width, this.height);
    this.cut(ratio, ink);
    for (let i = 0; i < cloud.labels.length; i++) this.point(context, cloud, i);
    for (const index of [cloud.sample, this.hovered]) {
      if (index === null || index >= cloud.labels.length) continue;
      const [x, y] = this.place(index);
      context.strokeStyle = ink;
      context.lineWidth = 2.5;
      context.beginPath();
      context.arc(x, y, 13, 0, 2 * Math.PI);
      context.stroke();
    }
    this.names(context, cloud, ink, paper, style.fontFamily);
    this.bar(context, ink, style.fontFamily);
  }

  private point(context: CanvasRenderingContext2D, cloud: Cloud, index: number): void {
    const label = cloud.labels[index] as number;
    const [x, y] = this.place(index);
    const pair = this.stamps[label % this.stamps.length] as Scatter["stamps"][number];
    const stamp = pair[cloud.predictions[index] === label ? 0 : 1];
    context.drawImage(stamp, x - STAMP / 2, y - STAMP / 2, STAMP, STAMP);
  }

  /** Draws the marks for this size, theme and screen, unless they are drawn already. */
  private cut(ratio: number, ink: string): void {
    const radius = clamp(Math.min(this.width, this.height) / 90, 4, 7);
    const key = `${radius} ${ratio} ${ink}`;
    if (this.stampedFor === key) return;
    this.stampedFor = key;
    const stamp = (index: number, outlined: boolean) => {
      const canvas = html("canvas", { width: STAMP * ratio, height: STAMP * ratio });
      const context = canvas.getContext("2d");
      const path = mark(index, radius);
      context?.setTransform(ratio, 0, 0, ratio, (STAMP * ratio) / 2, (STAMP * ratio) / 2);
      if (context) Object.assign(context, { fillStyle: CLASSES[index], globalAlpha: 0.85 });
      context?.fill(path);
      if (context) Object.assign(context, { strokeStyle: ink, globalAlpha: 1, lineWidth: 1.5 });
      if (outlined) context?.stroke(path); // mistaken
      return canvas;
    };
    this.stamps = CLASSES.map((_, i) => [stamp(i, false), stamp(i, true)]);
  }

  /** Writes each class's name at its middle, where it does not cover another's. */
  private names(
    context: CanvasRenderingContext2D,
    cloud: Cloud,
    ink: string,
    paper: string,
    font: string,
  ): void {
    context.font = `700 20px ${font}`;
    context.textAlign = "center";
    context.textBaseline = "middle";
    context.lineJoin = "round";
    const taken: [number, number][] = [];
    const unit = this.unit();
    middles(this.shown, cloud.labels, cloud.names.length).forEach((middle, k) => {
      if (!middle) return;
      const x = this.width / 2 + (middle[0] - this.window.x) * unit;
      const y = this.height / 2 - (middle[1] - this.window.y) * unit;
      if (taken.some(([a, b]) => Math.abs(a - x) < 24 && Math.abs(b - y) < 24)) return;
      taken.push([x, y]);
      context.strokeStyle = paper;
      context.lineWidth = 5;
      context.strokeText(cloud.names[k] ?? "", x, y);
      context.fillStyle = ink;
      context.fillText(cloud.names[k] ?? "", x, y);
    });
  }

  /** The scale: how long a distance of a round number is. */
  private bar(context: CanvasRenderingContext2D, ink: string, font: string): void {
    const length = barLength(this.window.reach);
    const [x, y, pixels] = [8, this.height - 10, length * this.unit()];
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    context.beginPath();
    context.moveTo(x, y - 4);
    context.lineTo(x, y);
    context.lineTo(x + pixels, y);
    context.lineTo(x + pixels, y - 4);
    context.stroke();
    context.font = `13px ${font}`;
    context.textAlign = "left";
    context.fillStyle = ink;
    context.fillText(short(length), x + pixels + 6, y - 3);
  }
}
