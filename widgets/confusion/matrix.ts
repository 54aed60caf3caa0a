/** The matrix: a row for each true class, a column for each class that the network says. */

import type { Values } from "../_front/arrays.ts";
import { type ColourMap, colourAt } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { clamp } from "../_front/numbers.ts";
import { type Cell, cellCount, cellName, cellText, layoutFor, rowSums, strength } from "./words.ts";

export interface Counted {
  counts: Values;
  names: string[];
  shares: boolean;
  map: ColourMap;
  /** The cell whose images are shown. */
  cell: Cell | null;
}

export class Matrix {
  readonly node = html("div", { class: "matrix", role: "grid", "aria-label": "Confusion matrix" });
  private cells: HTMLElement[] = [];
  private names: string[] = [];
  private focused: Cell = [0, 0];
  private chosen: HTMLElement | undefined;
  private drawn = "";
  private room: [number, number] = [0, 0];

  constructor(
    private readonly choose: (cell: Cell) => void,
    /** Called with the height that stays free below the cells. */
    private readonly fitted: (free: number) => void,
    signal: AbortSignal,
  ) {
    this.node.addEventListener("click", (event) => this.click(event.target), { signal });
    this.node.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  show({ counts, names, shares, map, cell }: Counted): void {
    if (names.join("\n") !== this.names.join("\n")) this.build(names);
    const drawn = `${counts.join()} ${shares} ${map.slice(381, 384).join()}`;
    if (drawn !== this.drawn) {
      this.drawn = drawn;
      const sums = rowSums(counts, names.length);
      const digits = shares ? 3 : String(Math.max(...counts)).length;
      this.node.style.setProperty("--fill", String(Math.min(0.5, 1.35 / digits)));
      this.cells.forEach((node, i) => {
        const at: Cell = [Math.floor(i / names.length), i % names.length];
        const [count, sum] = [counts[i] as number, sums[at[0]] as number];
        const colour = strength(sum ? count / sum : 0, at[0] === at[1]);
        const fill = colourAt(map, colour, -1, 1);
        if (node.style.backgroundColor !== fill) node.style.backgroundColor = fill;
        write(node, cellText(count, sum, shares));
        set(node, {
          "data-ink": isDark(fill) ? "light" : "dark",
          "aria-label": `${cellName(at, names)}: ${cellCount(at, count, sum, names)}`,
        });
      });
    }
    const chosen = cell ? this.at(cell) : undefined;
    if (chosen === this.chosen) return;
    if (this.chosen) set(this.chosen, { "aria-selected": "false" });
    if (chosen) set(chosen, { "aria-selected": "true" });
    this.chosen = chosen;
    if (cell && !this.node.contains(document.activeElement)) this.point(cell, false);
  }

  /** Fits the cells into a room. */
  resize(width: number, height: number): void {
    this.room = [width, height];
    if (this.names.length === 0) return;
    const [widest, line] = this.measure();
    const room = [width - 1, height - 1] as const; // the last line of the grid is drawn outside
    const { side, left, top, upright } = layoutFor(room, this.names.length, widest, line);
    for (const [name, value] of [
      ["--side", side],
      ["--left", left],
      ["--top", top],
    ] as const) {
      this.node.style.setProperty(name, `${value}px`);
    }
    set(this.node, { "data-upright": upright });
    this.fitted(height - top - side * this.names.length);
  }

  /** The width of the widest name and the height of a line, with the air around them. */
  private measure(): [number, number] {
    const { fontSize, fontFamily } = getComputedStyle(this.node);
    const context = html("canvas").getContext("2d");
    if (context) context.font = `${fontSize} ${fontFamily}`;
    const widths = this.names.map((name) => context?.measureText(name).width ?? 0);
    return [Math.ceil(Math.max(...widths)) + 10, 1.2 * Number.parseFloat(fontSize) + 8];
  }

  private at([row, column]: Cell): HTMLElement | undefined {
    return this.cells[row * this.names.length + column];
  }

  private build(names: string[]): void {
    this.names = names;
    this.drawn = "";
    this.chosen = undefined;
    this.cells = [];
    const line = (...nodes: HTMLElement[]) => html("div", { role: "row" }, ...nodes);
    const heading = (role: string, name: string) =>
      html("span", { role, title: name }, html("span", {}, name));
    const top = line(
      html("span", { role: "columnheader", "aria-label": "true class" }),
      ...names.map((name) => heading("columnheader", name)),
    );
    const lines = names.map((name) => {
      const cells = names.map(() =>
        html("span", { role: "gridcell", tabindex: -1, "aria-selected": "false" }),
      );
      this.cells.push(...cells);
      return line(heading("rowheader", name), ...cells);
    });
    names.forEach((_, i) => {
      set(this.at([i, i]) as HTMLElement, { "data-right": true });
    });
    this.node.style.setProperty("--classes", String(names.length));
    this.node.replaceChildren(top, ...lines);
    this.point([0, 0], false);
    this.resize(...this.room);
  }

  /** The keyboard goes on from this cell. */
  private point([row, column]: Cell, focus: boolean): void {
    const last = this.names.length - 1;
    const before = this.at(this.focused);
    if (before) set(before, { tabindex: -1 });
    this.focused = [clamp(row, 0, last), clamp(column, 0, last)];
    const node = this.at(this.focused);
    if (node) set(node, { tabindex: 0 });
    if (focus) node?.focus();
  }

  private click(target: EventTarget | null): void {
    const index = this.cells.indexOf(target as HTMLElement);
    if (index < 0) return;
    const cell: Cell = [Math.floor(index / this.names.length), index % this.names.length];
    this.point(cell, true);
    this.choose(cell);
  }

  private key(event: KeyboardEvent): void {
    const [row, column] = this.focused;
    const moves: Record<string, Cell> = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      Home: [row, 0],
      End: [row, this.names.length - 1],
    };
    const move = moves[event.key];
    if (move) {
      this.point(move, true);
      this.choose(this.focused);
    } else if (event.key === "Enter" || event.key === " ") this.choose(this.focused);
    else return;
    event.preventDefault();
  }
}

function isDark(fill: string): boolean {
  const [r = 255, g = 255, b = 255] = (fill.match(/[\d.]+/g) ?? []).map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b < 140;
}
