/** The chosen map, large: point at a unit of it to see what it sees and how its value comes about. */

import { type Packed, unpack } from "../_front/arrays.ts";
import { type ColourMap, grey } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { paintImage } from "../_front/image.ts";
import { clamp } from "../_front/numbers.ts";
import { paint } from "../_front/paint.ts";
import { place } from "../_front/place.ts";
import { linkTo } from "../_front/share.ts";
import { TileGrid } from "../_front/tile_grid.ts";
import type { Spot } from "../_front/tile_layout.ts";
import type { MapsFrame, StageFrame, UnitFrame } from "./state.ts";

const BELIEVED = 2000; // milliseconds for which the hand is believed when no answer comes
const STEPPER = "05_convolution_and_pooling.ipynb";

interface Held {
  unit: [row: number, column: number];
  of: string;
}

export class Detail {
  private readonly map = html("canvas", { class: "samples", role: "img" });
  private readonly marker = html("div", { class: "marker" });
  private readonly large = html("div", { class: "large" }, this.map, this.marker);
  private readonly name = html("figcaption");
  private readonly image = html("canvas", { class: "samples", role: "img" });
  private readonly field = html("div", { class: "field" });
  private readonly sees = html("figcaption");
  private readonly value = html("p", { class: "value", role: "status" });
  private readonly windows: TileGrid;
  private readonly kernel: TileGrid;
  private readonly work: HTMLElement;
  private readonly sum = html("p", { class: "sum" });
  private readonly why = html("p", { class: "why" });
  private readonly link = html("a", { target: "_blank", rel: "noopener" }, "Step through it");
  readonly node: HTMLElement;
  private stage: StageFrame | null = null;
  private unit: [number, number] = [0, 0]; // row and column
  private held: Held | null = null; // what Python has not yet answered
  private shown: [MapsFrame, ColourMap] | null = null;
  private readonly speak: () => void;

  constructor(
    private readonly point: (row: number, column: number) => void,
    open: (input: number) => void,
    signal: AbortSignal,
  ) {
    const choose = ({ tile }: Spot) => open(tile);
    this.windows = new TileGrid({ name: "input map", signal, choose });
    this.kernel = new TileGrid({ name: "kernel", signal, choose });
    const pair = (name: string, grid: TileGrid) =>
      html("div", {}, html("span", { class: "note" }, name), grid.node);
    this.work = html(
      "div",
      { class: "work" },
      pair("under the kernel", this.windows),
      pair("its weights", this.kernel),
    );
    const seen = html("div", { class: "large" }, this.image, this.field);
    this.node = html(
      "div",
      { class: "detail" },
      html("figure", {}, this.large, this.name),
      html("figure", {}, seen, this.sees),
      html("div", { class: "words" }, this.value, this.work, this.sum, this.why, this.link),
    );
    const last = (): [number, number] => {
      const [height, width] = this.stage?.size ?? [1, 1];
      return [height - 1, width - 1];
    };
    const at = (x: number, y: number): [number, number] => {
      const [rows, columns] = last();
      const { clientWidth, clientHeight } = this.map;
      return [
        (x / Math.max(1, clientWidth)) * (columns + 1) - 0.5,
        -((y / Math.max(1, clientHeight)) * (rows + 1) - 0.5),
      ];
    };
    let lapse = 0;
    signal.addEventListener("abort", () => clearTimeout(lapse));
    const go = (x: number, y: number) => {
      const [rows, columns] = last();
      const unit: [number, number] = [
        clamp(Math.round(-y), 0, rows),
        clamp(Math.round(x), 0, columns),
      ];
      if (String(unit) === String(this.unit)) return;
      this.unit = unit;
      this.held = { unit, of: this.of };
      clearTimeout(lapse);
      lapse = window.setTimeout(() => {
        this.held = null;
        if (this.shown) this.show(...this.shown);
      }, BELIEVED);
      this.mark();
      this.point(...unit);
    };
    // Its y grows upwards, rows grow downwards.
    this.speak = place(this.marker, {
      label: "Unit",
      low: () => [0, -last()[0]],
      high: () => [last()[1], 0],
      step: () => [1, 1],
      within: this.map,
      at,
      value: () => [this.unit[1], -this.unit[0]],
      text: () => `row ${this.unit[0]}, column ${this.unit[1]}`,
      input: go,
      signal,
    });
    const under = (event: PointerEvent) => {
      const { left, top } = this.map.getBoundingClientRect();
      go(...at(event.clientX - left, event.clientY - top));
    };
    this.large.addEventListener("pointerdown", under, { signal });
    this.large.addEventListener(
      "pointermove",
      (event) => {
        if (event.pointerType === "mouse" && event.buttons === 0) under(event);
      },
      { signal },
    );
  }

  show(frame: MapsFrame, signed: ColourMap): void {
    const stage = frame.stages.find(({ name }) => name === frame.layer) ?? null;
    const told = frame.unit && "at" in frame.unit ? (frame.unit as UnitFrame) : null;
    this.stage = stage;
    this.shown = [frame, signed];
    if (this.held?.of !== this.of) this.held = null;
    set(this.node, { "data-none": !stage || frame.channel < 0 });
    if (frame.image.shape[0]) paintImage(this.image, unpack(frame.image), frame.image.shape);
    if (!stage || frame.channel < 0) {
      const none = frame.mapLayers.length === 0;
      write(
        this.value,
        none ? "This network has no feature maps." : "Click a map to look at it closely.",
      );
      return;
    }
    this.paintMap(stage, frame.map, signed);
    const { dead, off } = stage;
    const state = off[frame.channel] ? ", switched off" : dead[frame.channel] ? ", dead" : "";
    write(this.name, `${frame.layer}, channel ${frame.channel}${state}`);
    set(this.map, { "aria-label": `Map ${frame.channel} of ${frame.layer}` });
    const answered = told && String(told.at) === String(this.held?.unit);
    if (told && (answered || !this.held)) {
      this.held = null;
      this.unit = told.at;
    }
    this.mark();
    this.tell(told, frame, signed);
  }

  /** The map and the image that a unit is of. */
  private get of(): string {
    const [frame] = this.shown ?? [];
    return frame ? `${frame.layer} ${frame.channel} ${frame.sample}` : "";
  }

  private paintMap({ low }: StageFrame, map: Packed | undefined, signed: ColourMap): void {
    const [height, width] = (map?.shape ?? [0, 0]) as [number, number];
    if (!map || height === 0) return;
    const values = unpack(map);
    let most = 0;
    for (const value of values) most = Math.max(most, Math.abs(value));
    const ends = [low < 0 ? -(most || 1) : 0, most || 1] as const;
    paint(this.map, values, [height, width], low < 0 ? signed : grey, ...ends);
  }

  private mark(): void {
    const [height, width] = this.stage?.size ?? [1, 1];
    const [row, column] = this.unit;
    const { style } = this.marker;
    style.left = `${(100 * column) / width}%`;
    style.top = `${(100 * row) / height}%`;
    style.width = `${100 / width}%`;
    style.height = `${100 / height}%`;
    this.speak();
  }

  private tell(told: UnitFrame | null, frame: MapsFrame, signed: ColourMap): void {
    const [, height, width] = frame.image.shape as [number, number, number];
    const [top, bottom, left, right] = told?.field ?? [];
    this.field.hidden = right === undefined;
    if (top !== undefined && bottom !== undefined && left !== undefined && right !== undefined) {
      const { style } = this.field;
      style.left = `${(100 * left) / width}%`;
      style.top = `${(100 * top) / height}%`;
      style.width = `${(100 * (right - left)) / width}%`;
      style.height = `${(100 * (bottom - top)) / height}%`;
    }
    write(this.sees, told?.sees ?? "");
    write(
      this.value,
      told
        ? `Row ${told.at[0]}, column ${told.at[1]}: ${told.value}`
        : "Point at the large map: what does that unit see?",
    );
    write(this.sum, told?.sum ?? "");
    write(this.why, told?.why ?? "");
    const { windows, kernel } = told ?? { windows: null, kernel: null };
    this.work.hidden = !windows || !kernel;
    if (windows && kernel) {
      for (const [grid, packed] of [
        [this.windows, windows],
        [this.kernel, kernel],
      ] as const) {
        const values = unpack(packed);
        let most = 0;
        for (const value of values) most = Math.max(most, Math.abs(value));
        const shape = packed.shape as [number, number, number];
        const columns = Math.max(2, Math.min(8, shape[0]));
        const ends = [[-(most || 1), most || 1]] as const;
        grid.show({
          values,
          shape,
          columns,
          map: signed,
          ends,
          chosen: told?.opened ?? -1,
          most: 64,
        });
      }
    }
    const linked = Boolean(told?.stepper) && document.querySelector(".jp-NotebookPanel") === null;
    this.link.hidden = !linked;
    if (linked) {
      const page = new URL(STEPPER, location.href.split("#")[0]).href;
      set(this.link, { href: linkTo(page, "convolution", (told as UnitFrame).stepper) });
    }
  }
}
