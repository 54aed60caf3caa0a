/** A number on a short track: an input, a bias or a target. */

import { set, svg, write } from "../_front/dom.ts";
import { clamp, fixed } from "../_front/numbers.ts";
import { slider } from "../_front/slider.ts";
import type { Track } from "./layout.ts";

export interface HandleOptions {
  label: string;
  symbol: string;
  /** What stands beside it; empty for nothing. */
  name: string;
  low(): number;
  high: number;
  value(): number;
  input(value: number): void;
  within: Element;
  signal: AbortSignal;
}

export class Handle {
  private readonly name = svg("text", { class: "handle-name", dy: "0.36em" });
  private readonly line = svg("line", { class: "track" });
  private readonly label = svg("text", {
    class: "pill-text",
    "text-anchor": "middle",
    dy: "0.36em",
  });
  readonly pill = svg(
    "g",
    { class: "pill number" },
    svg("rect", { class: "halo", x: -34, y: -19, width: 68, height: 38, rx: 19 }),
    svg("rect", { class: "body", x: -27, y: -12, width: 54, height: 24, rx: 12 }),
    this.label,
  );
  readonly node = svg("g", { class: "handle" }, this.name, this.line, this.pill);
  private readonly speak: () => void;
  private track: Track = { left: 0, right: 1, y: 0, named: "left" };

  constructor(private readonly options: HandleOptions) {
    this.speak = slider(this.pill, {
      label: options.label,
      low: options.low(),
      high: options.high,
      step: 0.1,
      within: options.within,
      at: (x) => {
        const { left, right } = this.track;
        return options.low() + ((x - left) / (right - left)) * (options.high - options.low());
      },
      value: options.value,
      text: (value) => `${options.symbol} = ${fixed(value)}`,
      input: (value) => options.input(clamp(value, options.low(), options.high)),
      signal: options.signal,
    });
  }

  resize(track: Track): void {
    this.track = track;
    set(this.line, { x1: track.left, x2: track.right, y1: track.y, y2: track.y });
    const { left, right, y, named } = track;
    const places = {
      above: { x: (left + right) / 2, y: y - 28, "text-anchor": "middle" },
      left: { x: left - 34, y, "text-anchor": "end" },
      right: { x: right + 34, y, "text-anchor": "start" },
    };
    set(this.name, places[named]);
    write(this.name, `${named === "above" ? "target " : ""}${this.options.name}`);
    this.hold();
  }

  /** Draws a value: what the hand holds, or what an update has made of it. */
  hold(value = this.options.value()): void {
    const { low, high } = this.options;
    const { left, right, y } = this.track;
    const part = clamp((value - low()) / (high - low()), 0, 1);
    set(this.pill, { transform: `translate(${(left + part * (right - left)).toFixed(1)} ${y})` });
    write(this.label, fixed(value));
    this.speak();
  }
}
