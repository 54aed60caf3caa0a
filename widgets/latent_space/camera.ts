/** Which part of a cloud's plane is seen: all of it, following the cloud, or a part that was chosen. */

import { clamp } from "../_front/numbers.ts";
import { suits, toward, type Window, zoomed } from "./geometry.ts";

const CLOSEST = 1 / 200; // of the cloud's own width: nearer one cannot go

export class Camera {
  private window: Window = { x: 0, y: 0, reach: 1 };
  private from = this.window;
  private to = this.window;
  private whole = this.window;
  private chosen = false;
  private width = 0;
  private height = 0;

  resize(width: number, height: number): void {
    this.width = width;
    this.height = height;
  }

  /** Whether it shows a part that somebody has chosen. */
  get zoomed(): boolean {
    return this.chosen;
  }

  /** Half the side of the square that is shown. */
  get reach(): number {
    return this.window.reach;
  }

  /** Half the side of the square that holds the whole cloud. */
  get wholeReach(): number {
    return this.whole.reach;
  }

  /** Pixels for a unit of the plane. */
  get unit(): number {
    return Math.min(this.width, this.height) / (2 * this.window.reach);
  }

  /** The cloud needs another window: it goes there, or is there at once, unless one was chosen. */
  need(whole: Window, atOnce: boolean, anew: boolean): void {
    this.whole = whole;
    if (anew) this.chosen = false;
    if (!this.chosen && (atOnce || !suits(this.to, whole))) this.to = whole;
    if (!this.chosen && atOnce) this.window = whole;
    this.from = this.window;
  }

  /** Goes a share `t` of its way. */
  travel(t: number): void {
    if (!this.chosen) this.window = toward(this.from, this.to, t);
  }

  pan(dx: number, dy: number): void {
    const { unit, window } = this;
    this.choose({ ...window, x: window.x - dx / unit, y: window.y + dy / unit });
  }

  /** Shows `factor` times as much; the place of the picture at (x, y) stays. */
  zoom(factor: number, x = this.width / 2, y = this.height / 2): void {
    const { window, whole, unit } = this;
    const reach = clamp(window.reach * factor, whole.reach * CLOSEST, whole.reach);
    const by = reach / window.reach;
    const [px, py] = [(x - this.width / 2) / unit, (this.height / 2 - y) / unit];
    if (by !== 1) this.choose(zoomed(window, by, window.x + px, window.y + py));
  }

  /** Shows the whole cloud again, and goes on to do so. */
  showAll(): void {
    this.choose(this.whole);
    this.chosen = false;
  }

  /** Where a place of the plane stands in the picture, in pixels. */
  on(x: number, y: number): [x: number, y: number] {
    const { unit, window } = this;
    return [this.width / 2 + (x - window.x) * unit, this.height / 2 - (y - window.y) * unit];
  }

  private choose(window: Window): void {
    this.window = this.from = this.to = window;
    this.chosen = true;
  }
}
