/** A handle that is dragged in two directions, by mouse, finger, pen or the four arrow keys. */

import { on, set } from "./dom.ts";
import { grasp } from "./grasp.ts";
import { clamp } from "./numbers.ts";

export type Pair = [number, number];

export interface PlaceOptions {
  label: string;
  low(): Pair;
  high(): Pair;
  /** What an arrow key moves by; Page Up and Page Down go ten times as far, Home and End to x's ends. */
  step(): Pair;
  /** The element in which the pointer's place is told. */
  within: Element;
  /** What a place means; in CSS pixels from the corner of `within`. */
  at(x: number, y: number): Pair;
  value(): Pair;
  /** The place in words, for a screen reader. */
  text(): string;
  /** Called with every new place, in the same frame as the pointer's move. */
  input(x: number, y: number): void;
  /** Called when the hand lets go, of the pointer or of the key. */
  release?(): void;
  signal: AbortSignal;
}

const KEYS: Record<string, Pair> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
  PageUp: [0, 10],
  PageDown: [0, -10],
};

/** Makes an element such a handle; returns a function that speaks the present place. */
export function place(element: SVGElement | HTMLElement, options: PlaceOptions): () => void {
  const { signal } = options;
  set(element, {
    role: "slider",
    tabindex: 0,
    "aria-label": options.label,
    "aria-roledescription": "place in the plane",
  });
  const update = () => {
    set(element, {
      "aria-valuemin": options.low()[0],
      "aria-valuemax": options.high()[0],
      "aria-valuenow": Number(options.value()[0].toFixed(3)),
      "aria-valuetext": options.text(),
    });
  };
  const move = (x: number, y: number) => {
    const [low, high] = [options.low(), options.high()];
    options.input(clamp(x, low[0], high[0]), clamp(y, low[1], high[1]));
    update();
  };
  // It keeps the distance to the pointer that it had when it was grasped: it does not jump.
  let apart: Pair = [0, 0];
  grasp(element, {
    ...options,
    take: (x, y) => {
      const [[here, there], [px, py]] = [options.value(), options.at(x, y)];
      apart = [here - px, there - py];
    },
    move: (x, y) => {
      const [px, py] = options.at(x, y);
      move(px + apart[0], py + apart[1]);
    },
  });
  let pressed = false;
  on(element, "keydown", signal, (event) => {
    const { key } = event as KeyboardEvent;
    const [[x, y], [dx, dy]] = [options.value(), options.step()];
    const by = KEYS[key];
    if (by) move(x + by[0] * dx, y + by[1] * dy);
    else if (key === "Home") move(options.low()[0], y);
    else if (key === "End") move(options.high()[0], y);
    else return;
    pressed = true;
    event.preventDefault();
  });
  for (const end of ["keyup", "blur"] as const) {
    on(
      element,
      end,
      signal, // whoever leaves lets the key go elsewhere
      () => {
        if (pressed) options.release?.();
        pressed = false;
      },
    );
  }
  update();
  return update;
}
