/** Images of a run as pictures of the page: asked for when they are needed, and kept. */

import type { Values } from "./arrays.ts";
import { html } from "./dom.ts";
import { paintImage } from "./image.ts";

const LOST_AFTER = 2000; // milliseconds; servers drop messages under load
const MOST = 2000; // pictures to keep

interface Arrived {
  images?: number[];
  data?: number;
  shape?: number[];
}

type Hear = (message: Arrived, buffers: DataView[]) => void;

export interface Sender {
  send(content: unknown): void;
  on(event: "msg:custom", hear: Hear): void;
  off(event: "msg:custom", hear: Hear): void;
}

export class Pictures {
  private readonly addresses = new Map<number, string>();
  private readonly canvas = html("canvas");
  private data = 0;
  private wanted: readonly number[] = [];
  private underWay = 0; // the timer of the one question that is on its way

  constructor(
    private readonly model: Sender,
    private readonly arrived: () => void,
    signal: AbortSignal,
  ) {
    const hear: Hear = (message, buffers) => this.take(message, buffers);
    model.on("msg:custom", hear);
    signal.addEventListener("abort", () => {
      model.off("msg:custom", hear);
      clearTimeout(this.underWay);
    });
  }

  /** What a picture's `src` is; nothing while it is on its way. */
  address(place: number): string {
    return this.addresses.get(place) ?? "";
  }

  /** Sees to it that these images come, in this order. `data` counts the data sets. */
  want(data: number, places: readonly number[]): void {
    if (data !== this.data) {
      this.addresses.clear();
      this.forget();
    }
    this.data = data;
    this.wanted = places;
    if (this.underWay === 0) this.ask();
  }

  private ask(): void {
    const missing = this.wanted.filter((place) => !this.addresses.has(place));
    if (missing.length === 0) return;
    this.model.send({ want: missing, data: this.data });
    this.underWay = window.setTimeout(() => {
      this.forget();
      this.ask();
    }, LOST_AFTER);
  }

  private forget(): void {
    clearTimeout(this.underWay);
    this.underWay = 0;
  }

  private keepWanted(): void {
    const wanted = new Set(this.wanted);
    for (const place of this.addresses.keys()) if (!wanted.has(place)) this.addresses.delete(place);
  }

  private take({ images, data, shape }: Arrived, [buffer]: DataView[]): void {
    if (!images || !shape || !buffer || data !== this.data) return;
    this.forget();
    if (this.addresses.size > MOST) this.keepWanted();
    const one = shape.slice(1);
    const size = one.reduce((product, side) => product * side, 1);
    const bytes: Values = new Uint8Array(buffer.buffer as ArrayBuffer, buffer.byteOffset);
    images.forEach((place, i) => {
      paintImage(this.canvas, bytes.subarray(i * size, (i + 1) * size), one);
      // An address and not a canvas each: a page pays for every canvas in every frame.
      this.addresses.set(place, this.canvas.toDataURL());
    });
    this.arrived();
    this.ask(); // for what did not fit into one answer
  }
}
