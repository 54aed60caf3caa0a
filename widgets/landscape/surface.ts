/** The surface with the way of the weights on it, and the ball that the hand can take elsewhere. */

import { unpack } from "../_front/arrays.ts";
import type { Rgb } from "../_front/colour.ts";
import { spanOf } from "../_front/contours.ts";
import { html, set, svg, write } from "../_front/dom.ts";
import { fixed } from "../_front/numbers.ts";
import { type Pair, place } from "../_front/place.ts";
import { Terrain } from "../_front/terrain.ts";
import { dots, downhill, line, stretches } from "./geometry.ts";
import type { Picture, Seen } from "./state.ts";

const RADIUS = 11;
const ARROW = 36; // pixels, where it is as steep as a fall over the whole height of the picture
const STEEP = 4; // within a quarter of its width
const NEAR = 1e-5; // of the whole width: as good as there
const NARROW = 340; // pixels; names of weights that are written out need more

export interface Touch {
  put(at: Pair, inHand: boolean): void;
}

export class Surface {
  readonly node: HTMLElement;
  private readonly terrain = new Terrain("Loss surface");
  private readonly hint = svg("text", { class: "hint", "text-anchor": "middle" }, "drag me");
  private readonly empty = html("p", { class: "empty" });
  private readonly earlier = svg("path", { class: "way earlier" });
  private readonly halo = svg("path", { class: "way halo" });
  private readonly way = svg("path", { class: "way" });
  private readonly dots = svg("path", { class: "dots" });
  private readonly start = svg("circle", { class: "start", r: 5 });
  private readonly arrow = svg("path", { class: "arrow" });
  private readonly ball: SVGGElement;
  private readonly speak: () => void;
  private ground: Seen | null = null;
  private picture: Picture | null = null;
  private measured: Seen | null = null;
  /** Of the surface, from its lowest to its highest place. */
  private height = 1;
  /** Where the hand holds the ball, or has let it go: until Python has it there. */
  private held: Pair | null = null;
  private inHand = false;

  constructor(label: string, touch: Touch, signal: AbortSignal) {
    const { terrain } = this;
    this.ball = svg(
      "g",
      { class: "ball", display: "none" },
      svg("circle", { class: "aura", r: 2 * RADIUS }),
      svg("circle", { class: "body", r: RADIUS }),
    );
    terrain.floor.append(this.earlier, this.halo, this.way, this.dots, this.start);
    terrain.over.append(this.arrow, this.hint, this.ball);
    this.node = html("div", { class: "ground" }, terrain.node, this.empty);
    const domain = () =>
      this.ground?.domain ??
      ([
        [-1, 1],
        [-1, 1],
      ] as [Pair, Pair]);
    this.speak = place(this.ball, {
      label,
      low: () => [domain()[0][0], domain()[1][0]],
      high: () => [domain()[0][1], domain()[1][1]],
      step: () => domain().map(([from, to]) => (to - from) / 50) as Pair,
      within: terrain.overlay,
      at: (x, y) => terrain.at(x, y),
      value: () => this.at,
      text: () => {
        const [a, b] = this.at;
        const loss = this.picture?.loss;
        return `${fixed(a, 3)} and ${fixed(b, 3)}, loss ${loss == null ? "unknown" : fixed(loss, 4)}`;
      },
      input: (a, b) => {
        this.hint.remove();
        this.held = [a, b];
        this.inHand = true;
        touch.put(this.held, true);
        this.put();
      },
      release: () => {
        if (!this.held || !this.inHand) return;
        this.inHand = false;
        touch.put(this.held, false);
      },
      signal,
    });
  }

  resize(width: number, height: number): void {
    this.terrain.resize(width, height);
  }

  /** Says in words why there is no surface; nothing where there is one. */
  say(text: string): void {
    write(this.empty, text);
  }

  /** `names` are short ones of the axes, for where there is little room. */
  show(
    ground: Seen | null,
    picture: Picture | null,
    names: [string, string] | null,
    logarithmic: boolean,
    paper: Rgb,
  ): void {
    set(this.terrain.overlay, { visibility: ground ? "visible" : "hidden" });
    if (ground?.number !== this.ground?.number) this.letGo();
    [this.ground, this.picture] = [ground, picture];
    const arrived = ground?.domain.every(([low, high], i) => {
      const off = (this.held?.[i] ?? 0) - (picture?.ball[i] ?? 0);
      return Math.abs(off) < NEAR * (high - low);
    });
    if (arrived) this.letGo();
    if (!ground) return;
    if (this.measured !== ground) {
      this.measured = ground;
      const [low, high] = spanOf(unpack(ground.values));
      this.height = high - low;
    }
    const axes = names && this.terrain.size < NARROW ? names : ground.axes;
    this.terrain.show({ ...ground, axes }, logarithmic, paper);
    if (!picture) return;
    const { terrain } = this;
    const flat = unpack(picture.path);
    const points = Array.from({ length: flat.length / 2 }, (_, i): Pair => {
      return [terrain.x(flat[2 * i] as number), terrain.y(flat[2 * i + 1] as number)];
    });
    const parts = stretches(points, picture.starts);
    const last = parts.pop() ?? [];
    set(this.earlier, { d: parts.map(line).join("") });
    for (const way of [this.halo, this.way]) set(way, { d: line(last) });
    set(this.dots, { d: dots(last) });
    const [x, y] = last[0] ?? [0, 0];
    set(this.start, { cx: x, cy: y, display: last.length > 1 ? "inline" : "none" });
    this.put();
  }

  /** The ball is where Python says it is, unless the hand has it. */
  letGo(): void {
    if (!this.inHand) this.held = null;
  }

  private get at(): Pair {
    return this.held ?? this.picture?.ball ?? [0, 0];
  }

  /** Puts the ball where it is held or, without a hand, where the weights are. */
  private put(): void {
    const { terrain, ground, picture } = this;
    if (!ground || !picture) return;
    const [x, y] = [terrain.x(this.at[0]), terrain.y(this.at[1])];
    set(this.ball, { transform: `translate(${x} ${y})`, display: "inline" });
    const unit = ground.domain.map(([from, to]) => terrain.size / (to - from)) as Pair;
    const step = downhill(picture.slope, unit, (STEEP * this.height) / terrain.size);
    set(this.arrow, { d: step ? arrow([x, y], step) : "" });
    set(this.hint, { x, y: y + 2 * RADIUS + 14 });
    this.speak();
  }
}

/** An arrow that begins outside the ball; `dx` and `dy` say how steep it is, up to 1 in all. */
function arrow([x, y]: Pair, [dx, dy]: Pair): string {
  const size = Math.hypot(dx, dy);
  const [ux, uy] = [dx / size, dy / size];
  const [near, far] = [RADIUS + 3, RADIUS + 12 + ARROW * size];
  const [fromX, fromY, toX, toY] = [x + ux * near, y + uy * near, x + ux * far, y + uy * far];
  const wing = (side: number): string =>
    `M${toX} ${toY}l${(-ux + side * -uy * 0.6) * 10} ${(-uy + side * ux * 0.6) * 10}`;
  return `M${fromX} ${fromY}L${toX} ${toY}${wing(1)}${wing(-1)}`;
}
