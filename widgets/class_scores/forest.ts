/** A forest plot: each class a row, each measure a column of dots with their intervals. */

import { html, set, write } from "../_front/dom.ts";
import { Dot } from "../_front/dot.ts";
import type { Estimate } from "../_front/estimates.ts";

export class Row {
  private readonly name = html("span", { role: "rowheader", class: "name" });
  private readonly support = html("span", { role: "cell", class: "support" });
  private readonly dots: Dot[];
  readonly node: HTMLElement;

  constructor(measures: number, kind = "class") {
    this.dots = Array.from({ length: measures }, () => new Dot());
    this.node = html(
      "div",
      { role: "row", class: kind },
      this.name,
      this.support,
      ...this.dots.map(({ node }) => node),
    );
  }

  show(
    name: string,
    support: string,
    estimates: readonly Estimate[],
    begin: number,
    without: readonly string[],
  ): void {
    write(this.name, name);
    set(this.name, { title: name });
    write(this.support, support);
    this.dots.forEach((dot, i) => {
      dot.show(estimates[i] as Estimate, begin, without[i] ?? "");
    });
  }
}

/** The headings, each with the ends of its axis. */
export class Headings {
  private readonly axes: [low: HTMLElement, high: HTMLElement][] = [];
  readonly node: HTMLElement;

  constructor(measures: readonly (readonly [name: string, other: string])[]) {
    const columns = measures.map(([name, other]) => {
      const ends: [HTMLElement, HTMLElement] = [html("span"), html("span")];
      this.axes.push(ends);
      return html(
        "span",
        { role: "columnheader" },
        html("strong", {}, name),
        html("small", {}, other),
        html("span", { class: "axis", "aria-hidden": "true" }, ...ends),
      );
    });
    this.node = html(
      "div",
      { role: "row", class: "headings" },
      html("span", { role: "columnheader" }, "class"),
      html("span", { role: "columnheader", class: "support" }, "images"),
      ...columns,
    );
  }

  show(begin: number): void {
    for (const [low, high] of this.axes) {
      write(low, `${Math.round(100 * begin)}`);
      write(high, "100 %");
    }
  }
}
