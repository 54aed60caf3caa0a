/** A handle on a track: dragged, or the track is pressed where it shall go. */

import { html, on } from "./dom.ts";
import { clamp } from "./numbers.ts";
import { type SliderOptions, slider } from "./slider.ts";

export type TrackOptions = Omit<SliderOptions, "within" | "at" | "release" | "wraps">;

export interface Track {
  node: HTMLElement;
  handle: HTMLElement;
  /** Shows and speaks the present value. */
  show(): void;
  /** Where a value lies, as CSS. */
  percent(value: number): string;
}

/** Values are in the track's own unit, such as a power of ten. */
export function track(options: TrackOptions): Track {
  const { low, high, value, input, signal } = options;
  const handle = html("span", { class: "dial-handle" });
  const node = html("span", { class: "dial-track" }, handle);
  const at = (x: number) => low + (x / Math.max(1, node.clientWidth)) * (high - low);
  const percent = (one: number) => `${100 * clamp((one - low) / (high - low), 0, 1)}%`;
  const speak = slider(handle, { ...options, within: node, at });
  const show = () => {
    handle.style.left = percent(value());
    speak();
  };
  on(node, "pointerdown", signal, (event) => {
    if (event.button !== 0 || event.target === handle) return;
    event.preventDefault();
    input(clamp(at(event.clientX - node.getBoundingClientRect().left), low, high));
    show();
    handle.dispatchEvent(new PointerEvent("pointerdown", event)); // and drags on
  });
  return { node, handle, show, percent };
}
