/** The latent space: what its places decode to, the encoded images, and three handles on it. */

import { unpack, type Values } from "../_front/arrays.ts";
import { html, set, svg, write } from "../_front/dom.ts";
import { clamp } from "../_front/numbers.ts";
import { type Pair, place } from "../_front/place.ts";
import { between, codeAt, nearest, onward, toPixel, toPlace, type Window } from "./geometry.ts";
import { Ground } from "./ground.ts";
import { placeText } from "./reading.ts";
import type { Images, Plane, State } from "./state.ts";

const TRAVEL = 140; // milliseconds from one frame's place to the next
const WAYS: Record<string, Pair> = {
  ArrowRight: [1, 0],
  ArrowLeft: [-1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

type End = "start" | "end";

export class PlaneView {
  readonly node = html("div", { class: "plane" });
  private readonly ground: Ground;
  private readonly overlay = svg("svg", { class: "handles" });
  private readonly way = svg("line", { class: "way" });
  private readonly ring = svg("g", { class: "ring" });
  private readonly ends: Record<End, SVGGElement>;
  private readonly words: Record<End, SVGTextElement>;
  private readonly speak: (() => void)[];
  private side = 0;
  private images: Images | null = null;
  private names: string[] = [];
  private labels: Values = new Int32Array(0);
  private window: Window = { x: 0, y: 0, reach: 1 };
  private windowFrom = this.window;
  private windowTo = this.window;
  private from = new Float32Array(0);
  private shown = new Float32Array(0);
  private to: Values = this.shown;
  private began = 0;
  private waiting = 0;
  /** The ends that Python has chosen where the hand has not. */
  private chosen: Record<End, number> = { start: 0, end: 0 };

  constructor(
    private readonly state: State,
    private readonly change: (part: Partial<State>) => void,
    private readonly signal: AbortSignal,
  ) {
    this.ground = new Ground();
    const end = (name: End, letter: string) => {
      const word = svg("text", { class: "end-name", y: -19, "text-anchor": "middle" });
      this.words[name] = word;
      return svg(
        "g",
        { class: `end ${name}` },
        svg("circle", { class: "reach", r: 22 }),
        svg("circle", { class: "body", r: 13 }),
        svg("text", { class: "letter", "text-anchor": "middle", dy: "0.36em" }, letter),
        word,
      );
    };
    this.words = {} as Record<End, SVGTextElement>;
    this.ends = { start: end("start", "A"), end: end("end", "B") };
    this.ring.append(
      svg("circle", { class: "reach", r: 26 }),
      svg("circle", { class: "halo", r: 16 }),
      svg("circle", { class: "body", r: 14 }),
      svg("circle", { class: "dot", r: 2.5 }),
    );
    this.overlay.append(this.way, this.ends.start, this.ends.end, this.ring);
    this.node.append(this.ground.canvas, this.overlay);
    this.speak = [this.dragEnd("start", "A"), this.dragEnd("end", "B"), this.dragPoint()];
    this.pressAnywhere();
    signal.addEventListener("abort", () => cancelAnimationFrame(this.waiting));
  }

  resize(width: number, height: number): void {
    this.side = Math.floor(Math.min(width, height));
    set(this.overlay, { width: this.side, height: this.side });
    this.ground.resize(this.side);
    this.redraw();
  }

  /** The place of an image, where it is drawn now. */
  end(name: End): Pair {
    return codeAt(this.to, this.index(name));
  }

  index(name: End): number {
    const held = this.state[name];
    return held >= 0 && held < this.labels.length ? held : this.chosen[name];
  }

  /** Shows other data. */
  picture(images: Images): void {
    this.images = images;
    this.names = images.classNames;
    this.labels = unpack(images.labels);
  }

  choose(start: number, end: number): void {
    this.chosen = { start, end };
    this.hold();
  }

  /** Takes what a snapshot says: everything travels there from where it is now. */
  derive(plane: Plane): void {
    if (!this.images) return;
    const [x, y, reach] = plane.window;
    const codes = unpack(plane.codes);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.windowTo = { x, y, reach };
    if (still || codes.length !== this.shown.length) {
      this.shown = Float32Array.from(codes);
      this.window = this.windowTo;
    }
    this.to = codes;
    this.from = this.shown.slice();
    this.windowFrom = this.window;
    this.began = performance.now();
    this.ground.paintTiles(unpack(plane.tiles), plane.tiles.shape, plane.count, this.images);
    this.redraw();
  }

  /** Draws all anew: the theme, the size or what is shown has changed. */
  redraw(): void {
    this.waiting ||= requestAnimationFrame(() => this.frame(performance.now()));
  }

  /** Draws what the hand holds. */
  hold(): void {
    const at = (pair: Pair) => toPixel(this.window, this.side, pair);
    const here = (node: Element, [x, y]: Pair) =>
      set(node, { transform: `translate(${x.toFixed(1)} ${y.toFixed(1)})` });
    const { low, high } = this.inside();
    const [x, y] = this.state.point; // it is seen at the edge if its place lies beyond
    here(this.ring, at([clamp(x, low[0], high[0]), clamp(y, low[1], high[1])]));
    const [a, b] = (["start", "end"] as const).map((name) => {
      const index = this.index(name);
      const pixel = at(codeAt(this.shown, index));
      here(this.ends[name], pixel);
      write(this.words[name], this.names[this.labels[index] as number] ?? "");
      return pixel;
    }) as [Pair, Pair];
    set(this.way, { x1: a[0], y1: a[1], x2: b[0], y2: b[1] });
    for (const speak of this.speak) speak();
  }

  private frame(now: number): void {
    this.waiting = 0;
    if (this.side === 0 || !this.images) return;
    const t = Math.min(1, (now - this.began) / TRAVEL);
    for (let i = 0; i < this.shown.length; i++) {
      const [a, b] = [this.from[i] as number, this.to[i] as number];
      this.shown[i] = a + (b - a) * t;
    }
    const mix = (key: keyof Window) =>
      this.windowFrom[key] + (this.windowTo[key] - this.windowFrom[key]) * t;
    this.window = { x: mix("x"), y: mix("y"), reach: mix("reach") };
    this.ground.draw(
      this.window,
      this.windowTo,
      this.shown,
      this.labels,
      this.names,
      this.state.show,
    );
    this.hold();
    if (t < 1) this.redraw();
  }

  private inside(): { low: Pair; high: Pair } {
    const { x, y, reach } = this.windowTo;
    return { low: [x - reach, y - reach], high: [x + reach, y + reach] };
  }

  private dragPoint(): () => void {
    return place(this.ring, {
      label: "Place that is decoded",
      low: () => this.inside().low,
      high: () => this.inside().high,
      step: () => [this.windowTo.reach / 50, this.windowTo.reach / 50],
      within: this.node,
      at: (x, y) => toPlace(this.window, this.side, [x, y]),
      value: () => this.state.point,
      text: () => placeText(this.state.point),
      input: (x, y) => this.change({ point: [x, y] }),
      signal: this.signal,
    });
  }

  private dragEnd(name: End, letter: string): () => void {
    const node = this.ends[name];
    // The arrow keys go from image to image; this listener is asked before the handle's own.
    node.addEventListener(
      "keydown",
      (event) => {
        const way = WAYS[(event as KeyboardEvent).key];
        if (!way) return;
        event.preventDefault();
        event.stopImmediatePropagation();
        this.change({ [name]: onward(this.to, this.index(name), way) });
      },
      { signal: this.signal },
    );
    return place(node, {
      label: `Image ${letter}`,
      low: () => this.inside().low,
      high: () => this.inside().high,
      step: () => [0, 0],
      within: this.node,
      at: (x, y) => toPlace(this.window, this.side, [x, y]),
      value: () => codeAt(this.to, this.index(name)),
      text: () => {
        const index = this.index(name);
        return `image ${index}, ${this.names[this.labels[index] as number] ?? ""}`;
      },
      input: (x, y) => {
        const index = nearest(this.to, [x, y]);
        if (index >= 0) this.change({ [name]: index });
      },
      signal: this.signal,
    });
  }

  /** Where the plane is pressed, the ring goes, and is dragged on from there. */
  private pressAnywhere(): void {
    this.ground.canvas.addEventListener(
      "pointerdown",
      (event) => {
        if (event.button !== 0) return;
        event.preventDefault();
        const corner = this.node.getBoundingClientRect();
        const pixel: Pair = [event.clientX - corner.left, event.clientY - corner.top];
        this.change({ point: toPlace(this.window, this.side, pixel) });
        this.ring.dispatchEvent(new PointerEvent("pointerdown", event));
      },
      { signal: this.signal },
    );
  }

  /** A share of the way from A to B. */
  onTheWay(share: number): Pair {
    return between(this.end("start"), this.end("end"), share);
  }
}
