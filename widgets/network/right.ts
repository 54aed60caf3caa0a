/** The plane with what belongs to it: where the points are shown, their classes, putting new ones. */

import { unpack } from "../_front/arrays.ts";
import type { ColourMap, Rgb } from "../_front/colour.ts";
import { html, write } from "../_front/dom.ts";
import { type Segments, segments } from "../_front/segments.ts";
import { colourOf, signOf } from "./classes.ts";
import { Plane, type Scene } from "./plane.ts";
import type { Cloud, Picture, State } from "./state.ts";

const CLASSES_TO_PUT = 3;

export class Right {
  private readonly plane: Plane;
  private readonly spacePlace = html("span", { class: "control" });
  private readonly legend = html("p", { class: "legend" });
  private readonly own: HTMLElement;
  private readonly label: Segments<number>;
  /** The plane takes the room that is left. */
  readonly place: HTMLElement;
  readonly node: HTMLElement;
  private space: Segments<number> | null = null;
  private spaces = -1;
  private putting = 0;

  constructor(
    private readonly state: State,
    private readonly change: (part: Partial<State>) => void,
    private readonly signal: AbortSignal,
  ) {
    this.plane = new Plane((x, y) => this.put(x, y), signal);
    this.label = segments(
      "Class of the points you put",
      Array.from({ length: CLASSES_TO_PUT }, (_, i) => [i, `${signOf(i)} ${i}`] as const),
      (label) => {
        this.putting = label;
        this.label.show(label);
      },
      signal,
    );
    this.label.show(0);
    const clear = html("button", { type: "button" }, "Clear");
    clear.addEventListener("click", () => change({ own: { ...state.own, x: [], y: [] } }), {
      signal,
    });
    this.own = html(
      "span",
      { class: "control" },
      "Click to put points of class",
      this.label.node,
      clear,
    );
    this.place = html("div", { class: "plane-place" }, this.plane.node);
    this.node = html(
      "div",
      { class: "right" },
      html("div", { class: "controls" }, this.spacePlace, this.own),
      this.legend,
      this.place,
    );
  }

  resize(width: number, height: number): void {
    this.plane.resize(width, height);
  }

  hold(): void {
    const { state } = this;
    if (this.spaces !== state.neurons.length) {
      this.spaces = state.neurons.length;
      const word = this.spaces > 3 ? "" : "layer "; // they stand in one row
      const choices = [[0, "inputs"], ...state.neurons.map((_, i) => [i + 1, `${word}${i + 1}`])];
      this.space = segments(
        "Where the points are shown",
        choices as [number, string][],
        (space) => this.change({ space }),
        this.signal,
      );
      this.spacePlace.replaceChildren("Points as seen by", this.space.node);
    }
    this.space?.show(state.space);
    this.own.hidden = state.points !== "own" || state.own.classes.length === 0;
  }

  derive(picture: Picture, cloud: Cloud, colours: ColourMap, paper: Rgb): void {
    const { space } = picture;
    const { classes } = cloud;
    const chosen = this.state.chosen.length > 0;
    const scene: Scene = {
      source: space ?? cloud,
      answer: space ? space.plane : picture.plane,
      points: unpack(space ? space.points : cloud.x),
      labels: unpack(cloud.y),
      tested: unpack(cloud.tested),
      classes,
      low: space ? space.low : -cloud.extent,
      high: space ? space.high : cloud.extent,
      axes: space ? space.axes : cloud.axes,
      scale:
        (space ? space.plane : picture.plane)?.kind === "two"
          ? `probability of ${classes[1] ?? "1"}`
          : chosen && !space
            ? "activation a"
            : "value",
    };
    this.plane.show(scene, colours, paper);
    const names = classes.slice(0, 6).map((name, i) => {
      const sign = html("span", { class: "sign" }, signOf(i));
      sign.style.color = colourOf(i, classes.length, colours, 1);
      return html("span", {}, sign, ` ${/^\d+$/.test(name) ? `class ${name}` : name}`);
    });
    const tested = scene.tested.some((one) => one === 1);
    const key = [...classes, tested, colours[0]].join();
    if (this.legend.dataset.key !== key) {
      this.legend.dataset.key = key;
      const hollow = tested ? [html("span", {}, "hollow: kept for the test")] : [];
      this.legend.replaceChildren(...names, ...hollow);
    }
    if (classes.length === 0 && !tested) write(this.legend, "");
  }

  private put(x: number, y: number): void {
    const { own, points, space } = this.state;
    if (points !== "own" || space !== 0) return;
    const place = [x, y].map((value) => Number(value.toFixed(3)));
    const names = [...own.classes];
    while (names.length <= this.putting) names.push(String(names.length));
    this.change({
      own: { ...own, x: [...own.x, place], y: [...own.y, this.putting], classes: names },
    });
  }
}
