/** The walk from A to B: what lies between them in the latent space, and what in the pixels. */

import { type Packed, unpack } from "../_front/arrays.ts";
import { html, set, write } from "../_front/dom.ts";
import { paintImage } from "../_front/image.ts";
import { fixed } from "../_front/numbers.ts";
import { type Track, track } from "../_front/track.ts";
import type { Walk } from "./state.ts";

const SECONDS = 4; // for the whole way

export class Strips {
  readonly node: HTMLElement;
  private readonly decoded = html("div", { class: "strip" });
  private readonly faded = html("div", { class: "strip" });
  private readonly said = html("p", { class: "said" });
  private readonly head = html("h3");
  private readonly play = html("button", { type: "button" }, "▶ Walk");
  private readonly way: Track;
  private playing = 0;

  constructor(
    private readonly share: () => number,
    private readonly go: (share: number) => void,
    signal: AbortSignal,
  ) {
    this.way = track({
      label: "Walk from A to B",
      low: 0,
      high: 1,
      step: 0.05,
      value: share,
      text: (value) => `${fixed(100 * value, 0)} % of the way`,
      input: (value) => {
        this.rest();
        this.go(value);
      },
      signal,
    });
    this.play.addEventListener("click", () => (this.playing ? this.rest() : this.walk()), {
      signal,
    });
    signal.addEventListener("abort", () => this.rest());
    const line = (text: string, strip: HTMLElement, kind: string) => [
      html("span", { class: `what ${kind}` }, text),
      strip,
    ];
    this.node = html(
      "section",
      { class: "walk" },
      this.head,
      html(
        "div",
        { class: "rows" },
        html("span", { class: "what" }, this.play),
        this.way.node,
        ...line("decoded on the way", this.decoded, "latent"),
        ...line("cross-fade of the pixels", this.faded, "pixels"),
      ),
      this.said,
    );
  }

  hold(): void {
    this.way.show();
    const last = this.decoded.childElementCount - 1;
    const here = Math.round(this.share() * last);
    for (const strip of [this.decoded, this.faded]) {
      [...strip.children].forEach((one, i) => {
        one.classList.toggle("here", i === here);
      });
    }
  }

  derive(walk: Walk, nameA: string, nameB: string): void {
    write(this.head, `From A (${nameA}) to B (${nameB})`);
    this.paint(this.decoded, walk.decoded, "decoded");
    this.paint(this.faded, walk.faded, "cross-faded");
    const [a, b] = walk.errors.map((error) => fixed(error));
    const [latent, pixels] = walk.halfway;
    const half =
      latent === undefined || pixels === undefined
        ? ""
        : ` Half way, the nearest other test image differs by ${fixed(latent)} from the decoded image, ` +
          `by ${fixed(pixels)} from the cross-fade.`;
    write(
      this.said,
      `Encoded and decoded again, a pixel of A is off by ${a}, of B by ${b} (black 0, white 1).${half}`,
    );
    this.hold();
  }

  /** Stands still where it is. */
  rest(): void {
    cancelAnimationFrame(this.playing);
    this.playing = 0;
    write(this.play, "▶ Walk");
  }

  private walk(): void {
    const first = this.share() >= 0.999 ? 0 : this.share();
    const began = performance.now() - first * SECONDS * 1000;
    const jumps = matchMedia("(prefers-reduced-motion: reduce)").matches ? 8 : Infinity;
    const tick = (now: number) => {
      const t = Math.min(1, (now - began) / (SECONDS * 1000));
      this.go(jumps === Infinity ? t : Math.round(t * jumps) / jumps);
      if (t >= 1) this.rest();
      else this.playing = requestAnimationFrame(tick);
    };
    write(this.play, "❚❚ Pause");
    this.playing = requestAnimationFrame(tick);
  }

  private paint(strip: HTMLElement, packed: Packed, what: string): void {
    const [count, ...shape] = packed.shape as [number, number, number, number];
    while (strip.childElementCount < count) {
      const canvas = html("canvas", { class: "samples", role: "img" });
      strip.append(canvas);
    }
    const values = unpack(packed);
    const size = values.length / count;
    [...strip.children].forEach((canvas, i) => {
      paintImage(canvas as HTMLCanvasElement, values.subarray(i * size, (i + 1) * size), shape);
      const share = fixed((100 * i) / (count - 1), 0);
      set(canvas, { "aria-label": `${what}, ${share} % of the way` });
    });
  }
}
