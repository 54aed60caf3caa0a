/** A table of numbers to look at, point at, change and paint on: input, kernel and output of a step. */

import { html, set, write } from "./dom.ts";
import { clamp, snap } from "./numbers.ts";

export type Cell = readonly [row: number, column: number];

export interface Look {
  text: string;
  /** As `rgb(…)`: the number is written light or dark on it. */
  fill: string;
  /** Words for what is special about it, read by a screen reader and by the style sheet (`[data-is~="…"]`). */
  is?: string;
}

export interface CellsOptions {
  /** What the table is: "Input". */
  label: string;
  signal: AbortSignal;
  /**
   * Called with each new value; a table without it is only looked at. What is typed comes as it is,
   * too large or NaN: Python's sentence says what would be right.
   */
  edit?(cell: Cell, value: number): void;
  /** Called when the hand lets go of a cell. */
  release?(): void;
  value?(cell: Cell): number;
  low?: number;
  high?: number;
  /** What Page Up, Page Down, + and − change a value by, and six pixels of a drag. */
  step?: number;
  /** Whether a cell can be changed: those of a padding cannot. */
  editable?(cell: Cell): boolean;
  /** The value that the brush paints, or null where drags change values instead. */
  brush?(): number | null;
  /** What a cell is called, where its row and column in the table do not tell. */
  name?(cell: Cell): string;
  /** Called with the cell under the pointer or the focus, and with null when it leaves. */
  point?(cell: Cell | null): void;
}

const PIXELS = 6;

export class Cells {
  readonly node: HTMLElement;
  private readonly cells: HTMLElement[] = [];
  private fills: string[] = [];
  private size: Cell = [0, 0];
  private focused: Cell = [0, 0];
  private pointed = "";

  constructor(private readonly options: CellsOptions) {
    this.node = html("div", { class: "cells", role: "grid", "aria-label": options.label });
    this.listen();
  }

  /** Draws rows × columns cells of `side` pixels. */
  show([rows, columns]: Cell, side: number, look: (cell: Cell) => Look): void {
    if (rows !== this.size[0] || columns !== this.size[1]) this.build(rows, columns);
    this.node.style.setProperty("--side", `${side}px`);
    this.cells.forEach((node, i) => {
      const cell = this.cellAt(i);
      const { text, fill, is = "" } = look(cell);
      if (!node.querySelector("input")) write(node, text);
      if (this.fills[i] !== fill) node.style.backgroundColor = fill;
      this.fills[i] = fill;
      set(node, {
        "data-is": is,
        "data-ink": isDark(fill) ? "light" : "dark",
        "aria-label": `${this.name(cell)}: ${text}${is ? `, ${is}` : ""}`,
      });
    });
  }

  /** The element of a cell. */
  at([row, column]: Cell): HTMLElement | undefined {
    return this.cells[row * this.size[1] + column];
  }

  private name(cell: Cell): string {
    return this.options.name?.(cell) ?? `row ${cell[0] + 1}, column ${cell[1] + 1}`;
  }

  private cellAt(index: number): Cell {
    return [Math.floor(index / this.size[1]), index % this.size[1]];
  }

  private build(rows: number, columns: number): void {
    this.size = [rows, columns];
    this.cells.length = 0;
    this.fills = [];
    const lines = Array.from({ length: rows }, () => {
      const line = html("div", { role: "row" });
      for (let c = 0; c < columns; c++) {
        const node = html("span", { role: "gridcell", tabindex: -1 });
        this.cells.push(node);
        line.append(node);
      }
      return line;
    });
    this.node.replaceChildren(...lines);
    set(this.node, { "aria-rowcount": rows, "aria-colcount": columns });
    this.focused = [Math.min(this.focused[0], rows - 1), Math.min(this.focused[1], columns - 1)];
    set(this.at(this.focused) as HTMLElement, { tabindex: 0 });
  }

  private of(target: EventTarget | null): Cell | null {
    const node = target instanceof Element ? target.closest('[role="gridcell"]') : null;
    const index = this.cells.indexOf(node as HTMLElement);
    return index < 0 ? null : this.cellAt(index);
  }

  private under(event: MouseEvent): Cell | null {
    return this.of(document.elementFromPoint(event.clientX, event.clientY));
  }

  private tell(cell: Cell | null): void {
    const key = String(cell);
    if (key === this.pointed) return;
    this.pointed = key;
    this.options.point?.(cell);
  }

  private canEdit(cell: Cell): boolean {
    return this.options.edit !== undefined && (this.options.editable?.(cell) ?? true);
  }

  private put(cell: Cell, value: number): void {
    const { low = -9, high = 9, step = 0.1 } = this.options;
    this.options.edit?.(cell, snap(clamp(value, low, high), step));
  }

  private focus(cell: Cell): void {
    const [row, column] = [
      clamp(cell[0], 0, this.size[0] - 1),
      clamp(cell[1], 0, this.size[1] - 1),
    ];
    this.mark([row, column]);
    this.at(this.focused)?.focus();
  }

  /** The keyboard goes on from this cell. */
  private mark(cell: Cell): void {
    set(this.at(this.focused) as HTMLElement, { tabindex: -1 });
    this.focused = cell;
    set(this.at(cell) as HTMLElement, { tabindex: 0 });
  }

  private listen(): void {
    const { node, options } = this;
    const { signal, step = 0.1 } = options;
    let held: { cell: Cell; from: number; y: number } | null = null;
    node.addEventListener(
      "pointerdown",
      (event) => {
        const cell = this.of(event.target);
        if (!cell || event.button !== 0 || event.target instanceof HTMLInputElement) return;
        event.preventDefault();
        this.focus(cell);
        this.tell(cell);
        if (!this.canEdit(cell)) return;
        node.setPointerCapture(event.pointerId);
        held = { cell, from: options.value?.(cell) ?? 0, y: event.clientY };
        const ink = options.brush?.() ?? null;
        if (ink !== null) this.put(cell, ink);
      },
      { signal },
    );
    node.addEventListener(
      "pointermove",
      (event) => {
        const cell = this.under(event);
        const ink = options.brush?.() ?? null;
        if (!held) this.tell(cell);
        else if (ink === null) {
          const by = Math.round((held.y - event.clientY) / PIXELS) * step;
          if (by !== 0 || options.value?.(held.cell) !== held.from)
            this.put(held.cell, held.from + by);
        } else if (cell && this.canEdit(cell)) {
          this.put(cell, ink);
          this.tell(cell);
        }
      },
      { signal },
    );
    node.addEventListener("pointerleave", () => held ?? this.tell(null), { signal });
    node.addEventListener(
      "lostpointercapture",
      () => {
        if (held) options.release?.();
        held = null;
      },
      { signal },
    );
    // its target is the grid, which held the pointer
    node.addEventListener("dblclick", (event) => this.type(this.under(event)), { signal });
    node.addEventListener(
      "focusin",
      (event) => {
        const cell = this.of(event.target);
        if (cell) this.mark(cell);
        this.tell(cell);
      },
      { signal },
    );
    node.addEventListener("focusout", () => this.tell(null), { signal });
    node.addEventListener("keydown", (event) => this.key(event), { signal });
  }

  private key(event: KeyboardEvent): void {
    if (event.target instanceof HTMLInputElement || event.ctrlKey || event.metaKey) return;
    const { key } = event;
    const cell = this.focused;
    const [row, column] = cell;
    const moves: Record<string, Cell> = {
      ArrowLeft: [row, column - 1],
      ArrowRight: [row, column + 1],
      ArrowUp: [row - 1, column],
      ArrowDown: [row + 1, column],
      Home: [row, 0],
      End: [row, this.size[1] - 1],
    };
    const { step = 0.1, value } = this.options;
    const changes: Record<string, number> = { PageUp: step, "+": step, PageDown: -step };
    if (moves[key]) this.focus(moves[key]);
    else if (changes[key] && this.canEdit(cell)) {
      this.put(cell, (value?.(cell) ?? 0) + changes[key]);
      this.options.release?.();
    } else if ((key === "Enter" || key === " ") && this.canEdit(cell)) {
      const ink = this.options.brush?.() ?? null;
      if (ink === null) this.type(cell);
      else this.put(cell, ink);
    } else if (/^[-−\d.]$/.test(key)) this.type(cell, key);
    else if (key !== " ") return; // it would scroll the page
    event.preventDefault();
  }

  /** A cell becomes a field to type in; Enter takes the number, Escape leaves it as it was. */
  private type(cell: Cell | null, first = ""): void {
    if (!cell || !this.canEdit(cell)) return;
    const node = this.at(cell) as HTMLElement;
    const before = String(this.options.value?.(cell) ?? 0);
    const text = node.textContent ?? "";
    const field = html("input", {
      "aria-label": node.getAttribute("aria-label") ?? "",
      inputmode: "decimal",
    });
    field.value = first || before;
    let open = true; // taking the field away blurs it, which would close it once more
    const close = (take: boolean) => {
      if (!open) return;
      open = false;
      const value = typed(field.value);
      const refocus = document.activeElement === field;
      write(node, text);
      if (take && field.value !== before && value !== null) {
        this.options.edit?.(cell, value);
        this.options.release?.();
      }
      if (refocus) node.focus();
    };
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") close(true);
      else if (event.key === "Escape") close(false);
    });
    field.addEventListener("blur", () => close(true));
    node.replaceChildren(field);
    field.focus();
    if (!first) field.select();
  }
}

/** The number that was typed, NaN where it is none; null where nothing was typed. */
export function typed(text: string): number | null {
  const plain = text.trim();
  return plain === "" ? null : Number(plain.replace("−", "-").replace(",", "."));
}

function isDark(fill: string): boolean {
  const [r = 255, g = 255, b = 255] = (fill.match(/[\d.]+/g) ?? []).map(Number);
  return 0.299 * r + 0.587 * g + 0.114 * b < 140;
}
