/** A panel with the lines of PyTorch that give the same numbers. */

import { copy } from "../_front/copy.ts";
import { html, write } from "../_front/dom.ts";

export class Code {
  readonly opener = html("button", { type: "button" }, "Code");
  private readonly text = html("code");
  private readonly copied = html("button", { type: "button" }, "Copy");
  readonly panel = html(
    "div",
    { popover: "auto", class: "code", role: "dialog", "aria-label": "The same in PyTorch" },
    html("div", { class: "head" }, html("h3", {}, "The same in PyTorch"), this.copied),
    html("pre", { tabindex: 0 }, this.text),
  );

  constructor(signal: AbortSignal) {
    this.opener.popoverTargetElement = this.panel;
    this.copied.addEventListener(
      "click",
      async () => {
        const done = await copy(this.text.textContent ?? "");
        write(this.copied, done ? "Copied" : "Select it and press Ctrl+C");
      },
      { signal },
    );
  }

  derive(script: string): void {
    if (this.text.textContent === script) return;
    write(this.text, script);
    write(this.copied, "Copy");
  }
}
