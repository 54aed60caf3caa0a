/** What can be set besides the class: opacity, threshold, and which methods are shown. */

import { html, set, write } from "../_front/dom.ts";
import { type Track, track } from "../_front/track.ts";
import type { Method, State } from "./state.ts";

type Change = (part: Partial<State>) => void;

interface Line {
  node: HTMLElement;
  track: Track;
  value: HTMLElement;
  name: "opacity" | "threshold";
}

export class Controls {
  readonly sliders: HTMLElement;
  readonly methods = html("div", { class: "choose", role: "group", "aria-label": "Methods" });
  private readonly lines: Line[];
  private readonly buttons = new Map<string, HTMLButtonElement>();

  constructor(
    private readonly state: State,
    private readonly change: Change,
    private readonly signal: AbortSignal,
  ) {
    const opacity = this.line("Opacity", "opacity");
    const threshold = this.line("Threshold", "threshold");
    this.lines = [opacity, threshold];
    opacity.node.append(
      html(
        "div",
        { class: "ends", "aria-hidden": "true" },
        html("span", {}, "image"),
        html("span", {}, "heat map"),
      ),
    );
    this.sliders = html("div", { class: "sliders" }, opacity.node, threshold.node);
  }

  show(catalogue: Record<string, Method>): void {
    for (const { track, value, name } of this.lines) {
      track.show();
      write(value, words(this.state[name]));
    }
    const { methods } = this.state;
    for (const [name, { title, words, source }] of Object.entries(catalogue)) {
      const button = this.buttons.get(name) ?? this.add(name, title, `${words} ${source}`);
      const shown = methods.includes(name);
      set(button, {
        "aria-pressed": String(shown),
        disabled: shown && methods.length === 1, // one is always left
      });
    }
  }

  private add(name: string, title: string, words: string): HTMLButtonElement {
    const button = html("button", { type: "button", title: words }, title);
    const flip = () => {
      const { methods } = this.state;
      const others = methods.filter((one) => one !== name);
      this.change({ methods: others.length < methods.length ? others : [...methods, name] });
    };
    button.addEventListener("click", flip, { signal: this.signal });
    this.buttons.set(name, button);
    this.methods.append(button);
    return button;
  }

  private line(label: string, name: Line["name"]): Line {
    const { state, change, signal } = this;
    const line = track({
      label,
      low: 0,
      high: 1,
      step: 0.01,
      value: () => state[name],
      text: words,
      input: (value) => change({ [name]: value }),
      signal,
    });
    const value = html("span", { class: "number" });
    const node = html("div", { class: "line" }, html("span", {}, label), line.node, value);
    return { node, track: line, value, name };
  }
}

function words(share: number): string {
  return `${Math.round(100 * share)} %`;
}
