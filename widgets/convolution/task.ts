/** What is to be done, how far it is, and a hint. */

import { html, set, write } from "../_front/dom.ts";
import type { Change, Picture, State } from "./state.ts";
import { tidy } from "./state.ts";

export const TASKS = [
  ["none", "none"],
  ["vertical edges", "a kernel that finds vertical edges"],
  ["predict", "predict one output cell"],
  ["keep size", "padding so that the size stays"],
  ["same size", "two settings, one size"],
] as const;

export class Task {
  readonly node = html("div", { class: "task" });
  private readonly verdict = html("p", { class: "verdict", role: "status" });
  private readonly trials = html("ul", { class: "trials" });
  private readonly guess = html("input", { inputmode: "decimal", size: 7, autocomplete: "off" });
  private readonly form = html(
    "form",
    {},
    html("label", { class: "control" }, "Your prediction", this.guess),
    html("button", { type: "submit" }, "Check"),
  );
  private readonly keep = html("button", { type: "button" }, "Keep these settings as the first");
  private readonly kept = html("span", { class: "note" });
  private picture: Picture | null = null;
  private where = "";

  constructor(
    private readonly state: State,
    change: Change,
    signal: AbortSignal,
  ) {
    const first = html("div", { class: "control" }, this.keep, this.kept);
    this.node.append(this.form, first, this.trials, this.verdict);
    this.form.addEventListener(
      "submit",
      (event) => {
        event.preventDefault();
        const text = this.guess.value.trim().replace("−", "-").replace(",", ".");
        // What is no number goes to Python as it is: its sentence says what would be right.
        const number = text === "" || Number.isNaN(Number(text)) ? text : Number(text);
        change({ guess: number as number });
      },
      { signal },
    );
    this.guess.addEventListener(
      "keydown",
      (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault(); // a browser submits by itself, but not inside JupyterLab
        this.form.requestSubmit();
      },
      { signal },
    );
    this.keep.addEventListener("click", () => change({ first: this.picture?.numbers ?? [] }), {
      signal,
    });
  }

  /** Whether the framed cell's value is still to be found. */
  get hides(): boolean {
    return this.state.task === "predict" && this.picture?.verdict.solved !== true;
  }

  derive(picture: Picture): void {
    this.picture = picture;
    const { task, first, at } = this.state;
    const { solved, hint, trials } = picture.verdict;
    if (this.where !== String([task, at])) this.guess.value = "";
    this.where = String([task, at]);
    set(this.node, { hidden: task === "none" });
    set(this.form, { hidden: task !== "predict" });
    set(this.keep, { hidden: task !== "same size", disabled: picture.numbers.length === 0 });
    const [rows, columns, stride, padding, dilation] = first;
    write(
      this.kept,
      task === "same size" && first.length > 0
        ? `First: kernel ${rows} × ${columns}, stride ${stride}, padding ${padding}, dilation ${dilation}`
        : "",
    );
    const lines = trials.map(({ name, answer, right }) => {
      const line = `${name}: ${tidy(answer)} ${right ? "✓" : "✗"}`;
      return html("li", { "data-right": String(right) }, line);
    });
    this.trials.replaceChildren(...lines);
    write(this.verdict, hint);
    set(this.verdict, { "data-done": solved });
  }
}
