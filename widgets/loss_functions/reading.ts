/** What it means: the formula, the formula with its numbers, a sentence, the code. */

import { html, write } from "../_front/dom.ts";
import type { Picture } from "./state.ts";

export class Reading {
  private readonly symbols = html("p", { class: "symbols" });
  private readonly working = html("p", { class: "working" });
  private readonly meaning = html("p", { class: "meaning" });
  private readonly compared = html("p", { class: "compared" });
  private readonly code = html("code");
  readonly node = html(
    "div",
    { class: "reading" },
    this.symbols,
    this.working,
    this.meaning,
    this.compared,
    html("details", {}, html("summary", {}, "The same in PyTorch"), html("pre", {}, this.code)),
  );

  derive({ symbols, working, meaning, compared, code }: Picture): void {
    write(this.symbols, symbols);
    write(this.working, working);
    write(this.meaning, meaning);
    write(this.compared, compared);
    write(this.code, code);
  }
}
