/** The run as a plain PyTorch script: to read, to copy, to download. */

import { copy } from "../_front/copy.ts";
import { html, write } from "../_front/dom.ts";
import { download } from "../_front/download.ts";

export class Code {
  readonly node = html("div", { popover: "auto", class: "script" });
  private readonly text = html("code");
  private readonly said = html("span", { role: "status", class: "note" });
  private readonly files = html("span", { class: "files" });

  constructor(
    private readonly askFile: (name: string) => void,
    private readonly signal: AbortSignal,
  ) {
    const bar = html(
      "div",
      { class: "bar" },
      html("h3", {}, "This run in plain PyTorch"),
      this.said,
      this.button("Copy", () => void this.copy()),
      this.button("Save train.py", () =>
        download("train.py", new Blob([this.script], { type: "text/x-python" })),
      ),
      this.files,
      this.button("Close", () => this.node.hidePopover()),
    );
    this.node.append(bar, html("pre", { tabindex: 0 }, this.text));
  }

  /** Opens with a script, and offers the files that it reads from its own folder. */
  open(script: string, files: string[]): void {
    write(this.text, script);
    write(this.said, "");
    this.files.replaceChildren(
      ...files.map((name) => this.button(`Save ${name}`, () => this.askFile(name))),
    );
    this.node.showPopover();
  }

  private button(name: string, does: () => void): HTMLElement {
    const one = html("button", { type: "button" }, name);
    one.addEventListener("click", does, { signal: this.signal });
    return one;
  }

  private get script(): string {
    return this.text.textContent ?? "";
  }

  private async copy(): Promise<void> {
    if (await copy(this.script)) {
      write(this.said, "Copied.");
      return;
    }
    getSelection()?.selectAllChildren(this.text);
    write(this.said, "Selected: press Ctrl+C, or ⌘C on a Mac.");
  }
}
