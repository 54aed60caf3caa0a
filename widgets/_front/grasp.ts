/** An element in the hand: grasped by mouse, finger or pen, moved, and let go. */

export interface Grasp {
  /** The element in which the pointer's place is told, in CSS pixels from its corner. */
  within: Element;
  take(x: number, y: number): void;
  /** Called in the same frame as the pointer's move. */
  move(x: number, y: number): void;
  release?(): void;
  signal: AbortSignal;
}

/** Lets an element be grasped. Without the pointer's capture a quick hand would lose it. */
export function grasp(element: SVGElement | HTMLElement, options: Grasp): void {
  const { signal } = options;
  let held = false;
  let corner = new DOMRect(); // asked for once a gesture: each question would lay out the page anew
  const on = (kind: string, call: (event: PointerEvent) => void) =>
    element.addEventListener(kind, (event) => call(event as PointerEvent), { signal });
  on("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    element.focus();
    element.setPointerCapture(event.pointerId);
    corner = options.within.getBoundingClientRect();
    held = true;
    options.take(event.clientX - corner.left, event.clientY - corner.top);
  });
  on("pointermove", (event) => {
    if (held) options.move(event.clientX - corner.left, event.clientY - corner.top);
  });
  for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
    on(end, () => {
      if (held) options.release?.();
      held = false;
    });
  }
}
