/** A value on a track, with its name and its number: a learning rate, a momentum. */

import { html, set, write } from "../_front/dom.ts";
import { clamp } from "../_front/numbers.ts";
import { slider } from "../_front/slider.ts";

export interface DialOptions {
  label: string;
  low: number;
  high: number;
  step: number;
  /** In the track's own unit, such as a power of ten. */
  value(): number;
  text(value: number): string;
  input(value: number): void;
  signal: AbortSignal;
}

export function dial(options: DialOptions) {
  const { low, high, value, text, input, signal } = options;
  const name = html("span", {}, options.label);
  const handle = html("span", { class: "dial-handle" });
  const limit = html("span", { class: "dial-limit", hidden: true });
  const track = html("span", { class: "dial-track" }, limit, handle);
  const number = html("span", { class: "dial-number" });
  const beyond = html("span", { class: "dial-beyond" });
  const node = html("span", { class: "control dial" }, name, track, number, beyond);
  const at = (x: number) => low + (x / Math.max(1, track.clientWidth)) * (high - low);
  const percent = (one: number) => `${100 * clamp((one - low) / (high - low), 0, 1)}%`;
  const speak = slider(handle, {
    ...options,
    text: (one) => [text(one), beyond.textContent].join(" "),
    within: track,
    at,
  });
  const hold = () => {
    handle.style.left = percent(value());
    write(number, text(value()));
    speak();
  };
  track.addEventListener(
    "pointerdown",
    (event) => {
      if (event.target === handle) return;
      event.preventDefault();
      input(clamp(at(event.clientX - track.getBoundingClientRect().left), low, high));
      hold();
      handle.dispatchEvent(new PointerEvent("pointerdown", event)); // and drags on
    },
    { signal },
  );
  return {
    node,
    hold,
    rename(label: string): void {
      write(name, label);
      set(handle, { "aria-label": label });
    },
    /** Marks a value, in the track's own unit, beyond which something else happens. */
    mark(one: number | null, words: string): void {
      limit.hidden = one === null;
      if (one !== null) limit.style.left = percent(one);
      write(beyond, words);
      speak();
    },
  };
}
