/** The numbers of both runs, and how they differ. */

import { html, set, write } from "../_front/dom.ts";
import { fixed } from "../_front/numbers.ts";
import type { Kind, Row } from "./state.ts";

const NONE = "–";

export function amount(value: number | null, kind: Kind): string {
  if (value === null) return NONE;
  if (kind === "percent") return `${fixed(100 * value, 1)} %`;
  if (kind === "seconds") return `${fixed(value, Math.abs(value) < 1 ? 3 : 1)} s`;
  return fixed(value, 3);
}

function bare(value: number, kind: Kind): string {
  return amount(value, kind).replace(/ (%|s)$/, "");
}

export function difference({ difference, kind }: Row): string {
  if (difference === null) return NONE;
  const text = kind === "percent" ? `${bare(difference, kind)} points` : amount(difference, kind);
  return text.startsWith("−") || !/[1-9]/.test(text) ? text : `+${text}`;
}

export function interval({ low, high, kind }: Row): string {
  if (low === null || high === null) return "";
  return `${bare(low, kind)} to ${bare(high, kind)}`;
}

export class Table {
  private readonly heads = [html("th", { scope: "col" }), html("th", { scope: "col" })];
  private readonly body = html("tbody");
  private readonly last = html("th", { scope: "col" }, "difference");
  readonly node = html(
    "table",
    {},
    html("thead", {}, html("tr", {}, html("td"), ...this.heads, this.last)),
    this.body,
  );

  show(labels: readonly string[], rows: Row[], repeats: number): void {
    for (const [i, head] of this.heads.entries()) {
      set(head, { class: i ? "b" : "a" });
      write(head, labels[i] as string);
    }
    write(this.last, repeats > 1 ? "difference, 95 %" : "difference");
    while (this.body.children.length > rows.length) this.body.lastChild?.remove();
    while (this.body.children.length < rows.length) {
      const cells = ["a", "b", "difference"].map((name) => html("td", { class: name }));
      this.body.append(html("tr", {}, html("th", { scope: "row" }), ...cells));
    }
    for (const [i, row] of rows.entries()) {
      const [title, a, b, last] = [...(this.body.children[i] as Element).children];
      write(title as Element, row.title);
      write(a as Element, amount(row.a, row.kind));
      write(b as Element, amount(row.b, row.kind));
      const span = interval(row);
      const text = difference(row) + (span && ` (${span})`);
      if ((last as Element).textContent === text) continue;
      const parts: (Node | string)[] = [difference(row)];
      if (span) parts.push(" ", html("span", { class: "interval" }, `(${span})`));
      (last as Element).replaceChildren(...parts);
    }
  }
}
