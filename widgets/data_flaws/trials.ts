/** The trials so far as a forest plot: the mean F1 of each, and the F1 of each class. */

import { html, set, write } from "../_front/dom.ts";
import { Dot } from "../_front/dot.ts";
import { at, type Estimate, span } from "../_front/estimates.ts";
import { percent } from "../_front/percent.ts";
import type { Trial } from "./state.ts";

const NEVER = "never said";

/** How much of its F1 a class has lost, from 0 to 1, beside the first trial. */
export function lost(first: Estimate, now: Estimate): number {
  return Math.max(0, (first.value ?? 0) - (now.value ?? 0));
}

class Row {
  private readonly title = html("strong");
  private readonly seed = html("small");
  private readonly name = html("span", { role: "rowheader", class: "name" }, this.title, this.seed);
  private readonly mean = new Dot();
  private readonly classes: HTMLElement[] = [];
  readonly node = html("div", { role: "row" }, this.name, this.mean.node);

  show(trial: Trial, first: Trial, names: readonly string[]): void {
    write(this.title, trial.name);
    write(this.seed, `seed ${trial.seed}`);
    set(this.node, { "data-now": trial.now, "data-learns": !trial.done });
    this.mean.show(trial.mean, 0, NEVER);
    while (this.classes.length > names.length) this.classes.pop()?.remove();
    while (this.classes.length < names.length) {
      const cell = html("span", { role: "cell", class: "one" }, html("b"), html("small"));
      this.classes.push(cell);
      this.node.append(cell);
    }
    for (const [i, name] of names.entries()) {
      const cell = this.classes[i] as HTMLElement;
      const estimate = at(trial.classes, i);
      const { value } = estimate;
      const text = value === null ? "–" : percent(value);
      const ends = value === null ? NEVER : span(estimate);
      write(cell.children[0] as Element, text);
      write(cell.children[1] as Element, ends);
      cell.style.setProperty("--lost", lost(at(first.classes, i), estimate).toFixed(2));
      set(cell, {
        "data-class": name,
        "aria-label": `${name}: ${value === null ? NEVER : `F1 ${text} %, 95 % interval ${ends} %`}`,
      });
    }
  }
}

export class Trials {
  private readonly head = html("div", { role: "row", class: "headings" });
  private readonly body = html("div", { role: "rowgroup" });
  private readonly rows: Row[] = [];
  private named = "";
  readonly node = html(
    "div",
    { role: "table", class: "trials", "aria-label": "F1 of each training" },
    this.head,
    this.body,
  );

  show(trials: readonly Trial[], names: readonly string[]): void {
    this.name(names);
    const first = trials[0];
    while (this.rows.length > trials.length) this.rows.pop()?.node.remove();
    if (!first) return;
    while (this.rows.length < trials.length) {
      const row = new Row();
      this.rows.push(row);
      this.body.append(row.node);
    }
    this.rows.forEach((row, i) => {
      row.show(trials[i] as Trial, first, names);
    });
  }

  private name(names: readonly string[]): void {
    if (names.join() === this.named) return;
    this.named = names.join();
    const ends = ["0", "100 %"].map((end) => html("span", {}, end));
    const axis = html("span", { class: "axis", "aria-hidden": "true" }, ...ends);
    this.head.replaceChildren(
      html("span", { role: "columnheader" }, "learnt from data"),
      html("span", { role: "columnheader", class: "mean" }, "mean F1 and 95 % interval", axis),
      ...names.map((name) => html("span", { role: "columnheader", class: "one" }, name)),
    );
    this.node.style.setProperty("--classes", String(names.length));
  }
}
