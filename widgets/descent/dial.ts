/** A value on a track, with its name and its number: a learning rate, a momentum. */

import { html, set, write } from "../_front/dom.ts";
import { type TrackOptions, track } from "../_front/track.ts";

export function dial(options: TrackOptions) {
  const { label, value, text } = options;
  const name = html("span", {}, label);
  const limit = html("span", { class: "dial-limit", hidden: true });
  const number = html("span", { class: "dial-number" });
  const beyond = html("span", { class: "dial-beyond" });
  const line = track({ ...options, text: (one) => [text(one), beyond.textContent].join(" ") });
  line.node.prepend(limit);
  return {
    node: html("span", { class: "control dial" }, name, line.node, number, beyond),
    hold(): void {
      write(number, text(value()));
      line.show();
    },
    rename(to: string): void {
      write(name, to);
      set(line.handle, { "aria-label": to });
    },
    /** Marks a value, in the track's own unit, beyond which something else happens. */
    mark(one: number | null, words: string): void {
      limit.hidden = one === null;
      if (one !== null) limit.style.left = line.percent(one);
      write(beyond, words);
      line.show();
    },
  };
}
