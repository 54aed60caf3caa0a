/** What the place in the hand decodes to, what that is like, and how far the task is. */

import { unpack } from "../_front/arrays.ts";
import { choice } from "../_front/choice.ts";
import { html, set, write } from "../_front/dom.ts";
import { paintImage } from "../_front/image.ts";
import { fixed } from "../_front/numbers.ts";
import type { Pair } from "../_front/place.ts";
import type { Images, Picture, State, Task } from "./state.ts";

const TASKS: readonly (readonly [Task, string])[] = [
  ["none", "look around"],
  ["neither", "neither A nor B"],
  ["nowhere", "like no image"],
  ["collapse", "all places alike"],
];

const WORDS: Record<Task, string> = {
  none: "",
  neither: "On the line from A to B, find a place whose image is neither the one nor the other.",
  nowhere: "Find a place whose image is like no test image. Which kind has more of them?",
  collapse: "Make β so large that every place decodes to the same image.",
};

/** A place as it is spoken. */
export const placeText = (point: Pair): string => point.map((value) => fixed(value)).join(", ");

export class Reading {
  private readonly canvas = html("canvas", { class: "samples", role: "img" });
  private readonly where = html("span", { class: "where" });
  private readonly like = html("p", { class: "like" });
  private readonly neighbours = html("div", { class: "neighbours" });
  private readonly asked = html("p", { class: "asked" });
  private readonly verdict = html("p", { class: "verdict", role: "status" });
  private readonly tasks;
  readonly picture: HTMLElement;
  readonly task: HTMLElement;

  constructor(
    private readonly state: State,
    change: (part: Partial<State>) => void,
    code: HTMLElement,
    signal: AbortSignal,
  ) {
    this.tasks = choice<Task>(
      "Task",
      TASKS,
      () => state.task,
      (task) => change({ task }),
      signal,
    );
    this.picture = html(
      "section",
      { class: "reading" },
      this.canvas,
      html(
        "div",
        {},
        html("div", { class: "head" }, html("h3", {}, "Decoded here"), this.where),
        this.like,
        this.neighbours,
      ),
    );
    const row = html("div", { class: "row" }, this.tasks.node, code);
    this.task = html("section", { class: "task" }, row, this.asked, this.verdict);
  }

  hold(): void {
    this.tasks.show();
    const [x, y] = this.state.point;
    write(this.where, `z₁ = ${fixed(x)}, z₂ = ${fixed(y)}`);
    write(this.asked, WORDS[this.state.task]);
  }

  derive(picture: Picture, images: Images): void {
    paintImage(this.canvas, unpack(picture.image), picture.image.shape);
    this.canvas.dataset.place = placeText(picture.point);
    const shares = picture.shares.map(([name, count]) => `${count} × ${name}`).join(", ");
    write(this.like, `The test images most like it: ${shares}`);
    set(this.canvas, { "aria-label": `The decoded image. Most like it: ${shares}` });
    this.paint(picture.neighbours, images);
    const { verdict } = picture;
    write(this.verdict, this.state.task === "none" ? "" : (verdict?.sentence ?? ""));
    this.verdict.classList.toggle("solved", verdict?.solved ?? false);
  }

  private paint(places: readonly number[], images: Images): void {
    const nodes = this.neighbours;
    while (nodes.childElementCount < places.length) {
      nodes.append(html("canvas", { class: "samples", role: "img" }));
    }
    while (nodes.childElementCount > places.length) nodes.lastElementChild?.remove();
    const [, ...shape] = images.images.shape as [number, number, number, number];
    const size = shape.reduce((product, side) => product * side, 1);
    const [values, labels] = [unpack(images.images), unpack(images.labels)];
    for (const [i, place] of places.entries()) {
      const canvas = nodes.children[i] as HTMLCanvasElement;
      if (canvas.dataset.place === String(place)) continue;
      canvas.dataset.place = String(place);
      paintImage(canvas, values.subarray(place * size, (place + 1) * size), shape);
      const name = images.classNames[labels[place] as number] ?? "";
      set(canvas, { "aria-label": name, title: name });
    }
  }

  /** Other data: the pictures that are painted are of the old ones. */
  forget(): void {
    this.neighbours.replaceChildren();
  }
}
