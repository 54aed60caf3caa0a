/** Above the surface: walking and learning, which plane, which levels. */

import { type Choice, choice } from "../_front/choice.ts";
import { html, set, write } from "../_front/dom.ts";
import { type State, type Subject, VIEWS } from "./state.ts";

export interface Actions {
  change(part: Partial<State>): void;
  walk(): void;
  train(): void;
}

export class Controls {
  readonly node = html("div", { class: "controls" });
  private readonly main = html("button", { type: "button", class: "primary" });
  private readonly views: Choice;
  private readonly levels: Choice;
  private readonly draw = html("button", { type: "button" }, "Draw others");
  private readonly weights = html("span", { class: "weights" });
  private shown: (() => void)[] = [];
  private labels: string[] = [];
  private lists = new AbortController();

  constructor(
    private readonly state: State,
    private readonly actions: Actions,
    private readonly signal: AbortSignal,
  ) {
    this.main.addEventListener(
      "click",
      () => (this.main.dataset.does === "walk" ? actions.walk() : actions.train()),
      { signal },
    );
    this.views = choice(
      "Along",
      VIEWS,
      () => state.view,
      (view) => actions.change({ view }),
      signal,
    );
    this.levels = choice(
      "Levels",
      [
        ["linear", "linear"],
        ["logarithmic", "log"],
      ] as const,
      () => (state.logarithmic ? "logarithmic" : "linear"),
      (levels) => actions.change({ logarithmic: levels === "logarithmic" }),
      signal,
    );
    this.draw.addEventListener("click", () => actions.change({ seed: state.seed + 1 }), { signal });
    this.node.append(this.main, this.views.node, this.draw, this.weights, this.levels.node);
  }

  hold(subject: Subject, walking: boolean, waits: "" | "train" | "draw"): void {
    const { state } = this;
    const texts = { "": "", train: "Train and look", draw: "Draw the surface" };
    const walk = walking ? "❚❚ Pause" : "▶ Walk down from here";
    write(this.main, subject.walks ? walk : texts[waits]);
    this.main.dataset.does = subject.walks ? "walk" : "train";
    set(this.main, { hidden: !subject.walks && !waits });
    this.views.show();
    VIEWS.forEach(([view], i) => {
      set(this.views.select.options[i] as Element, { hidden: !subject.views.includes(view) });
    });
    this.levels.show();
    set(this.draw, { hidden: state.view !== "random directions" });
    if (subject.labels.join() !== this.labels.join()) this.list(subject.labels);
    set(this.weights, { hidden: state.view !== "two weights" || !this.labels.length });
    for (const show of this.shown) show();
  }

  /** The lists of weights: other ones for a network of another size. */
  private list(labels: string[]): void {
    this.labels = labels;
    this.lists.abort();
    this.lists = new AbortController();
    const signal = AbortSignal.any([this.signal, this.lists.signal]);
    const options = labels.map((label, i) => [i, label] as const);
    const { state, actions } = this;
    const made = (["first", "second"] as const).map((key) =>
      choice(
        key === "first" ? "→" : "↑",
        options,
        () => state[key],
        (value) => actions.change({ [key]: value }),
        signal,
      ),
    );
    this.weights.replaceChildren(...made.map(({ node }) => node));
    this.shown = made.map(({ show }) => show);
  }
}
