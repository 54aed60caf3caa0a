/** The chosen filter in the hand: its weights, its bias, and whether its channel is on. */

import { unpack } from "../_front/arrays.ts";
import { Cells } from "../_front/cells.ts";
import { type ColourMap, colourAt } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { clamp, fixed } from "../_front/numbers.ts";
import { TileGrid } from "../_front/tile_grid.ts";
import type { Edit, HandsFrame } from "./state.ts";

const STEP = 0.02; // what six pixels of a drag change a weight by
const FAR = 10;
// Until what the hand has let go of is no longer believed: frames, or milliseconds where a run that
// stands still sends none.
const PATIENCE = 3;
const BELIEVED = 1000;

export interface BenchHooks {
  edit(edit: Edit): void;
  open(input: number): void;
  turn(layer: string, channel: number, on: boolean): void;
  undo(): void;
}

export class Bench {
  private readonly title = html("p", { class: "note" });
  private readonly row: TileGrid;
  private readonly kernel: Cells;
  private readonly bias: Cells;
  private readonly biased: HTMLElement;
  private readonly on = html("input", { type: "checkbox" });
  private readonly undo = html("button", { type: "button" }, "Undo");
  private readonly hint = html("p", { class: "hint" }, "Drag a number up or down.");
  readonly node: HTMLElement;
  private frame: HandsFrame | null = null;
  private held: (Edit & { released: boolean; frames: number }) | null = null;
  private drag = newDrag();
  private lapse = 0;

  constructor(hooks: BenchHooks, signal: AbortSignal) {
    const put = (place: readonly number[], value: number, bias: boolean) => {
      const { frame } = this;
      if (!frame) return;
      const edit = {
        layer: frame.layer,
        place: bias ? [frame.channel] : [frame.channel, frame.open, ...place],
        value,
        bias,
        drag: this.drag,
      };
      clearTimeout(this.lapse);
      this.held = { ...edit, released: false, frames: 0 };
      hooks.edit(edit);
      this.hint.remove();
      this.draw();
    };
    const shared = {
      signal,
      low: -FAR,
      high: FAR,
      step: STEP,
      release: () => {
        this.drag = newDrag();
        if (!this.held) return;
        this.held.released = true;
        clearTimeout(this.lapse);
        this.lapse = window.setTimeout(() => this.forget(), BELIEVED);
      },
    };
    this.kernel = new Cells({
      ...shared,
      label: "Kernel",
      value: (cell) => this.weight(cell),
      edit: (cell, value) => put(cell, value, false),
    });
    this.bias = new Cells({
      ...shared,
      label: "Bias",
      name: () => "bias",
      value: () => this.biasNow(),
      edit: (_, value) => put([], value, true),
    });
    this.row = new TileGrid({
      name: "kernel",
      signal,
      choose: ({ tile }) => hooks.open(tile),
    });
    this.on.addEventListener(
      "change",
      () => {
        const { frame } = this;
        if (frame) hooks.turn(frame.layer, frame.channel, this.on.checked);
      },
      { signal },
    );
    this.undo.addEventListener(
      "click",
      () => {
        hooks.undo();
        this.forget();
      },
      { signal },
    );
    let wide = 0;
    const observer = new ResizeObserver(() => {
      if (this.node.clientWidth === wide) return;
      wide = this.node.clientWidth;
      this.lay();
      this.draw();
    });
    signal.addEventListener("abort", () => {
      clearTimeout(this.lapse);
      observer.disconnect();
    });
    this.biased = html("label", { class: "control" }, "Bias", this.bias.node);
    this.node = html(
      "div",
      { class: "bench" },
      this.title,
      this.row.node,
      html(
        "div",
        { class: "open" },
        this.kernel.node,
        html(
          "div",
          { class: "side" },
          this.biased,
          html("label", { class: "control" }, this.on, "Channel on"),
          this.undo,
          this.hint,
        ),
      ),
    );
    observer.observe(this.node);
  }

  show(frame: HandsFrame, map: ColourMap): void {
    this.frame = frame;
    this.map = map;
    const { held } = this;
    if (held?.released) {
      held.frames += 1;
      const elsewhere = held.layer !== frame.layer || held.place[0] !== frame.channel;
      if (elsewhere || held.frames >= PATIENCE) this.held = null;
    }
    const { inputs, channel, off, edits, switchedOff } = frame;
    const none = channel < 0;
    set(this.node, { "data-none": none });
    write(
      this.title,
      none
        ? "Click a filter to take it in the hand."
        : frame.kernels
          ? `Filter ${channel}, input ${frame.open}`
          : inputs > 1
            ? `Filter ${channel}: one kernel for each of ${inputs} inputs`
            : `Filter ${channel}`,
    );
    this.lay();
    this.on.checked = off[channel] !== true;
    set(this.on, { disabled: none });
    set(this.undo, { disabled: edits === 0 });
    const others = switchedOff - Number(off[channel] === true);
    write(this.undo, edits > 0 ? `Undo (${edits})` : "Undo");
    set(this.undo, { title: others > 0 ? `${others} other channels are off` : "" });
    this.draw();
  }

  /** The kernels of the filter in a row. */
  private lay(): void {
    const { frame, map } = this;
    if (!frame || !map) return;
    const { inputs, row, rowMost } = frame;
    this.row.node.hidden = frame.channel < 0 || inputs < 2 || frame.kernels !== null;
    this.row.show({
      values: unpack(row),
      shape: row.shape as [number, number, number],
      columns: Math.min(16, Math.max(8, inputs)),
      map,
      ends: [[-rowMost, rowMost]],
      chosen: frame.open,
      most: 36 * this.scale,
    });
  }

  /** From now on the numbers are the network's. */
  private forget(): void {
    this.held = null;
    this.draw();
  }

  private map: ColourMap | null = null;

  private get scale(): number {
    return this.token("--lab-scale") || 1;
  }

  private token(name: string): number {
    return Number(getComputedStyle(this.node).getPropertyValue(name));
  }

  private weight([row, column]: readonly [number, number]): number {
    const { held, frame } = this;
    if (held && !held.bias && frame) {
      const [channel, input, r, c] = held.place;
      if (channel === frame.channel && input === frame.open && r === row && c === column)
        return held.value;
    }
    return frame?.kernel[row]?.[column] ?? 0;
  }

  private biasNow(): number {
    const { held, frame } = this;
    if (held?.bias && held.place[0] === frame?.channel) return held.value;
    return frame?.bias ?? 0;
  }

  private draw(): void {
    const { frame, map } = this;
    if (!frame || !map) return;
    const [rows, columns] = [frame.kernel.length, frame.kernel[0]?.length ?? 0];
    const most = frame.kernelMost || 1;
    const look = (value: number) => ({
      text: fixed(value, 2),
      fill: colourAt(map, value, -most, most),
    });
    const { scale } = this;
    const room = this.token(frame.inputs > 1 ? "--less-room" : "--room") || 202;
    const side = clamp(Math.floor(room / Math.max(1, columns)), 30, 64) * scale;
    if (rows) this.kernel.show([rows, columns], side, (cell) => look(this.weight(cell)));
    this.biased.hidden = frame.bias === null;
    if (frame.bias !== null) this.bias.show([1, 1], 44 * scale, () => look(this.biasNow()));
  }
}

/** One gesture of the hand, from grasp to release, is one step to undo. */
function newDrag(): number {
  return 1 + Math.floor(Math.random() * 2 ** 31);
}
