/** A grid with its heading. */

import type { Cells } from "../_front/cells.ts";
import { html } from "../_front/dom.ts";
import type { Scale } from "../_front/scale.ts";

export interface Figure {
  node: HTMLElement;
  title: HTMLElement;
  note: HTMLElement;
  plot: HTMLElement;
}

export function figure(cells: Cells, scale?: Scale): Figure {
  const title = html("h3");
  const note = html("span", { class: "note" });
  const plot = html("div", { class: "plot" }, cells.node);
  const head = html("div", { class: "head" }, title, note);
  if (scale) head.append(scale.node);
  return { node: html("div", { class: "figure" }, head, plot), title, note, plot };
}
