/** The network as a row of blocks, from the image to the classes. */

import { html, set, write } from "../_front/dom.ts";
import { Cell, Drawing, drawnShapes, Learns, shapeText } from "./cell.ts";
import { measure } from "./solids.ts";
import { type Block, type Change, moved, type Picture, type State } from "./state.ts";

const NARROWEST = 118; // pixels of a cell, at scale 1

export interface DiagramHand {
  state: State;
  change: Change;
  /** Called once before blocks are put in another order. */
  remember(): void;
}

export class Diagram {
  private readonly imageDrawing = new Drawing();
  private readonly imageShape = html("span", { class: "shape" });
  private readonly imagePlace = html("div", { class: "handle" }, this.imageDrawing.node);
  private readonly image = html(
    "li",
    { class: "cell end" },
    html("div", { class: "name" }, html("span", { class: "title" }, "image")),
    this.imagePlace,
    html("span", { class: "values" }, "channels × height × width"),
    this.imageShape,
    html("span", { class: "learns" }, "parameters"),
  );
  private readonly outputDrawing = new Drawing();
  private readonly outputShape = html("span", { class: "shape" });
  private readonly outputLearns = new Learns();
  private readonly outputWords = html("span", { class: "values" });
  private readonly output = html(
    "li",
    { class: "cell end" },
    html("div", { class: "name" }, html("span", { class: "title" }, "output")),
    html("div", { class: "handle" }, this.outputDrawing.node),
    this.outputWords,
    this.outputShape,
    this.outputLearns.node,
  );
  readonly node = html("ol", { class: "blocks", "aria-label": "The network's blocks" });
  private cells: Cell[] = [];
  private parts = new AbortController();
  private picture: Picture | null = null;
  private moving = false;

  constructor(
    private readonly hand: DiagramHand,
    private readonly signal: AbortSignal,
  ) {}

  /** Makes the cells anew: there are more, fewer or other blocks. */
  rebuild(): void {
    this.parts.abort();
    this.parts = new AbortController();
    const signal = AbortSignal.any([this.signal, this.parts.signal]);
    const { state } = this.hand;
    this.cells = state.blocks.map((_, i) => this.makeCell(i, signal));
    this.arrange();
    this.node.replaceChildren(this.image, ...this.cells.map(({ node }) => node), this.output);
    this.hold();
  }

  /** Draws what the hand holds. */
  hold(): void {
    for (const [i, cell] of this.cells.entries()) cell.hold(i === this.hand.state.chosen);
  }

  /** Draws what Python made of it, if that is of as many blocks. */
  derive(picture: Picture): void {
    if (picture.cells.length !== this.cells.length + 1) return;
    this.picture = picture;
    const sentence = picture.misfit && picture.misfit.block < this.cells.length ? 1 : 0;
    const columns = this.columns(this.cells.length + 2 + sentence); // it takes two of them
    set(this.node, { style: `--columns: ${columns.each}`, "data-rows": Math.min(3, columns.rows) });
    const shapes = picture.cells.map((rows, i) => drawnShapes(this.kind(i), rows));
    const { clientWidth: width, clientHeight: tall } = this.imagePlace;
    const to = measure([[picture.image], ...shapes], tall, width);
    for (const [i, cell] of this.cells.entries()) {
      const misfit = picture.misfit?.block === i ? picture.misfit.sentence : "";
      cell.derive(picture.cells[i] ?? [], misfit, to);
    }
    this.imageDrawing.show([picture.image], to, width);
    write(this.imageShape, shapeText(picture.image));
    const last = picture.cells.at(-1)?.at(-1);
    set(this.output, { "data-beyond": !last });
    this.outputDrawing.show([[picture.classes]], to, width);
    write(this.outputWords, "a number a class");
    write(this.outputShape, `${picture.classes}`);
    this.outputLearns.show(picture.cells.at(-1) ?? []);
  }

  resize(): void {
    if (this.picture) this.derive(this.picture);
  }

  /** Puts the keyboard where the chosen block is. */
  focus(): void {
    const node = this.cells[this.hand.state.chosen]?.node;
    node?.querySelector<HTMLElement>(".handle")?.focus();
  }

  private kind(i: number): string {
    return this.hand.state.blocks[i]?.kind ?? "output";
  }

  private columns(cells: number): { each: number; rows: number } {
    const scale = Number(getComputedStyle(this.node).getPropertyValue("--lab-scale")) || 1;
    const most = Math.max(1, Math.floor(this.node.clientWidth / (NARROWEST * scale)));
    const rows = Math.ceil(cells / most);
    return { each: Math.ceil(cells / rows), rows };
  }

  private makeCell(index: number, signal: AbortSignal): Cell {
    const { state, change } = this.hand;
    let cell: Cell | null = null; // while it is being made, it already asks for its block
    const place = () => (cell ? Math.max(0, this.cells.indexOf(cell)) : index);
    const block = () => state.blocks[place()] as Block;
    cell = new Cell({
      block,
      set: (part) => change({ blocks: state.blocks.with(place(), { ...block(), ...part }) }),
      choose: () => {
        if (state.chosen !== place()) change({ chosen: place() });
      },
      place,
      places: state.blocks.length,
      placeAt: (x, y) => this.placeAt(x, y),
      move: (to) => this.move(place(), to),
      dropped: () => this.drop(),
      within: this.node,
      signal,
    });
    return cell;
  }

  /** The place whose middle is nearest to a point. Moved blocks take the places of others. */
  private placeAt(x: number, y: number): number {
    const corner = this.node.getBoundingClientRect();
    let [best, least] = [0, Number.POSITIVE_INFINITY];
    for (const [i, { node }] of this.cells.entries()) {
      const box = node.getBoundingClientRect();
      const [dx, dy] = [
        box.x + box.width / 2 - corner.x - x,
        box.y + box.height / 2 - corner.y - y,
      ];
      const far = dx * dx + dy * dy;
      if (far < least) [best, least] = [i, far];
    }
    return best;
  }

  private move(from: number, to: number): void {
    if (from === to) return;
    if (!this.moving) this.hand.remember();
    this.moving = true;
    const cell = this.cells[from] as Cell;
    this.cells = this.cells.toSpliced(from, 1).toSpliced(to, 0, cell);
    this.arrange();
    this.hand.change(moved(this.hand.state, from, to));
  }

  /** While a block is in the hand its element stays where it is: only so the pointer holds it. */
  private arrange(): void {
    for (const [i, { node }] of this.cells.entries()) set(node, { style: `order: ${i + 1}` });
    set(this.output, { style: `order: ${this.cells.length + 1}` });
  }

  /** The block is let go: the keyboard goes through the elements in the order that is seen. */
  private drop(): void {
    if (!this.moving) return;
    this.moving = false;
    const focused = document.activeElement;
    this.node.append(...this.cells.map(({ node }) => node), this.output);
    if (focused instanceof HTMLElement && this.node.contains(focused)) focused.focus();
  }
}
