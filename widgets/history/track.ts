/** The line of time: a mark for each kept moment, how good the network was, and the handle. */

import { set, svg } from "../_front/dom.ts";
import { count } from "../_front/numbers.ts";
import { slider } from "../_front/slider.ts";
import { type Moments, NOW } from "./state.ts";
import { momentAt, neighbour, said, share } from "./time.ts";

const HEIGHT = 44;
const LINE = 28; // the line lies here, the accuracy above it
const END = 14; // room for the handle at both ends
const BACK: Record<string, number> = {
  ArrowLeft: -1,
  ArrowDown: -1,
  ArrowRight: 1,
  ArrowUp: 1,
  PageDown: -10,
  PageUp: 10,
};

export class Track {
  readonly node = svg("svg", { class: "track", height: HEIGHT });
  private readonly hill = svg("path", { class: "hill" });
  private readonly line = svg("line", { class: "line", y1: LINE, y2: LINE, x1: END });
  private readonly marks = svg("path", { class: "kept" });
  private readonly past = svg("line", { class: "past", y1: 2, y2: LINE });
  private readonly handle = svg("g", { class: "handle" });
  private readonly speak: () => void;
  private width = 300;
  private moments: Moments = {
    now: 0,
    steps: [],
    epochs: [],
    accuracy: [],
    testedAt: [],
    loss: [],
  };
  private step = NOW;

  constructor(look: (step: number) => void, signal: AbortSignal) {
    this.handle.append(
      svg("circle", { class: "halo", r: 14 }),
      svg("circle", { class: "body", r: 8 }),
    );
    this.node.append(this.hill, this.line, this.marks, this.past, this.handle);
    const go = (step: number) => {
      if (step === this.step) return;
      this.hold(step);
      look(step);
    };
    // The moments lie closely at both ends: a key goes from one to the next, not by a distance.
    this.handle.addEventListener(
      "keydown",
      (event) => {
        const { key } = event as KeyboardEvent;
        const by = BACK[key];
        if (by === undefined) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        go(neighbour(this.moments, this.step, by));
        this.speak();
      },
      { signal },
    );
    this.speak = slider(this.handle, {
      label: "Moment of the training",
      low: 0,
      high: 100,
      step: 0.1,
      within: this.node,
      at: (x) => (100 * (x - END)) / this.room,
      value: () => 100 * share(this.step, this.moments.now),
      text: () => this.words(),
      input: (place) => go(momentAt(this.moments, place / 100)),
      signal,
    });
    // A press anywhere on the line brings the handle there.
    this.node.addEventListener(
      "pointerdown",
      (event) => {
        if (event.button !== 0 || this.handle.contains(event.target as Node)) return;
        const x = event.clientX - this.node.getBoundingClientRect().left;
        go(momentAt(this.moments, (x - END) / this.room));
        this.speak();
      },
      { signal },
    );
  }

  /** What is held, in words. */
  words(): string {
    const { now } = this.moments;
    const name = this.step === NOW ? `now, step ${count(now)}` : `step ${count(this.step)}`;
    return `${name} · ${said(this.moments, this.step)}`.replace(/ · $/, "");
  }

  resize(width: number): void {
    this.width = width;
    set(this.node, { width });
    this.paint();
  }

  show(moments: Moments): void {
    this.moments = moments;
    this.paint();
    this.speak();
  }

  hold(step: number): void {
    this.step = step;
    const x = this.x(step);
    set(this.handle, { transform: `translate(${x.toFixed(1)},${LINE})` });
    set(this.past, { x1: x, x2: x });
    this.past.style.display = step === NOW ? "none" : "";
    this.speak();
  }

  private get room(): number {
    return Math.max(1, this.width - 2 * END);
  }

  private x(step: number): number {
    return END + share(step, this.moments.now) * this.room;
  }

  private paint(): void {
    const { steps, accuracy } = this.moments;
    set(this.line, { x2: this.width - END });
    const xs = Array.from(steps, (step) => this.x(step).toFixed(1));
    set(this.marks, { d: xs.map((x) => `M${x},${LINE - 5}v10`).join("") });
    const top = xs.map((x, i) => `L${x},${(LINE - 26 * (accuracy[i] ?? 0)).toFixed(1)}`);
    set(this.hill, {
      d: top.length ? `M${xs[0]},${LINE}${top.join("")}V${LINE}Z` : "",
    });
    this.hold(this.step);
  }
}
