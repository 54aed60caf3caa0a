/** A layer: its name, of which moment its images are, and a tile for each channel. */

import { unpack } from "../_front/arrays.ts";
import { html, set, write } from "../_front/dom.ts";
import { count } from "../_front/numbers.ts";
import type { RowLayout } from "./layout.ts";
import type { Made, Real, RowFrame } from "./state.ts";
import { Tile } from "./tile.ts";

// CSS pixels at scale 1: a letter of a name, and two numbers with and without words
const LETTER = 8;
const WORDS = 190;
const PAIR = 88;

export interface RowHand {
  choose(layer: string, channel: number): void;
  select(place: number): void;
}

export class Row {
  private readonly name = html("span", { class: "layer" });
  private readonly note = html("span", { class: "note" });
  private readonly bar = html("span", { class: "done" });
  private readonly progress = html("span", { class: "progress", role: "progressbar" }, this.bar);
  private readonly tiles = html("div", { class: "tiles-of" });
  readonly node = html(
    "section",
    { class: "row" },
    html("div", { class: "title" }, this.name, this.note, this.progress),
    this.tiles,
  );
  private readonly shown: Tile[] = [];
  private layer = "";
  private longest = 0; // name, in letters
  private channels: readonly number[] = [];
  private painted: Made | null = null;
  private paintedReal: Real | null = null;

  constructor(
    private readonly hand: RowHand,
    private readonly signal: AbortSignal,
  ) {}

  show(
    frame: RowFrame,
    made: Made | undefined,
    real: Real | undefined,
    look: { classNames: readonly string[]; trained: boolean; step: number; busy: boolean },
  ): void {
    this.layer = frame.layer;
    write(this.name, frame.layer || "Classes");
    write(this.note, frame.problem || noteOf(frame, look));
    set(this.node, {
      "aria-label": frame.layer || "Classes",
      "data-problem": frame.problem !== "",
    });
    const share = frame.steps ? frame.done / frame.steps : 0;
    set(this.progress, {
      hidden: !frame.busy,
      "aria-valuenow": Math.round(100 * share),
      "aria-label": "Images made",
    });
    this.bar.style.transform = `scaleX(${share})`;
    // Before there are any pictures, there are their places.
    this.channels = made?.channels ?? Array.from({ length: frame.channels }, (_, i) => i);
    while (this.shown.length < this.channels.length) this.add();
    this.shown.forEach((tile, i) => {
      tile.node.hidden = i >= this.channels.length;
    });
    const old = frame.made && !look.busy && frame.step >= 0 && frame.step !== look.step;
    set(this.tiles, { "data-old": look.trained && old });
    this.longest = 0;
    this.channels.forEach((channel, i) => {
      const name = frame.layer ? `${channel}` : (look.classNames[channel] ?? `${channel}`);
      this.shown[i]?.show({
        name,
        values: made?.values[i] ?? [],
        real: real?.values[i] ?? [],
        dead: made?.dead[i] === true,
        chosen: channel === frame.chosen,
      });
      this.longest = Math.max(this.longest, name.length);
    });
    if (made && made !== this.painted) this.paintMade(made);
    if (real && real !== this.paintedReal) this.paintReal(real);
  }

  /** All tiles of a row have their two numbers, with words if there is room; or none has. */
  place({ side, beside, width }: RowLayout, scale: number): void {
    this.node.style.setProperty("--side", `${side}px`);
    const room = width / scale - LETTER * this.longest;
    const numbers = room >= WORDS ? "words" : room >= PAIR ? "pair" : "none";
    set(this.node, { "data-beside": beside, "data-numbers": numbers });
  }

  private paintMade(made: Made): void {
    this.painted = made;
    const [, many = 0, ...shape] = made.images.shape;
    const each = shape.reduce((product, side) => product * side, many);
    const bytes = unpack(made.images);
    made.channels.forEach((_, i) => {
      this.shown[i]?.paintMade(bytes.subarray(i * each, (i + 1) * each), many, shape);
    });
  }

  private paintReal(real: Real): void {
    this.paintedReal = real;
    const [, many = 0, ...shape] = real.images.shape;
    const each = shape.reduce((product, side) => product * side, many);
    const bytes = unpack(real.images);
    real.places.forEach((places, i) => {
      const values = bytes.subarray(i * each, (i + 1) * each);
      this.shown[i]?.paintReal(values, places, real.values[i] ?? [], shape);
    });
  }

  private add(): void {
    const i = this.shown.length;
    const hand = {
      choose: () => this.hand.choose(this.layer, this.channels[i] ?? 0),
      select: (place: number) => this.hand.select(place),
    };
    const tile = new Tile(hand, this.signal);
    this.shown.push(tile);
    this.tiles.append(tile.node);
  }
}

function noteOf(frame: RowFrame, { trained, step }: { trained: boolean; step: number }): string {
  const parts = [
    frame.channels < frame.all ? `${frame.channels} of ${count(frame.all)} channels` : "",
    frame.layer ? frame.kind : "what is taken for each",
    trained && frame.made && frame.step >= 0 && frame.step !== step
      ? `of step ${count(frame.step)}`
      : "",
  ];
  return parts.filter(Boolean).join("\n");
}
