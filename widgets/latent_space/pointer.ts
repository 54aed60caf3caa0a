/** What a pointer does on the cloud: point, choose, move, turn, zoom, and draw a line around points. */

import { grasp } from "../_front/grasp.ts";
import type { Scatter } from "./scatter.ts";

const STILL = 4; // pixels: who moves less has clicked
const LINE_STEP = 3; // pixels between two corners of the lasso

export interface Pointing {
  scatter: Scatter;
  /** Whether a drag draws a line around points. */
  lasso(): boolean;
  /** Whether the cloud lies in space: a drag turns it then. */
  space(): boolean;
  /** Whether the wheel is for the cloud; otherwise it is the page's. */
  wheel(): boolean;
  hover(index: number | null): void;
  choose(index: number): void;
  gather(indices: number[]): void;
  signal: AbortSignal;
}

export function pointing(options: Pointing): void {
  const { scatter, signal } = options;
  const { canvas } = scatter;
  let [fromX, fromY, lastX, lastY] = [0, 0, 0, 0];
  let [held, moved, drawing, shift] = [false, false, false, false];

  const on = <K extends keyof HTMLElementEventMap>(
    kind: K,
    hear: (event: HTMLElementEventMap[K]) => void,
    more: AddEventListenerOptions = {},
  ) => canvas.addEventListener(kind, hear as EventListener, { signal, ...more });
  const placeOf = (event: MouseEvent) => {
    const box = canvas.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top] as const;
  };

  on(
    "pointerdown",
    (event) => {
      shift = event.shiftKey;
    },
    { capture: true },
  );
  grasp(canvas, {
    within: canvas,
    take(x, y) {
      [fromX, fromY, lastX, lastY] = [x, y, x, y];
      [held, moved] = [true, false];
      drawing = options.lasso() || shift;
      if (drawing) scatter.line = [x, y];
    },
    move(x, y) {
      if (!moved && Math.hypot(x - fromX, y - fromY) < STILL) return;
      if (!moved) options.hover(null);
      moved = true;
      const [dx, dy] = [x - lastX, y - lastY];
      if (drawing) {
        if (Math.hypot(dx, dy) < LINE_STEP) return;
        scatter.line = [...scatter.line, x, y];
        scatter.redraw();
      } else if (options.space()) scatter.spin(dx, dy);
      else scatter.pan(dx, dy);
      [lastX, lastY] = [x, y];
    },
    release() {
      held = false;
      const { line } = scatter;
      if (moved && line.length > 0) options.gather(scatter.inside());
      scatter.line = [];
      scatter.redraw();
      if (moved) return;
      const index = scatter.at(fromX, fromY, 24);
      if (index !== null) options.choose(index);
    },
    signal,
  });
  on("pointermove", (event) => {
    if (!held) options.hover(scatter.at(...placeOf(event), 16));
  });
  on("pointerleave", () => options.hover(null));
  on(
    "wheel",
    (event) => {
      if (!options.wheel() && !event.ctrlKey) return;
      event.preventDefault();
      const lines = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      scatter.zoom(Math.exp((event.deltaY * lines) / 400), ...placeOf(event));
    },
    { passive: false },
  );
  on("dblclick", () => scatter.showAll());
}
