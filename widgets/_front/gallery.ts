/** Pictures side by side to look at and choose from: each keeps its identity and moves to its place. */

import { html, set, write } from "./dom.ts";
import { travel } from "./travel.ts";

/** An image of the test, and what the network said of it. */
export interface Item {
  /** Its place in the test set. */
  place: number;
  label: number;
  said: number;
  /** The probability of the class that was said. */
  confidence: number;
  /** The probability of the true class. */
  true: number;
}

/** What Python says of the images to show; nothing before the first test. */
export interface Picked {
  data: number;
  count: number;
  known: number;
  tests: number;
  items: Item[];
  large: Item | null;
}

export interface Card {
  key: number;
  /** Of its picture; empty while that is on its way. */
  address: string;
  caption: string;
  /** What a screen reader says. */
  label: string;
  /** The probabilities of the class that was said and of the true one, as a bar. */
  shares?: readonly [said: number, true: number];
}

class Shown {
  private readonly picture = html("img", { class: "samples", alt: "", draggable: "false" });
  private readonly caption = html("span", { class: "caption" });
  private readonly said = html("span", { class: "said" });
  private readonly true = html("span", { class: "true" });
  private readonly bar = html("span", { class: "shares" }, this.said, this.true);
  readonly node = html("li", { role: "option", tabindex: -1 }, this.picture, this.caption);

  show(card: Card, chosen: boolean): void {
    set(this.picture, { src: card.address || false });
    write(this.caption, card.caption);
    set(this.node, {
      "aria-label": card.label,
      "aria-selected": String(chosen),
      title: card.label,
    });
    if (!card.shares) return;
    if (!this.bar.isConnected) this.node.append(this.bar);
    const [said, right] = card.shares;
    this.said.style.transform = `scaleX(${said})`;
    this.true.style.transform = `scaleX(${right})`;
  }
}

export class Gallery {
  readonly node: HTMLElement;
  private shown = new Map<number, Shown>();
  private order: number[] = [];
  private focused = 0;

  constructor(
    label: string,
    private readonly choose: (key: number) => void,
    signal: AbortSignal,
  ) {
    this.node = html("ul", { class: "gallery", role: "listbox", "aria-label": label });
    this.node.addEventListener("click", (event) => this.click(event.target), { signal });
    this.node.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  show(cards: readonly Card[], chosen: number): void {
    const same =
      cards.length === this.order.length && cards.every(({ key }, i) => key === this.order[i]);
    if (!same) travel(this.node, () => this.arrange(cards.map(({ key }) => key)));
    for (const card of cards) this.shown.get(card.key)?.show(card, card.key === chosen);
  }

  private arrange(order: number[]): void {
    const held = this.order[this.focused];
    const inside = this.node.contains(document.activeElement);
    const next = new Map(order.map((key) => [key, this.shown.get(key) ?? new Shown()]));
    this.shown = next;
    this.order = order;
    this.node.replaceChildren(...[...next.values()].map(({ node }) => node));
    this.point(Math.max(0, held === undefined ? 0 : order.indexOf(held)), inside);
  }

  private nodes(): HTMLElement[] {
    return [...this.node.children] as HTMLElement[];
  }

  private point(index: number, focus: boolean): void {
    const nodes = this.nodes();
    this.focused = Math.min(Math.max(0, index), nodes.length - 1);
    nodes.forEach((node, i) => {
      set(node, { tabindex: i === this.focused ? 0 : -1 });
    });
    if (focus) nodes[this.focused]?.focus();
  }

  private click(target: EventTarget | null): void {
    const node = target instanceof Element ? target.closest("li") : null;
    const index = this.nodes().indexOf(node as HTMLElement);
    if (index < 0) return;
    this.point(index, true);
    this.choose(this.order[index] as number);
  }

  private key(event: KeyboardEvent): void {
    const nodes = this.nodes();
    const top = nodes[0]?.offsetTop;
    const columns = Math.max(1, nodes.filter((node) => node.offsetTop === top).length);
    const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
    if (by !== undefined) this.point(this.focused + by, true);
    else if (event.key === "Enter" || event.key === " ") {
      this.choose(this.order[this.focused] as number);
    } else return;
    event.preventDefault();
  }
}
