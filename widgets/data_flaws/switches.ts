/** The data: what the network learns from and is tested on, as they should be and with each flaw. */

import { unpack } from "../_front/arrays.ts";
import { html, set, write } from "../_front/dom.ts";
import { paintImage } from "../_front/image.ts";
import type { Choices, Example, Flaw } from "./state.ts";

const SHAPE = (shape: readonly number[]) => [1, ...shape];

export class Switches {
  private readonly buttons = new Map<string, HTMLElement>();
  readonly node: HTMLElement;

  constructor(
    { learnt, tested, sound, flaws }: Choices,
    private readonly flip: (key: string) => void,
    signal: AbortSignal,
  ) {
    const heading = (title: string, what: string) =>
      html("span", { class: "heading" }, html("span", {}, title), html("small", {}, what));
    this.node = html(
      "div",
      { class: "switches" },
      html("h3", {}, "The data"),
      heading("to learn from", `here ${learnt}`),
      heading("in the test", `here ${tested}`),
      html("span", { class: "words" }, html("strong", {}, "As it should be")),
      picture(sound.learns, `${learnt} to learn from`),
      picture(sound.tests, `${tested} of the test`),
      ...flaws.flatMap((flaw) => this.row(flaw, signal)),
    );
  }

  show(on: readonly string[]): void {
    for (const [key, button] of this.buttons) {
      const checked = on.includes(key);
      set(button, { "aria-checked": String(checked) });
      write(button.querySelector(".state") as Element, checked ? "on" : "off");
    }
  }

  private row(flaw: Flaw, signal: AbortSignal): HTMLElement[] {
    const id = `data-flaw-${flaw.key}`;
    const button = html(
      "button",
      { type: "button", role: "switch", "aria-label": flaw.title, "aria-describedby": id },
      html("span", { class: "knob", "aria-hidden": "true" }),
      html("span", { class: "state", "aria-hidden": "true" }),
    );
    button.addEventListener("click", () => this.flip(flaw.key), { signal });
    this.buttons.set(flaw.key, button);
    const title = html("span", { class: "title" }, button, html("strong", {}, flaw.title));
    const words = html("span", { class: "words" }, title, html("span", { id }, flaw.words));
    return [words, ...pictures(flaw)];
  }
}

/** Two images; or how many there are of each class, where that is what differs. */
function pictures(flaw: Flaw): HTMLElement[] {
  const even = new Set(flaw.counts).size === 1;
  if (even) return [picture(flaw.learns, "to learn from"), picture(flaw.tests, "of the test")];
  return [bars(flaw.counts, "to learn from"), bars(flaw.testCounts, "of the test")];
}

function picture(image: Example["learns"], label: string): HTMLElement {
  const canvas = html("canvas", { class: "samples", role: "img", "aria-label": label });
  paintImage(canvas, unpack(image), SHAPE(image.shape));
  return canvas;
}

function bars(counts: readonly number[], what: string): HTMLElement {
  const most = Math.max(...counts);
  const label = `Images of each class ${what}: ${counts.join(", ")} of ${counts.reduce((a, b) => a + b)}`;
  const all = counts.map((one) => {
    const bar = html("span", {});
    bar.style.height = `${(100 * one) / most}%`;
    return bar;
  });
  return html("span", { class: "counts", role: "img", "aria-label": label, title: label }, ...all);
}
