/** A number on a track: its name before it, and behind it its value, which can be typed too. */

import { html } from "./dom.ts";
import { type TrackOptions, track } from "./track.ts";

export interface DialOptions extends TrackOptions {
  /** Called with what was typed instead. */
  typed(text: string): void;
}

export interface Dial {
  node: HTMLElement;
  /** Shows the present value. */
  show(): void;
}

export function dial(options: DialOptions): Dial {
  const { label, value, text, typed, signal } = options;
  const line = track(options);
  const number = html("input", { type: "text", "aria-label": `${label}, as a number` });
  number.autocomplete = "off";
  const show = () => {
    line.show();
    if (document.activeElement !== number) number.value = text(value());
  };
  number.addEventListener("change", () => typed(number.value), { signal });
  number.addEventListener("blur", show, { signal });
  number.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault();
      number.blur(); // which takes over what was typed
      number.focus();
      number.select();
    },
    { signal },
  );
  return {
    node: html("span", { class: "dial" }, html("span", {}, label), line.node, number),
    show,
  };
}
