/** The test images that a view shows: those that Python picked, the chosen one, and more of them. */

import { html } from "./dom.ts";
import { type Card, Gallery, type Item, type Picked } from "./gallery.ts";
import { command } from "./live.ts";
import { Pictures, type Sender } from "./pictures.ts";

/** So many are shown at first, and more at a press. */
export const MORE = 24;

const MOST = 240; // that Python takes

interface Held {
  image: number;
  many: number;
}

export class TestImages<P extends Picked> {
  readonly gallery: Gallery;
  readonly more: HTMLButtonElement;
  private readonly pictures: Pictures;

  /** @param show is called when pictures have come. */
  constructor(
    private readonly model: Sender & { get(name: "gallery"): P | Record<string, never> },
    private readonly held: Held,
    private readonly take: (part: Partial<Held>) => void,
    words: { label: string; more: string },
    show: () => void,
    signal: AbortSignal,
  ) {
    this.gallery = new Gallery(words.label, (place) => this.choose(place), signal);
    this.more = html("button", { type: "button", class: "more" }, words.more);
    const ask = () => take({ many: Math.min(MOST, held.many + MORE) });
    this.more.addEventListener("click", ask, { signal });
    this.pictures = new Pictures(model, show, signal);
  }

  /** What Python picked; nothing before the first test. */
  get picked(): P | null {
    const picked = this.model.get("gallery");
    return "items" in picked ? (picked as P) : null;
  }

  show(now: P | null, cardOf: (item: Item, address: string) => Card): void {
    if (!now) {
      this.gallery.show([], -1);
      this.more.hidden = true;
      return;
    }
    const all = now.large ? [...now.items, now.large] : now.items;
    // First, because with other data the pictures of the last go.
    this.pictures.want(
      now.data,
      all.map(({ place }) => place),
    );
    const cards = now.items.map((item) => cardOf(item, this.address(item.place)));
    this.gallery.show(cards, this.held.image);
    this.more.hidden = now.items.length >= now.count || this.held.many >= MOST;
  }

  /** What a picture's `src` is; nothing while it is on its way. */
  address(place: number): string {
    return this.pictures.address(place);
  }

  private choose(place: number): void {
    this.take({ image: this.held.image === place ? -1 : place });
    command(this.model, "select", place);
  }
}
