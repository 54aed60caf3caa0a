/** What it all means in numbers and sentences: losses, right answers, confusion, the task. */

import { unpack } from "../_front/arrays.ts";
import { html, set, write } from "../_front/dom.ts";
import { fixed } from "../_front/numbers.ts";
import { signOf } from "./classes.ts";
import { Losses } from "./losses.ts";
import type { Cloud, Picture, Scores } from "./state.ts";

const STATUS = {
  "": "",
  diverged:
    "✕ The training has run away: the steps were too large. Take a smaller learning rate, then reset.",
  reached: "✓ The training loss has reached its target.",
};

export class Reading {
  private readonly losses = new Losses();
  private readonly progress = html("p", { class: "counter" });
  private readonly status = html("p", { class: "status", role: "status" });
  private readonly accuracy = html("p", { class: "accuracy" });
  private readonly confusion = html("table", { class: "confusion" });
  private readonly task = html("p", { class: "verdict", role: "status" });
  readonly node = html(
    "div",
    { class: "reading" },
    this.progress,
    this.losses.node,
    this.accuracy,
    this.confusion,
    this.status,
    this.task,
  );
  private drawn = "";
  private cells: HTMLElement[] = [];

  resize(width: number): void {
    this.losses.resize(width);
  }

  derive(picture: Picture, cloud: Cloud): void {
    this.losses.draw(picture.name, unpack(picture.past), picture.train.loss, picture.test.loss);
    const { steps, epochs } = picture;
    write(this.progress, `Epoch ${fixed(epochs, 1)} · ${steps.toLocaleString("en")} steps`);
    write(this.status, STATUS[picture.status] || cloud.note);
    const percent = (scores: Scores) =>
      scores.accuracy === undefined ? "" : `${fixed(100 * scores.accuracy, 1)} %`;
    const [train, test] = [percent(picture.train), percent(picture.test)];
    const right = test ? `Right: test ${test}, training ${train}` : train && `Right: ${train}`;
    write(this.accuracy, right);
    this.table(
      picture.test.confusion ?? picture.train.confusion ?? [],
      cloud.classes,
      picture.test.confusion ? "test points" : "points",
    );
    write(this.task, picture.task?.sentence ?? "");
    set(this.task, { "data-solved": picture.task?.solved ?? false });
  }

  /** Rows are what the points are, columns what they were taken for. */
  private table(counts: number[][], names: readonly string[], of: string): void {
    const shown = counts.length > 6 ? [] : counts;
    const key = JSON.stringify([shown.length, names, of]);
    if (this.drawn !== key) {
      this.drawn = key;
      this.build(shown.length, names, of);
    }
    shown.flat().forEach((n, i) => {
      const right = i % (shown.length + 1) === 0; // the diagonal
      const cell = this.cells[i] as Element;
      write(cell, String(n));
      set(cell, { class: right ? "right" : n ? "wrong" : false });
    });
  }

  private build(size: number, names: readonly string[], of: string): void {
    const name = (i: number) => `${signOf(i)} ${names[i] ?? i}`;
    const numbers = Array.from({ length: size }, (_, i) => i);
    const head = html(
      "tr",
      {},
      html("th", {}, `${of}:`),
      ...numbers.map((i) => html("th", { scope: "col", title: name(i) }, `→ ${signOf(i)}`)),
    );
    const cells = numbers.map(() => numbers.map(() => html("td")));
    const rows = cells.map((row, i) =>
      html("tr", {}, html("th", { scope: "row" }, name(i)), ...row),
    );
    this.cells = cells.flat();
    this.confusion.replaceChildren(...(size ? [head, ...rows] : []));
  }
}
