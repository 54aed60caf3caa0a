/** The racers on the ground: their ways, their marks, and the arrows of the chosen one. */

import { unpack } from "../_front/arrays.ts";
import { CLASSES } from "../_front/colour.ts";
import { set, svg } from "../_front/dom.ts";
import { outline } from "../_front/marks.ts";
import type { Pair } from "../_front/place.ts";
import type { Terrain } from "../_front/terrain.ts";
import type { Ground, Walk } from "./state.ts";
import { arrow, dots, line, scaled, type Track, unitOf } from "./walk.ts";

const MARK = 8;
const LONGEST = 74; // pixels of the steepest gradient's arrow
const TONES = [2, 0, 4, 1]; // those of the ten that stand apart from the ground's colours

/** The colour of a racer, by its place. */
export function tone(index: number): string {
  return CLASSES[TONES[index % TONES.length] as number] as string;
}

/** The mark of a racer, by its place, as a small drawing. */
export function badge(index: number): SVGSVGElement {
  return svg(
    "svg",
    { class: "badge", viewBox: "-10 -10 20 20", "aria-hidden": "true" },
    svg("path", { d: outline(index, MARK), fill: tone(index) }),
  );
}

/** What pulls in the optimizer's memory: against which the step is drawn. */
export function isMomentum(name: string): boolean {
  return name === "velocity" || name === "first moment";
}

class Trace {
  readonly #halo = svg("path", { class: "trace-halo" });
  readonly #whole = svg("path", { class: "trace-whole" });
  readonly #walked = svg("path", { class: "trace" });
  readonly #dots = svg("path", { class: "trace-dots" });
  readonly node = svg("g", {}, this.#halo, this.#whole, this.#walked, this.#dots);
  readonly mark = svg("path", { class: "trace-mark" });

  constructor(index: number) {
    this.node.style.color = this.mark.style.color = tone(index);
    set(this.mark, { d: outline(index, MARK) });
  }

  draw(track: Track, step: number, at: (place: Pair) => Pair): void {
    const points = track.places().map(at);
    const all = line(points);
    set(this.#halo, { d: all });
    set(this.#whole, { d: all });
    const walked = points.slice(0, step + 1);
    set(this.#walked, { d: line(walked) });
    set(this.#dots, { d: dots(walked) });
    const [x, y] = at(track.at(step).place);
    set(this.mark, { transform: `translate(${x} ${y})` });
  }
}

export class Paths {
  readonly #minima = svg("g", { class: "minima" });
  readonly #traces = svg("g");
  readonly #arrows = svg("g", { class: "arrows" });
  readonly #marks = svg("g");
  readonly #known: Trace[] = [];
  readonly #gradient = svg("path", { class: "arrow-gradient" });
  readonly #momentum = svg("path", { class: "arrow-momentum" });
  readonly #taken = svg("path", { class: "arrow-taken" });

  constructor(private readonly terrain: Terrain) {
    const halos = ["", "", ""].map(() => svg("path", { class: "arrow-halo" }));
    this.#arrows.append(...halos);
    this.#arrows.append(this.#taken, this.#momentum, this.#gradient);
    terrain.floor.append(this.#traces, this.#minima, this.#arrows, this.#marks);
  }

  draw(ground: Ground, walk: Walk, tracks: readonly Track[], step: number, chosen: number): void {
    const { terrain } = this;
    const at = ([x, y]: Pair): Pair => [terrain.x(x), terrain.y(y)];
    const crosses = ground.minima.map((minimum) => {
      const [x, y] = at(minimum);
      return `M${x - 6},${y - 6}l12,12M${x - 6},${y + 6}l12,-12`;
    });
    const d = crosses.join("");
    if (this.#minima.dataset.d !== d) {
      this.#minima.dataset.d = d;
      this.#minima.replaceChildren(
        svg("path", { class: "minimum-halo", d }),
        svg("path", { class: "minimum", d }),
      );
    }
    while (this.#known.length < tracks.length) this.#known.push(new Trace(this.#known.length));
    const shown = this.#known.slice(0, tracks.length);
    if (this.#traces.childElementCount !== shown.length) {
      this.#traces.replaceChildren(...shown.map(({ node }) => node));
      this.#marks.replaceChildren(...shown.map(({ mark }) => mark));
    }
    shown.forEach((trace, i) => {
      trace.draw(tracks[i] as Track, step, at);
      set(trace.mark, { "data-chosen": i === chosen });
    });
    this.#point(walk, tracks[chosen], step, chosen, at);
  }

  /** The gradient, the momentum and the step of the chosen one, from where it stands. */
  #point(
    walk: Walk,
    track: Track | undefined,
    step: number,
    chosen: number,
    at: (place: Pair) => Pair,
  ): void {
    const shapes = ["", "", ""];
    if (track && step <= track.count) {
      const { place, gradient } = track.at(step);
      const here = at(place);
      const most = track.steepest();
      const unit = unitOf(this.terrain);
      const down = scaled([-gradient[0], -gradient[1]], most, LONGEST, unit);
      shapes[0] = arrow(here, down);
      const memory = walk.chosen === chosen && walk.internals.find(({ name }) => isMomentum(name));
      if (memory) {
        const values = unpack(memory.values);
        const [vx, vy] = [values[2 * step] ?? 0, values[2 * step + 1] ?? 0];
        shapes[1] = arrow(here, scaled([-vx, -vy], Math.max(most, 1e-30), LONGEST, unit));
      }
      const next = at(track.at(step + 1).place);
      shapes[2] = arrow(here, [next[0] - here[0], next[1] - here[1]], 12);
    }
    const halos = this.#arrows.querySelectorAll(".arrow-halo");
    [this.#gradient, this.#momentum, this.#taken].forEach((one, i) => {
      set(one, { d: shapes[i] as string });
      set(halos[i] as Element, { d: shapes[i] as string });
    });
    this.#taken.style.color = tone(chosen);
  }
}
