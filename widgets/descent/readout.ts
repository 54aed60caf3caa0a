/** The racers in numbers at the present step, and what became of each. */

import { html, on, set, write } from "../_front/dom.ts";
import { badge } from "./paths.ts";
import type { Change, Walk } from "./state.ts";
import { type Track, three } from "./walk.ts";

const HEADS = ["", "loss", "|gradient|", "place", "distance", ""];
const SHAPES = { arrived: "●", far: "○", ended: "■", diverged: "▲" };

export function readoutTable(change: Change, signal: AbortSignal) {
  const head = html("tr", {}, ...HEADS.map((name) => html("th", { scope: "col" }, name)));
  const body = html("tbody");
  const rows: { row: HTMLElement; cells: HTMLElement[] }[] = [];

  function add(): void {
    const index = rows.length;
    const cells = HEADS.map((_, k) => html("span", { class: k === 5 ? "verdict" : "" }));
    const row = html("tr", {}, ...cells.map((cell) => html("td", {}, cell)));
    row.firstElementChild?.prepend(badge(index));
    on(row, "click", signal, () => change({ chosen: index }));
    rows.push({ row, cells });
    body.append(row);
  }

  return {
    node: html("table", { class: "readout" }, html("thead", {}, head), body),
    /** While a task is thought about, what becomes of them is a secret. */
    draw(
      walk: Walk,
      tracks: readonly Track[],
      step: number,
      chosen: number,
      secret: boolean,
    ): void {
      while (rows.length > tracks.length) rows.pop()?.row.remove();
      while (rows.length < tracks.length) add();
      walk.walkers.forEach(({ name, kind, verdict, reason }, i) => {
        const [{ row, cells }, track] = [rows[i], tracks[i]] as [(typeof rows)[0], Track];
        const { place, loss, gradient, distance } = track.at(step);
        const said = secret ? "" : `${SHAPES[kind]} ${verdict}`;
        [
          name,
          three(loss),
          three(Math.hypot(...gradient)),
          `(${place.map(three).join(", ")})`,
          distance === null ? "–" : three(distance),
          said,
        ].forEach((text, k) => {
          write(cells[k] as HTMLElement, text);
        });
        set(row, { "data-chosen": i === chosen, "data-kind": secret ? "" : kind });
        set(cells[5] as HTMLElement, { title: secret ? "" : reason || verdict });
      });
    },
  };
}
