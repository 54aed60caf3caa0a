/** One block in the row: its picture, its values in few words, what comes out of it. */

import { html, set, svg, write } from "../_front/dom.ts";
import { count } from "../_front/numbers.ts";
import { slider } from "../_front/slider.ts";
import { column, GAP, type Measure, maps, type Solid } from "./solids.ts";
import { type Block, nameOf, type Row, words } from "./state.ts";

const NOTCH = 9; // pixels that the pointer moves from one number of channels to the next

/** Numbers of channels or neurons to drag through. */
const AMOUNTS = [
  1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 32, 40, 48, 64, 84, 96, 120, 128, 192, 256, 384, 512,
  768, 1024, 2048, 4096,
];
const MOST = { channels: 512, neurons: 4096 } as const;

export function shapeText(shape: readonly number[]): string {
  return shape.join(" × ");
}

/** A picture of what one or two layers put out. */
export class Drawing {
  readonly node = svg("svg", { class: "drawing", "aria-hidden": "true" });

  show(shapes: readonly number[][], to: Measure, width: number): void {
    const solids = shapes.map((shape) =>
      shape.length === 3 ? maps(shape, to) : column(shape[0] as number, to.tall),
    );
    const wide = solids.reduce((sum, solid) => sum + solid.width, GAP * (solids.length - 1));
    let x = (width - wide) / 2;
    const parts = solids.map((solid, i) => {
      const part = paint(solid, x, to.tall / 2, i > 0);
      x += solid.width + GAP;
      return part;
    });
    this.node.replaceChildren(...parts);
    set(this.node, { width, height: to.tall });
  }
}

function paint({ front, top, side, height }: Solid, x: number, middle: number, small: boolean) {
  return svg(
    "g",
    { transform: `translate(${x} ${middle - height / 2})`, class: small ? "pooled" : "solid" },
    ...[top, side, front].filter(Boolean).map((d, i) => svg("path", { d, class: `face${i}` })),
  );
}

/** How many numbers a block learns; what they are says the first cell, and a screen reader. */
export class Learns {
  private readonly number = html("span");
  readonly node = html(
    "span",
    { class: "learns" },
    this.number,
    html("span", { class: "visually-hidden" }, " parameters"),
  );

  show(rows: readonly Row[]): void {
    const sum = rows.reduce((total, row) => total + row.parameters, 0);
    write(this.number, rows.length > 0 ? count(sum) : "");
  }
}

export interface CellHand {
  block(): Block;
  set(part: Partial<Block>): void;
  choose(): void;
  place(): number;
  places: number;
  /** The place at a point of the screen. */
  placeAt(x: number, y: number): number;
  move(to: number): void;
  dropped(): void;
  within: Element;
  signal: AbortSignal;
}

export class Cell {
  private readonly title = html("span", { class: "title" });
  private readonly grip = html("span", { class: "grip" });
  private readonly values = html("span", { class: "values" });
  private readonly shape = html("span", { class: "shape" });
  private readonly learns = new Learns();
  private readonly drawing = new Drawing();
  private readonly handle = html("div", { class: "handle" }, this.drawing.node);
  private readonly speak: (() => void)[] = [];
  readonly node = html(
    "li",
    { class: "cell" },
    html("div", { class: "name" }, this.grip, this.title),
    this.handle,
    this.values,
    this.shape,
    this.learns.node,
  );

  constructor(private readonly hand: CellHand) {
    const { signal, within } = hand;
    this.node.addEventListener("pointerdown", () => hand.choose(), { signal });
    this.node.addEventListener("focusin", () => hand.choose(), { signal });
    this.speak.push(
      slider(this.grip, {
        label: "Place",
        low: 1,
        high: hand.places,
        step: 1,
        within,
        at: (x, y) => 1 + hand.placeAt(x, y),
        value: () => 1 + hand.place(),
        text: (value) => `${Math.round(value)} of ${hand.places}`,
        input: (value) => hand.move(Math.round(value) - 1),
        release: () => hand.dropped(),
        signal,
      }),
    );
    const amount = this.amount;
    if (!amount) {
      set(this.handle, { tabindex: 0, role: "img" });
      return;
    }
    const amounts = AMOUNTS.filter((one) => one <= MOST[amount]);
    this.speak.push(
      slider(this.handle, {
        label: amount,
        low: 0,
        high: amounts.length - 1,
        step: 1,
        within,
        at: (x) => x / NOTCH,
        value: () => nearest(amounts, this.hand.block()[amount] as number),
        text: () => `${this.hand.block()[amount]} ${amount}`,
        input: (value) => hand.set({ [amount]: amounts[Math.round(value)] as number }),
        signal,
      }),
    );
  }

  /** What a drag of the picture changes. */
  private get amount(): "channels" | "neurons" | undefined {
    const block = this.hand.block();
    if (block.channels !== undefined) return "channels";
    return block.neurons === undefined ? undefined : "neurons";
  }

  /** Shows what the hand holds. */
  hold(chosen: boolean): void {
    const block = this.hand.block();
    set(this.node, { "data-chosen": chosen, "aria-current": chosen ? "true" : false });
    write(this.values, words(block));
    for (const speak of this.speak) speak();
  }

  /** Shows what comes out of it; no rows where the network does not get that far. */
  derive(rows: readonly Row[], misfit: string, to: Measure): void {
    const block = this.hand.block();
    const last = rows.at(-1);
    const name = nameOf(block.kind, rows);
    write(this.title, name);
    set(this.node, { "data-misfit": misfit !== "", "data-beyond": !last && !misfit });
    set(this.handle, { "aria-label": `${name}${this.amount ? `, ${this.amount}` : ""}` });
    set(this.grip, { "aria-label": `Place of ${name}` });
    write(this.shape, misfit ? `⚠ ${misfit}` : last ? shapeText(last.shape) : "–");
    this.learns.show(misfit ? [] : rows);
    this.drawing.show(drawnShapes(block.kind, rows), to, this.handle.clientWidth);
  }
}

/** The maps of a convolution and those after its pooling; of what lies in a row, the end. */
export function drawnShapes(kind: string, rows: readonly Row[]): number[][] {
  const own = rows.find((row) => row.kind === kind)?.shape;
  const last = rows.at(-1)?.shape;
  if (!last) return [];
  return own && last.length === 3 && String(own) !== String(last) ? [own, last] : [last];
}

/** The place of a number among others, between two where it is none of them. */
function nearest(amounts: readonly number[], value: number): number {
  const above = amounts.findIndex((one) => one >= value);
  if (above < 0) return amounts.length - 1;
  return amounts[above] === value ? above : above - 0.5;
}
