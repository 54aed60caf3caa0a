/** Every kernel of a layer in a table that is scrolled and zoomed: one canvas shows what is seen. */

import { type Packed, unpack, type Values } from "../_front/arrays.ts";
import { type ColourMap, onThemeChange } from "../_front/colour.ts";
import { html, set } from "../_front/dom.ts";
import { clamp } from "../_front/numbers.ts";
import { paint } from "../_front/paint.ts";
import { resize } from "../_front/tile_lights.ts";
import { Headings } from "./headings.ts";
import { Lights } from "./lights.ts";
import { drawTable } from "./table_drawing.ts";
import {
  fitting,
  type Place,
  placeAt,
  scrolledTo,
  type Table,
  wideAtFirst,
} from "./table_layout.ts";

const ZOOM = 1.4;
const WIDEST = 96; // CSS pixels
const NARROWEST = 3;
const PATIENCE = 4; // frames until a choice that none of them shows counts as lost

export interface KernelsLook {
  /** `(out × kH, in × kW)`: as they lie in the table. */
  table: Packed;
  /** Rows, columns, and the height and width of a kernel. */
  shape: readonly [number, number, number, number];
  /** The filter in the first row: of very many, only some are sent. */
  first: number;
  most: number;
  map: ColourMap;
  channel: number;
  input: number;
  dead: readonly boolean[];
  off: readonly boolean[];
  /** What they are of; "" is nothing that lights up when it changes. */
  flash: string;
}

export class KernelTable {
  private readonly canvas = html("canvas", { width: 0, height: 0, role: "img" });
  private readonly lights = new Lights();
  private readonly frame = html("div", { class: "chosen-tile" });
  private readonly extent = html(
    "div",
    { class: "extent" },
    html("div", { class: "pane" }, this.canvas, this.lights.node),
    this.frame,
  );
  private readonly scroller = html("div", { class: "scroller" }, this.extent);
  private readonly headings = new Headings();
  readonly node = html(
    "div",
    { class: "kernel-table" },
    this.headings.corner,
    this.headings.inputs,
    this.headings.filters,
    this.scroller,
  );
  private readonly samples = html("canvas");
  private look: KernelsLook | null = null;
  private values: Values = new Float32Array(0);
  private table: Table = { rows: 0, columns: 0, wide: 1, high: 1 };
  private zoomed: number | null = null; // CSS pixels
  private held: (Place & { frames: number }) | null = null; // until the frames show it
  private shown = ""; // the kernel that was last brought into sight
  private line = "";

  constructor(
    private readonly choose: (place: Place) => void,
    signal: AbortSignal,
  ) {
    const observer = new ResizeObserver(() => this.draw());
    observer.observe(this.scroller);
    signal.addEventListener("abort", () => observer.disconnect());
    onThemeChange(() => {
      this.line = "";
    }, signal);
    const { scroller, extent, frame } = this;
    scroller.addEventListener(
      "scroll",
      () => {
        this.lights.stop();
        this.drawSeen();
      },
      { signal, passive: true },
    );
    scroller.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey) return;
        event.preventDefault();
        this.zoom(event.deltaY < 0 ? 1 : -1);
      },
      { signal, passive: false },
    );
    extent.addEventListener(
      "click",
      (event) => {
        const { left, top } = extent.getBoundingClientRect();
        const ratio = devicePixelRatio;
        const [x, y] = [(event.clientX - left) * ratio, (event.clientY - top) * ratio];
        const place = placeAt(this.table, x, y);
        if (place) this.take(place);
      },
      { signal },
    );
    frame.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  show(look: KernelsLook): void {
    const { held } = this;
    if (held && (++held.frames >= PATIENCE || this.agrees(look, held))) this.held = null;
    this.look = this.held ? { ...look, ...asChosen(this.held) } : look;
    this.values = unpack(look.table);
    const [rows, columns, height, width] = look.shape;
    if (rows)
      paint(
        this.samples,
        this.values,
        [rows * height, columns * width],
        look.map,
        -look.most,
        look.most,
      );
    this.draw();
    this.lights.light(look, this.values, this.table, this.corner);
  }

  /** Larger or smaller, and what is in the middle stays there. */
  zoom(by: 1 | -1): void {
    const { scroller, table } = this;
    const before = table.wide / devicePixelRatio;
    const least = Math.min(before, Math.max(NARROWEST, this.fits));
    this.zoomed = clamp(before * ZOOM ** by, least, WIDEST);
    const middle = [
      (scroller.scrollLeft + scroller.clientWidth / 2) / before,
      (scroller.scrollTop + scroller.clientHeight / 2) / before,
    ] as const;
    this.draw();
    const after = this.table.wide / devicePixelRatio;
    scroller.scrollTo(
      middle[0] * after - scroller.clientWidth / 2,
      middle[1] * after - scroller.clientHeight / 2,
    );
    this.drawSeen();
  }

  private get fits(): number {
    const { scroller, look } = this;
    if (!look) return NARROWEST;
    const [rows, columns, height, width] = look.shape;
    return fitting(
      { rows, columns },
      [height, width],
      scroller.clientWidth,
      Math.max(scroller.clientHeight, this.highest),
    );
  }

  /** How high the table may become, in CSS pixels. */
  private get highest(): number {
    return Number.parseFloat(getComputedStyle(this.scroller).maxHeight) || 0;
  }

  private get corner(): readonly [number, number] {
    const ratio = devicePixelRatio;
    return [this.scroller.scrollLeft * ratio, this.scroller.scrollTop * ratio];
  }

  private take({ row, column }: Place): void {
    const { look } = this;
    if (!look) return;
    this.held = { row: row + look.first, column, frames: 0 };
    this.look = { ...look, ...asChosen(this.held) };
    this.choose(this.held);
    this.draw();
  }

  private agrees({ channel, input }: KernelsLook, held: Place): boolean {
    return channel === held.row && input === held.column;
  }

  private key(event: KeyboardEvent): void {
    const { look, table } = this;
    if (!look) return;
    if (event.key === "+" || event.key === "-") {
      event.preventDefault();
      this.zoom(event.key === "+" ? 1 : -1);
      return;
    }
    const page = Math.max(1, Math.floor(this.canvas.height / table.high));
    const by = {
      ArrowLeft: [0, -1],
      ArrowRight: [0, 1],
      ArrowUp: [-1, 0],
      ArrowDown: [1, 0],
      PageUp: [-page, 0],
      PageDown: [page, 0],
      Home: [0, -table.columns],
      End: [0, table.columns],
    }[event.key];
    if (!by) return;
    event.preventDefault();
    this.take({
      row: clamp(look.channel - look.first + (by[0] ?? 0), 0, table.rows - 1),
      column: clamp(look.input + (by[1] ?? 0), 0, table.columns - 1),
    });
  }

  private draw(): void {
    const { look, scroller, extent } = this;
    set(this.node, { "data-none": look?.shape[0] === 0 });
    if (!look?.shape[0] || scroller.clientWidth === 0) return;
    const [rows, columns, height, width] = look.shape;
    const ratio = devicePixelRatio;
    const wide = Math.max(1, Math.round((this.zoomed ?? wideAtFirst(this.fits)) * ratio));
    const high = Math.max(1, Math.round((wide * height) / width));
    this.table = { rows, columns, wide, high };
    extent.style.width = `${(columns * wide) / ratio}px`;
    extent.style.height = `${(rows * high) / ratio}px`;
    this.mark(look);
    this.drawSeen();
  }

  /** Frames the chosen kernel, and brings it into sight when it is another one. */
  private mark(look: KernelsLook): void {
    const { frame, scroller, table } = this;
    const { channel, input, first } = look;
    const ratio = devicePixelRatio;
    const [x, y] = [(input * table.wide) / ratio, ((channel - first) * table.high) / ratio];
    const [wide, high] = [table.wide / ratio, table.high / ratio];
    const words = [
      channel < 0 ? "no filter chosen" : `filter ${channel}, input ${input}`,
      look.dead[channel] ? "puts out nothing" : "",
      look.off[channel] ? "switched off" : "",
    ];
    set(this.canvas, {
      "aria-label": `${table.rows} filters by ${table.columns} inputs: ${table.rows * table.columns} kernels`,
    });
    set(frame, {
      role: "slider",
      tabindex: 0,
      "aria-label": "Chosen kernel",
      "aria-valuemin": 0,
      "aria-valuemax": Math.max(0, table.rows * table.columns - 1),
      "aria-valuenow": Math.max(0, (channel - first) * table.columns + input),
      "aria-valuetext": words.filter(Boolean).join(", "),
      "data-none": channel < 0,
      style: `transform: translate(${x}px, ${y}px); width: ${wide}px; height: ${high}px`,
    });
    const chosen = `${look.flash} ${channel} ${input} ${wide}`;
    if (channel < 0 || chosen === this.shown) return;
    this.shown = chosen;
    scroller.scrollLeft = scrolledTo(x, wide, scroller.scrollLeft, scroller.clientWidth);
    scroller.scrollTop = scrolledTo(y, high, scroller.scrollTop, scroller.clientHeight);
  }

  private drawSeen(): void {
    const { canvas, scroller, table, look, samples } = this;
    if (!look?.shape[0] || table.rows === 0) return;
    const ratio = devicePixelRatio;
    const [left, top] = this.corner;
    resize(
      canvas,
      Math.min(Math.round(scroller.clientWidth * ratio), table.columns * table.wide),
      Math.min(Math.round(scroller.clientHeight * ratio), table.rows * table.high),
    );
    this.lights.cover(canvas);
    this.line ||= getComputedStyle(canvas).color;
    drawTable(canvas, samples, table, [left, top], this.line, look);
    this.headings.show(table, [left, top], [canvas.width, canvas.height], look);
  }
}

function asChosen({ row, column }: Place): Pick<KernelsLook, "channel" | "input"> {
  return { channel: row, input: column };
}
