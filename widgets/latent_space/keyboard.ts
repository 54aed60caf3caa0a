/** What keys do on the cloud: walk from point to point, gather points, move, turn and zoom. */

import type { Scatter } from "./scatter.ts";

const STEP = 1.25; // of the zoom
const FAR = 24; // pixels that a key moves the cloud by
const WAYS: Record<string, readonly [right: number, down: number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export interface Keyboard {
  scatter: Scatter;
  /** Whether the cloud lies in space: keys turn it then. */
  space(): boolean;
  /** The point from which one walks on; −1 is none. */
  from(): number;
  /** One walks to a point. */
  walk(index: number): void;
  /** Gathers the point where one is, or lets it go. */
  toggle(index: number): void;
  /** Lets all go that was gathered. */
  letGo(): void;
  /** The keyboard is elsewhere. */
  leave(): void;
  /** Another point in the order of the images. */
  next(by: number): void;
  signal: AbortSignal;
}

export function keyboard(options: Keyboard): void {
  const { scatter, signal } = options;
  const { canvas } = scatter;
  const acts: Record<string, () => void> = {
    " ": () => options.from() >= 0 && options.toggle(options.from()),
    Escape: options.letGo,
    PageDown: () => options.next(1),
    PageUp: () => options.next(-1),
    "+": () => scatter.zoom(1 / STEP),
    "=": () => scatter.zoom(1 / STEP),
    "-": () => scatter.zoom(STEP),
    "0": () => scatter.showAll(),
  };
  canvas.addEventListener(
    "keydown",
    (event) => {
      const way = WAYS[event.key];
      const act = acts[event.key];
      if (way && event.shiftKey) {
        const [dx, dy] = [-FAR * way[0], -FAR * way[1]];
        if (options.space()) scatter.spin(-dx, -dy);
        else scatter.pan(dx, dy);
      } else if (way) {
        const index = scatter.toward(options.from(), way);
        if (index !== null) {
          scatter.reveal(index);
          options.walk(index);
        }
      } else if (act) act();
      else return;
      event.preventDefault();
    },
    { signal },
  );
  canvas.addEventListener("blur", options.leave, { signal });
}
