/** Small pictures of all channels, or of all filters' results, of which one is looked at large. */

import type { Values } from "../_front/arrays.ts";
import type { ColourMap } from "../_front/colour.ts";
import { html, set } from "../_front/dom.ts";
import { paint } from "../_front/paint.ts";
import type { Cell } from "../_front/windows.ts";
import type { Ends } from "./state.ts";

export class Thumbs {
  readonly node: HTMLElement;
  private readonly buttons: HTMLButtonElement[] = [];

  constructor(
    label: string,
    private readonly name: (index: number) => string,
    private readonly choose: (index: number) => void,
    private readonly signal: AbortSignal,
  ) {
    this.node = html("div", { class: "thumbs", role: "radiogroup", "aria-label": label });
    this.node.addEventListener(
      "keydown",
      (event) => {
        const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        const present = this.buttons.indexOf(document.activeElement as HTMLButtonElement);
        if (by === undefined || present < 0) return;
        event.preventDefault();
        const next = (present + by + this.buttons.length) % this.buttons.length;
        choose(next);
        this.buttons[next]?.focus();
      },
      { signal },
    );
  }

  /** Draws `count` tables one after the other; a single one needs no choice. */
  show(
    values: Values,
    count: number,
    size: Cell,
    map: ColourMap,
    [low, high]: Ends,
    present: number,
  ): void {
    set(this.node, { hidden: count < 2 });
    while (this.buttons.length > count) this.buttons.pop()?.remove();
    while (this.buttons.length < count) this.add();
    const area = size[0] * size[1];
    this.buttons.forEach((button, i) => {
      const canvas = button.firstElementChild as HTMLCanvasElement;
      const own = values.subarray(i * area, (i + 1) * area) as Values;
      if (count > 1) paint(canvas, own, size, map, low, high);
      set(button, { "aria-checked": String(i === present), tabindex: i === present ? 0 : -1 });
    });
  }

  private add(): void {
    const index = this.buttons.length;
    const canvas = html("canvas", { class: "samples" });
    const name = this.name(index);
    const button = html("button", { type: "button", role: "radio" }, canvas, name);
    button.addEventListener("click", () => this.choose(index), { signal: this.signal });
    this.buttons.push(button);
    this.node.append(button);
  }
}
