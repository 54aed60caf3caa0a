/** One layer of the network: its name, its maps, their scale. */

import { unpack, type Values } from "../_front/arrays.ts";
import { type ColourMap, grey } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { fixed } from "../_front/numbers.ts";
import { Scale } from "../_front/scale.ts";
import { TileGrid } from "../_front/tile_grid.ts";
import { arrange, type Spot } from "../_front/tile_layout.ts";
import type { Scaled, StageFrame } from "./state.ts";

type Ends = readonly [low: number, high: number];

/** The ends of the scales: around zero where there are values on both of its sides. */
export function endsOf(
  values: Values,
  [count, height, width]: readonly [number, number, number],
  scaled: Scaled,
  { low, most }: { low: number; most: number },
  all: number,
): Ends[] {
  const ends = (m: number): Ends => (low < 0 ? [-(m || 1), m || 1] : [0, m || 1]);
  if (scaled === "layer") return [ends(most)];
  if (scaled === "all") return [ends(all)];
  const size = height * width;
  return Array.from({ length: count }, (_, i) => {
    let m = 0;
    for (let k = i * size; k < (i + 1) * size; k++) m = Math.max(m, Math.abs(values[k] as number));
    return ends(m);
  });
}

export class Stage {
  private readonly name = html("span", { class: "note" });
  private readonly scale = new Scale();
  private readonly own = html("span", { class: "scale own" }, "each its own scale");
  private readonly tiles: TileGrid;
  readonly node: HTMLElement;
  private frame: StageFrame | null = null;

  private pointed: Spot | null = null;

  constructor(
    choose: (layer: string, spot: Spot) => void,
    private readonly terse: boolean,
    signal: AbortSignal,
  ) {
    this.tiles = new TileGrid({
      name: "feature map",
      signal,
      choose: ({ tile, row, column }) => {
        if (!this.frame) return;
        const { name, step } = this.frame;
        choose(name, { tile, row: row * step, column: column * step });
      },
      point: (spot) => {
        this.pointed = spot;
        this.tell();
      },
    });
    const head = html("div", { class: "head" }, this.name, this.scale.node, this.own);
    this.node = html(
      "div",
      { class: "stage" },
      head,
      html("div", { class: "tiles-place" }, this.tiles.node),
    );
  }

  show(
    frame: StageFrame,
    { scaled, all, signed, most }: { scaled: Scaled; all: number; signed: ColourMap; most: number },
  ): void {
    this.frame = frame;
    const { maps, chosen, dead, off } = frame;
    const shape = maps.shape as [number, number, number];
    const [count] = shape;
    this.tell();
    const values = unpack(maps);
    const map = frame.low < 0 ? signed : grey;
    const ends = endsOf(values, shape, scaled, frame, all);
    const choices = most === Infinity || count <= 8 ? [Math.min(Math.max(8, count), 16)] : [16, 8];
    const rows = arrange(count, choices, this.tiles.wide, most);
    this.tiles.show({ values, shape, map, ends, chosen, dead, off, ...rows });
    this.own.hidden = scaled !== "map";
    this.scale.node.hidden = scaled === "map";
    this.scale.show(map, ...(ends[0] ?? [0, 1]));
  }

  /** What the layer is; while somebody points at a sample, its value instead. */
  private tell(): void {
    const { frame, pointed } = this;
    if (!frame) return;
    const { name, maps, dead, off, step } = frame;
    const [count, height, width] = maps.shape as [number, number, number];
    if (pointed) {
      const { tile, row, column } = pointed;
      const value = unpack(maps)[(tile * height + row) * width + column] ?? 0;
      const place = `${row * step}, ${column * step}`;
      write(this.name, `channel ${tile} (${place}): ${fixed(value, 2)}`);
      return;
    }
    const silent = dead.filter((one, i) => one && !off[i]).length;
    const size = frame.size.join("×");
    const dying = silent ? `, ${silent} dead` : "";
    const whole = `${name}: ${count} maps of ${size}${dying}`;
    write(this.name, this.terse ? `${name}: ${count} of ${size}${dying}` : whole);
    set(this.name, { title: whole });
  }
}
