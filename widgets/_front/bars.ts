/** Numbers of the classes as bars. Names are text, whatever they hold. */

import { html, set, write } from "./dom.ts";

export interface Bar {
  name: string;
  /** From −1 to 1, in shares of the track: bars of negative ones go to the left of its middle. */
  share: number;
  text: string;
}

export class Bars {
  readonly node: HTMLElement;
  private readonly rows: { node: HTMLElement; name: Element; bar: HTMLElement; value: Element }[] =
    [];

  constructor(label: string) {
    this.node = html("ul", { class: "bars", "aria-label": label });
  }

  /** `marked` is the true class; −1 is none. `signed` puts zero in the middle of the track. */
  show(bars: readonly Bar[], marked: number, signed = false): void {
    while (this.rows.length > bars.length) this.rows.pop()?.node.remove();
    while (this.rows.length < bars.length) {
      const [name, bar, value] = [html("span"), html("span", { class: "bar" }), html("span")];
      const node = html("li", {}, name, html("span", { class: "track" }, bar), value);
      this.rows.push({ node, name, bar, value });
      this.node.append(node);
    }
    set(this.node, { "data-signed": signed });
    bars.forEach(({ name, share, text }, i) => {
      const row = this.rows[i] as (typeof this.rows)[number];
      write(row.name, name);
      row.bar.style.transform = signed
        ? `translateX(50%) scaleX(${share / 2})`
        : `scaleX(${share})`;
      write(row.value, text);
      set(row.node, { "data-label": i === marked, "data-sign": share < 0 ? "−" : "+" });
    });
  }
}
