/** People as circles: all of them, as large as the space allows. */

import { html, set, svg } from "../_front/dom.ts";

/** So many times as wide as high: what fills a card without making it higher than the others. */
const SHAPE = 2;
/** No circle is larger than with so many rows: ten of them are not to look like a hundred. */
const LEAST_ROWS = 8;
const RADIUS = 0.36;

/** In how many rows as many circles stand, of which each row has twice as many as there are rows. */
export function rowsFor(count: number): number {
  return Math.max(LEAST_ROWS, Math.ceil(Math.sqrt(count / SHAPE)));
}

/** The circles from one place to another, row by row, as a path in squares of side 1. */
export function circles(from: number, to: number, columns: number): string {
  let path = "";
  for (let i = from; i < to; i++) {
    const x = (i % columns) + 0.5 - RADIUS;
    const y = Math.floor(i / columns) + 0.5;
    const arc = `a${RADIUS} ${RADIUS} 0 1 0`;
    path += `M${x.toFixed(2)} ${y}${arc} ${2 * RADIUS} 0${arc} ${-2 * RADIUS} 0`;
  }
  return path;
}

export class Crowd {
  private readonly found = svg("path", { class: "found" });
  private readonly alarms = svg("path", { class: "false" });
  private readonly picture = svg(
    "svg",
    { role: "img", preserveAspectRatio: "xMinYMin" },
    this.found,
    this.alarms,
  );
  readonly node = html("div", { class: "crowd" }, this.picture);

  show(found: number, alarms: number): void {
    const rows = rowsFor(found + alarms);
    const columns = SHAPE * rows;
    set(this.picture, {
      viewBox: `0 0 ${columns} ${rows}`,
      "aria-label": `${found} found, ${alarms} false alarms`,
    });
    set(this.found, { d: circles(0, found, columns) });
    set(this.alarms, { d: circles(found, found + alarms, columns) });
  }
}
