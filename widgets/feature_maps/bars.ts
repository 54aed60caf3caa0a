/** Probabilities of the classes as bars. Names are text, whatever they hold. */

import { html, set, write } from "../_front/dom.ts";
import { fixed } from "../_front/numbers.ts";

export class Bars {
  readonly node = html("ul", { class: "bars", "aria-label": "Probabilities" });
  private readonly rows: { node: HTMLElement; name: Element; bar: HTMLElement; value: Element }[] =
    [];

  show(probabilities: ArrayLike<number>, names: string[], label: number): void {
    while (this.rows.length > names.length) this.rows.pop()?.node.remove();
    while (this.rows.length < names.length) {
      const [name, bar, value] = [html("span"), html("span", { class: "bar" }), html("span")];
      const node = html("li", {}, name, html("span", { class: "track" }, bar), value);
      this.rows.push({ node, name, bar, value });
      this.node.append(node);
    }
    this.rows.forEach(({ node, name, bar, value }, i) => {
      const probability = probabilities[i] ?? 0;
      write(name, names[i] ?? "");
      bar.style.transform = `scaleX(${probability})`;
      write(value, `${fixed(100 * probability, 0)} %`);
      set(node, { "data-label": i === label });
    });
  }
}
