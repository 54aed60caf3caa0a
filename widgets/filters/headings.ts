/** The numbers of filters and inputs along a table of kernels. */

import { html } from "../_front/dom.ts";
import { clamp } from "../_front/numbers.ts";
import { resize } from "../_front/tile_lights.ts";
import { every, seen, type Table } from "./table_layout.ts";

const HIGH = 18; // CSS pixels
const WIDE = 26;
const SIZE = 13;

interface Chosen {
  first: number;
  channel: number;
  input: number;
}

export class Headings {
  readonly corner = html("span", { class: "corner", "aria-hidden": "true" });
  readonly inputs = html("canvas", { width: 0, height: 0, "aria-hidden": "true" });
  readonly filters = html("canvas", { width: 0, height: 0, "aria-hidden": "true" });

  show(
    table: Table,
    [left, top]: readonly [number, number],
    [wide, high]: readonly [number, number],
    { first, channel, input }: Chosen,
  ): void {
    const style = getComputedStyle(this.corner);
    const scale = Number(style.getPropertyValue("--lab-scale")) || 1;
    const ratio = devicePixelRatio * scale;
    const brush = (canvas: HTMLCanvasElement, w: number, h: number) => {
      resize(canvas, w, h);
      const context = canvas.getContext("2d");
      if (!context) return null;
      context.clearRect(0, 0, w, h);
      context.font = `${SIZE * ratio}px ${style.fontFamily}`;
      context.fillStyle = style.color;
      context.textBaseline = "middle";
      return context;
    };
    const ink = style.getPropertyValue("--lab-ink");
    const soft = style.color;
    const half = (SIZE / 2) * ratio; // of a number, which is not cut off at the ends
    const inside = (at: number, room: number) => clamp(at, half, Math.max(half, room - half));
    const hidden = (at: number, room: number) => at < 0 || at > room;
    const across = brush(this.inputs, wide, Math.round(HIGH * ratio));
    if (across) {
      across.textAlign = "center";
      const step = every(table.wide, 22 * ratio);
      const [from, to] = seen(left, wide, table.wide, table.columns);
      for (let c = from; c <= to; c++) {
        if (c % step && c !== input) continue;
        if (c !== input && Math.abs(c - input) * table.wide < 20 * ratio) continue;
        if (hidden((c + 0.5) * table.wide - left, wide)) continue;
        across.fillStyle = c === input ? ink : soft;
        across.fillText(String(c), inside((c + 0.5) * table.wide - left, wide), (HIGH / 2) * ratio);
      }
    }
    const down = brush(this.filters, Math.round(WIDE * ratio), high);
    if (!down) return;
    down.textAlign = "right";
    const step = every(table.high, 16 * ratio);
    const [from, to] = seen(top, high, table.high, table.rows);
    for (let r = from; r <= to; r++) {
      const chosen = r + first === channel;
      const apart = Math.abs(r + first - channel) * table.high;
      if (!chosen && (r % step || apart < 15 * ratio)) continue;
      if (hidden((r + 0.5) * table.high - top, high)) continue;
      down.fillStyle = chosen ? ink : soft;
      down.fillText(
        String(r + first),
        (WIDE - 6) * ratio,
        inside((r + 0.5) * table.high - top, high),
      );
    }
  }
}
