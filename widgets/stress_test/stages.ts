/** The handle that steps through the layers: none drawn anew, the last one, the last two, … */

import { html, set, write } from "../_front/dom.ts";
import { type Track, track } from "../_front/track.ts";

export class Stages {
  private readonly place = html("div", { class: "place" });
  private readonly hint = html("span", { class: "hint" }, "drag");
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

  show(layers: readonly string[]): void {
    if (layers.join() !== this.layers || !this.track) this.build(layers);
    this.track?.show();
    const touched = this.value() > 0 || layers.length === 0;
    set(this.hint, { hidden: touched });
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
      value: () => Math.min(this.value(), layers.length),
      text: (value) => stageText(names, Math.round(value)),
      input: (value) => this.input(Math.min(Math.round(value), layers.length)),
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
