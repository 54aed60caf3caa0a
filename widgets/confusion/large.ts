/** One image large, with what the network said of it. */

import { html, set, write } from "../_front/dom.ts";
import type { Item } from "../_front/gallery.ts";
import { percent } from "../_front/percent.ts";

class Probability {
  private readonly name = html("span");
  private readonly bar = html("span");
  private readonly value = html("span", { class: "value" });
  readonly node: HTMLElement;

  constructor(kind: "said" | "true") {
    this.bar.className = kind;
    this.node = html("div", {}, this.name, html("span", { class: "track" }, this.bar), this.value);
  }

  show(name: string, probability: number): void {
    write(this.name, name);
    this.bar.style.transform = `scaleX(${probability})`;
    write(this.value, `${percent(probability)} %`);
  }
}

export class Large {
  private readonly picture = html("img", { class: "samples", alt: "" });
  private readonly said = new Probability("said");
  private readonly true = new Probability("true");
  private readonly note = html("p", { class: "note" });
  readonly node = html(
    "div",
    { class: "large", hidden: true },
    this.picture,
    html("div", { class: "probabilities" }, this.true.node, this.said.node, this.note),
  );

  show(item: Item | null, address: string, names: readonly string[]): void {
    this.node.hidden = item === null;
    if (!item) return;
    const [label, said] = [names[item.label] ?? "?", names[item.said] ?? "?"];
    const alt = `Test image ${item.place}, labelled ${label}`;
    set(this.picture, { src: address || false, alt });
    this.true.show(label, item.true);
    this.said.show(said, item.confidence);
    this.said.node.hidden = item.label === item.said;
    write(this.note, `Test image ${item.place}`);
  }
}
