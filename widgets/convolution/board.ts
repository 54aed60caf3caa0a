/** A table with its heading, its size and its scale. */

import { Cells, type CellsOptions } from "../_front/cells.ts";
import type { ColourMap } from "../_front/colour.ts";
import { html, write } from "../_front/dom.ts";
import { Scale } from "../_front/scale.ts";
import type { Ends } from "./state.ts";
import type { Thumbs } from "./thumbs.ts";

export class Board {
  readonly cells: Cells;
  readonly field: HTMLElement;
  readonly node: HTMLElement;
  private readonly note = html("span", { class: "note" });
  private readonly scale = new Scale();

  constructor(name: string, title: string, options: CellsOptions, thumbs?: Thumbs) {
    this.cells = new Cells(options);
    this.field = html("div", { class: "field" }, this.cells.node);
    const head = html("div", { class: "head" }, html("h3", {}, title));
    const foot = html("div", { class: "foot" }, this.note, this.scale.node);
    if (thumbs) foot.append(thumbs.node);
    this.node = html("section", { class: `board ${name}` }, head, this.field, foot);
  }

  say(note: string, map: ColourMap, [low, high]: Ends): void {
    write(this.note, note);
    this.scale.show(map, low, high);
  }
}
