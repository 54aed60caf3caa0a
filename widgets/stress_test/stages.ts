/** The handle that steps through the layers: none drawn anew, the last one, the last two, … */

import { html, set, write } from "../_front/dom.ts";
import { type Track, track } from "../_front/track.ts";

export class Stages {
  private readonly place = html("div", { class: "place" });
  private readonly hint = html("span", { class: "hint" }, "drag");
  private high = 0;
  readonly node = html(
    "div",
    { class: "stages" },
    html("strong", {}, "Layers with random weights"),
    this.place,
  );
  private track: Track | null = null;
  private layers = "";
  private ends = new AbortController();

  constructor(
    private readonly value: () => number,
    private readonly input: (stage: number) => void,
    private readonly signal: AbortSignal,
  ) {
    signal.addEventListener("abort", () => this.ends.abort());
  }

  /** @param high how far the handle can go: to the last maps that there are. */
  show(layers: readonly string[], high: number, why: string): void {
    this.high = high;
    if (layers.join() !== this.layers || !this.track) this.build(layers);
    this.track?.show();
    set(this.place, { inert: high === 0 });
    write(this.hint, high ? "drag" : why);
    set(this.hint, { hidden: layers.length === 0 || (high > 0 && this.value() > 0) });
  }

  private build(layers: readonly string[]): void {
    this.layers = layers.join();
    this.ends.abort();
    if (this.signal.aborted) return;
    this.ends = new AbortController();
    const names = ["none", ...layers];
    const high = Math.max(1, layers.length);
    this.track = track({
      label: "Layers with random weights",
      low: 0,
      high,
      step: 1,
      value: () => Math.min(this.value(), this.high),
      text: (value) => stageText(names, Math.round(value)),
      input: (value) => this.input(Math.min(Math.round(value), this.high)),
      signal: this.ends.signal,
    });
    const { percent } = this.track;
    const marks = names.map((name, i) => {
      const node = html("span", { class: "mark", style: `left: ${percent(i)}` });
      write(node, i > 1 ? `+ ${name}` : name);
      return node;
    });
    set(this.track.handle, { "data-stages": layers.length });
    this.place.replaceChildren(this.track.node, ...marks, this.hint);
  }
}

export function stageText(names: readonly string[], stage: number): string {
  return stage === 0 ? "all weights as learnt" : `${names.slice(1, stage + 1).join(", ")} random`;
}
