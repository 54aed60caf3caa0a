/** A whole picture, and what the chosen filter makes of it. */

import { unpack } from "../_front/arrays.ts";
import { type Choice, choice } from "../_front/choice.ts";
import { diverging, grey, type Rgb } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { paintImage } from "../_front/image.ts";
import { paint } from "../_front/paint.ts";
import { Scale } from "../_front/scale.ts";
import type { Change, Photo, Picture, State } from "./state.ts";

const LARGEST_FILE = 8_000_000; // bytes; of a larger one only its size is told
const NAMES = [
  ["none", "none"],
  ["temple", "temple"],
  ["flower", "flower"],
  ["organs", "organs (drawn)"],
  ["upload", "your own"],
] as const;

export type Upload = (name: string, size: number, data: ArrayBuffer) => void;

export class Photos {
  readonly node = html("div", { class: "photos" });
  private readonly before = html("canvas", { class: "samples", role: "img" });
  private readonly after = html("canvas", { class: "samples", role: "img" });
  private readonly said = html("span", { class: "note" });
  private readonly size = html("span", { class: "note" });
  private readonly scale = new Scale();
  private readonly choice: Choice;
  private readonly pair: HTMLElement;
  private shown: Photo | null = null;

  constructor(
    private readonly state: State,
    change: Change,
    upload: Upload,
    signal: AbortSignal,
  ) {
    const file = html("input", { type: "file", accept: "image/png,image/jpeg", hidden: true });
    const open = html("button", { type: "button" }, "Open a file…");
    open.addEventListener("click", () => file.click(), { signal });
    file.addEventListener(
      "change",
      async () => {
        const [one] = file.files ?? [];
        if (!one) return;
        const fits = one.size <= LARGEST_FILE;
        upload(one.name, one.size, fits ? await one.arrayBuffer() : new ArrayBuffer(0));
        file.value = ""; // the same file may be chosen again
      },
      { signal },
    );
    this.choice = choice(
      "Picture",
      NAMES,
      () => state.image,
      (image) => change({ image }),
      signal,
    );
    const head = html("div", { class: "photo-head" }, this.choice.node, open, file, this.said);
    const foot = html("figcaption", {}, this.size, this.scale.node);
    this.pair = html(
      "div",
      { class: "pair" },
      html("figure", {}, this.before),
      html("figure", {}, this.after, foot),
    );
    this.node.append(head, this.pair);
  }

  hold(): void {
    this.choice.show();
    write(this.said, this.words());
  }

  photo(photo: Photo): void {
    this.shown = photo;
    this.hold();
    const { pixels } = photo;
    set(this.pair, { hidden: pixels === null });
    if (!pixels) return;
    paintImage(this.before, unpack(pixels), pixels.shape);
    set(this.before, { "aria-label": `The picture: ${this.state.image}, 256 × 256` });
  }

  derive({ response }: Picture, paper: Rgb): void {
    if (!response) return;
    const [low, high] = response.scale;
    const [height, width] = response.pixels.shape as [number, number];
    const map = low < 0 ? diverging(paper) : grey;
    paint(this.after, unpack(response.pixels), [height, width], map, 0, 255);
    // At the picture's own scale: a stride makes it smaller.
    this.after.style.width = `${Math.min(100, (100 * width) / 256)}%`;
    write(this.size, `${height} × ${width}`);
    this.scale.show(map, low, high);
    set(this.after, { "aria-label": `What the filter makes of it, ${height} × ${width}` });
  }

  private words(): string {
    const shown = Boolean(this.shown?.pixels);
    if (this.state.image !== "upload") return shown ? "the same kernel, the whole picture" : "";
    return shown
      ? (this.shown?.said ?? "")
      : "A PNG or JPEG file of yours; it stays in this session.";
  }
}
