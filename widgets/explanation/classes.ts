/** The classes with their probabilities: press one, and it is explained (ARIA radio group). */

import { html, set, write } from "../_front/dom.ts";
import { percent } from "../_front/percent.ts";
import type { ExplanationFrame } from "./state.ts";

interface Row {
  node: HTMLButtonElement;
  name: HTMLElement;
  bar: HTMLElement;
  share: HTMLElement;
  place: number;
}

const MANY = 6; // from here on they stand closer
const FOLLOW = -1; // the most probable class, whichever that is

export class Classes {
  readonly node = html("div", {
    class: "classes",
    role: "radiogroup",
    "aria-label": "The class to explain",
  });
  private readonly rows: Row[] = [];
  private chosen = FOLLOW;

  constructor(
    private readonly explain: (place: number) => void,
    private readonly signal: AbortSignal,
  ) {
    this.node.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  show({ classes, classNames, follows, target, best, label }: ExplanationFrame): void {
    const all = [{ place: FOLLOW, share: 0 }, ...classes];
    while (this.rows.length > all.length) this.rows.pop()?.node.remove();
    while (this.rows.length < all.length) this.add();
    set(this.node, { "data-many": classes.length > MANY });
    this.chosen = follows ? FOLLOW : target;
    for (const [i, { place, share }] of all.entries()) {
      const row = this.rows[i] as Row;
      row.place = place;
      const chosen = place === this.chosen;
      set(row.node, {
        "aria-checked": String(chosen),
        tabindex: chosen ? 0 : -1,
        "data-explained": place === target,
        "data-follow": place === FOLLOW,
      });
      const most = `most probable: ${classNames[best] ?? "?"}`;
      write(row.name, place === FOLLOW ? most : (classNames[place] ?? "?"));
      set(row.name, { title: place === label ? "the true class" : "" });
      set(row.node, { "data-label": place === label && place >= 0 });
      row.bar.style.transform = `scaleX(${share})`;
      write(row.share, place === FOLLOW ? "" : `${percent(share)} %`);
    }
  }

  private add(): void {
    const [name, bar, share] = [html("span", { class: "name" }), html("span"), html("span")];
    const track = html("span", { class: "track", "aria-hidden": "true" }, bar);
    const node = html("button", { type: "button", role: "radio" }, name, track, share);
    const row: Row = { node, name, bar, share, place: FOLLOW };
    node.addEventListener("click", () => this.explain(row.place), { signal: this.signal });
    this.rows.push(row);
    this.node.append(node);
  }

  private key(event: KeyboardEvent): void {
    const by = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    const { rows } = this;
    const present = rows.findIndex(({ node }) => node === document.activeElement);
    const next = rows[(Math.max(0, present) + by + rows.length) % rows.length] as Row;
    next.node.focus();
    this.explain(next.place);
  }
}
