/** What the chosen optimizer remembers, as bars, and its update as a formula with its numbers. */

import { unpack } from "../_front/arrays.ts";
import { html, set, svg, write } from "../_front/dom.ts";
import { isMomentum } from "./paths.ts";
import type { Picture, Walk } from "./state.ts";
import { type Track, three } from "./walk.ts";

interface Bars {
  node: HTMLElement;
  name: HTMLElement;
  rows: { bar: HTMLElement; number: HTMLElement }[];
}

const MOST = 3; // kinds of memory that are shown
const ARROWS = [
  ["arrow-gradient", "−gradient"],
  ["arrow-momentum", "−momentum"],
  ["arrow-taken", "step"],
] as const;

export function internalsPanel() {
  const title = html("h3");
  const bars = html("div", { class: "bars" });
  const symbols = html("p", { class: "symbols" });
  const formula = html("div", { class: "formula" });
  const code = html("code");
  const legend = html("p", { class: "legend" });
  legend.append(
    ...ARROWS.map(([name, text]) => {
      const drawn = svg("path", { class: name, d: "M2,6H31M24,1.5L31,6L24,10.5" });
      return html("span", { class: "key" }, svg("svg", { viewBox: "0 0 34 12" }, drawn), text);
    }),
  );
  const known: Bars[] = [];

  function add(): void {
    const name = html("span", { class: "bars-name" });
    const rows = [0, 1].map(() => ({
      bar: html("span", { class: "bar" }),
      number: html("span", { class: "bar-number" }),
    }));
    const cells = rows.flatMap(({ bar, number }) => [
      html("span", { class: "bar-track" }, bar),
      number,
    ]);
    const node = html("div", { class: "bar-set" }, name, ...cells);
    known.push({ node, name, rows });
    bars.append(node);
  }

  function show(sets: { name: string; pair: readonly number[]; most: number }[]): void {
    while (known.length > sets.length) known.pop()?.node.remove();
    while (known.length < sets.length) add();
    sets.forEach(({ name, pair, most }, i) => {
      const { name: word, rows } = known[i] as Bars;
      write(word, name);
      rows.forEach(({ bar, number }, k) => {
        const value = pair[k] ?? 0;
        // By the root, so that small ones are seen: as the arrows are.
        const half = most > 0 ? 50 * Math.sqrt(Math.min(1, Math.abs(value) / most)) : 0;
        bar.style.width = `${half}%`;
        bar.style.left = `${value < 0 ? 50 - half : 50}%`;
        set(bar, { "data-sign": Math.sign(value) });
        write(number, three(value));
      });
    });
  }

  function put(node: HTMLElement, tag: "p" | "span", lines: string[]): void {
    if (node.textContent === lines.join("")) return;
    node.replaceChildren(...lines.map((line) => html(tag, {}, line)));
  }

  return {
    node: html(
      "div",
      { class: "internals" },
      html("div", { class: "head" }, title, legend),
      html("div", { class: "inside" }, bars, html("div", { class: "lines" }, symbols, formula)),
    ),
    more: html("details", {}, html("summary", {}, "The same in PyTorch"), html("pre", {}, code)),
    draw(walk: Walk, track: Track | undefined, picture: Picture, step: number, tone: string): void {
      const walker = walk.walkers[walk.chosen];
      if (!walker || !track) return;
      (legend.lastElementChild as HTMLElement).style.color = tone;
      const at = Math.min(step, walker.count);
      write(title, `${walker.name} at step ${at}`);
      const remembers = walk.internals.some(({ name }) => isMomentum(name));
      set(legend.children[1] as Element, { "data-off": !remembers });
      const memory = walk.internals.slice(0, MOST).map(({ name, values }) => {
        const numbers = unpack(values);
        let most = 0;
        for (const one of numbers) most = Math.max(most, Math.abs(one));
        return { name, pair: [...numbers.subarray(2 * at, 2 * at + 2)], most };
      });
      show([{ name: "gradient", pair: track.at(at).gradient, most: track.steepest() }, ...memory]);
      put(symbols, "span", picture.symbols);
      put(formula, "p", picture.formula);
      write(code, walk.code);
    },
  };
}
