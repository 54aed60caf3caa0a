/** What the present frame says: caption, formula, numbers, a line of code, and the question. */

import { html, set, write } from "../_front/dom.ts";
import type { Change, Picture, State } from "./state.ts";

const SIGNS = [
  ["−", "negative"],
  ["0", "zero"],
  ["+", "positive"],
] as const;

export class Reading {
  readonly node = html("div", { class: "reading" });
  private readonly title = html("h3");
  private readonly caption = html("p", { class: "caption", role: "status" });
  private readonly formulas = html("div", { class: "formulas" });
  private readonly numpy = html("code");
  private readonly torch = html("code");
  private readonly rules = html("code");
  private readonly whole = html("code");
  private readonly ask = html("div", { class: "ask" });
  private readonly hint = html("p", { class: "hint", role: "status" });
  private readonly signs: [HTMLButtonElement, string][];
  private readonly reveal = html("button", { type: "button" }, "Show me");
  private drawn = "";

  constructor(
    private readonly state: State,
    change: Change,
    count: HTMLElement,
    signal: AbortSignal,
  ) {
    this.signs = SIGNS.map(([sign, name]) => {
      const button = html("button", { type: "button", "data-sign": sign }, `${sign} ${name}`);
      button.addEventListener("click", () => change({ guess: sign }), { signal });
      return [button, sign];
    });
    this.reveal.addEventListener("click", () => change({ revealed: true }), { signal });
    const answers = html("div", { class: "buttons" }, ...this.signs.map(([b]) => b), this.reveal);
    this.ask.append(answers, this.hint);
    const line = (name: string, code: HTMLElement) =>
      html("div", { class: "line" }, html("span", {}, name), html("pre", {}, code));
    this.node.append(
      html("div", { class: "head" }, this.title, count),
      this.caption,
      this.ask,
      this.formulas,
      html("div", { class: "lines" }, line("numpy", this.numpy), line("PyTorch", this.torch)),
      html(
        "details",
        {},
        html("summary", {}, "The whole round as code"),
        html("pre", {}, this.rules),
        html("pre", {}, this.whole),
      ),
    );
  }

  derive(picture: Picture): void {
    write(this.title, picture.title);
    write(this.caption, picture.caption);
    write(this.numpy, picture.numpy);
    write(this.torch, picture.torch);
    write(this.rules, picture.numpy_code);
    write(this.whole, picture.code);
    this.ask.hidden = !picture.asked;
    this.reveal.hidden = !picture.hidden;
    const other = picture.hidden ? "Touch another weight to be asked about that one." : "";
    write(this.hint, picture.hint || other);
    set(this.hint, { "data-solved": picture.asked && !picture.hidden });
    for (const [button, sign] of this.signs) {
      set(button, { "aria-pressed": String(picture.asked && this.state.guess === sign) });
      button.disabled = !picture.hidden;
    }
    const key = picture.formulas.join("\n");
    if (this.drawn === key) return;
    this.drawn = key;
    const rows = picture.formulas.map(([symbols, numbers]) =>
      html(
        "p",
        {},
        html("span", { class: "symbols" }, symbols),
        " ",
        html("span", { class: "numbers" }, numbers.replaceAll("= ", "=\u00a0")),
      ),
    );
    this.formulas.replaceChildren(...rows);
  }
}
