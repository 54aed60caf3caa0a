/** Whatever can be dragged: one gesture for mouse, finger, pen and keyboard (ARIA slider pattern). */

import { on, set } from "./dom.ts";
import { grasp } from "./grasp.ts";
import { clamp, snap } from "./numbers.ts";

export interface SliderOptions {
  label: string;
  low: number;
  high: number;
  /** Arrow keys move by one step, Page Up and Page Down by ten. */
  step: number;
  /** The element in which the pointer's place is told. */
  within: Element;
  /** What a place means in the slider's own unit; in CSS pixels from the corner of `within`. */
  at(x: number, y: number): number;
  value(): number;
  /** The value in words, for a screen reader. */
  text(value: number): string;
  /** Called with every new value, in the same frame as the pointer's move. */
  input(value: number): void;
  /** Called when the hand lets go, of the pointer or of the key. */
  release?(): void;
  /** Angles go round: 359° is followed by 0°. */
  wraps?: boolean;
  signal: AbortSignal;
}

const KEYS: Record<string, number> = {
  ArrowRight: 1,
  ArrowUp: 1,
  ArrowLeft: -1,
  ArrowDown: -1,
  PageUp: 10,
  PageDown: -10,
};

/** Makes an element a slider; returns a function that speaks the present value. */
export function slider(element: SVGElement | HTMLElement, options: SliderOptions): () => void {
  const { low, high, step, signal } = options;
  set(element, {
    role: "slider",
    tabindex: 0,
    "aria-label": options.label,
    "aria-valuemin": low,
    "aria-valuemax": high,
  });

  const update = () => {
    const value = options.value();
    set(element, {
      "aria-valuenow": Number(value.toFixed(3)),
      "aria-valuetext": options.text(value),
    });
  };
  const move = (value: number) => {
    const span = high - low;
    const inside = options.wraps
      ? low + ((((value - low) % span) + span) % span)
      : clamp(value, low, high);
    options.input(inside);
    update();
  };

  // The handle keeps the distance to the pointer that it had when it was grasped: it does not jump.
  let apart = 0;
  grasp(element, {
    ...options,
    take: (x, y) => {
      apart = options.value() - options.at(x, y);
    },
    move: (x, y) => move(snap(options.at(x, y) + apart, step / 5)),
  });

  on(element, "keydown", signal, (event) => {
    const { key } = event as KeyboardEvent;
    const by = KEYS[key];
    if (by !== undefined) move(snap(options.value() + by * step, step / 5));
    else if (key === "Home") move(low);
    else if (key === "End") move(high);
    else return;
    event.preventDefault();
  });
  on(element, "keyup", signal, (event) => {
    const { key } = event as KeyboardEvent;
    if (key in KEYS || key === "Home" || key === "End") options.release?.();
  });
  on(element, "blur", signal, () => options.release?.()); // the key is let go elsewhere
  update();
  return update;
}
