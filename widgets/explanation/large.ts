/** The chosen method's heat map, large; a pixel of it can be pointed at, also by the keyboard. */

import { unpack } from "../_front/arrays.ts";
import { html, set, write } from "../_front/dom.ts";
import { place } from "../_front/place.ts";
import { endOf, isBlank, type Look, strongest } from "./blend.ts";
import { Overlay, type Pixel } from "./overlay.ts";
import { nothing, signed, size, speaks, worth } from "./reading.ts";
import type { ExplanationFrame, HeatMap, Method, Scaled } from "./state.ts";

const HINT = "Point at a pixel to read its value in every map.";

export class Large {
  private readonly overlay: Overlay;
  private readonly title = html("strong");
  private readonly about = html("span");
  private readonly waiting = html("span", { class: "waiting", role: "status" });
  readonly node: HTMLElement;
  readonly words = html("figcaption", {}, this.title, this.about);
  /** What is said of the pixel. */
  readonly reading = html("p", { class: "reading" });
  private map: HeatMap | undefined;
  private pixel: Pixel | null = null;
  private readonly speak: () => void;

  constructor(point: (pixel: Pixel | null) => void, signal: AbortSignal) {
    this.overlay = new Overlay(point, signal);
    const room = html("div", { class: "room" }, this.overlay.node, this.waiting);
    this.node = html("figure", { class: "large" }, room, this.words);
    const { marker } = this.overlay;
    const last = (): Pixel => {
      const [rows = 1, columns = 1] = this.map?.values.shape ?? [];
      return [Math.max(0, rows - 1), Math.max(0, columns - 1)];
    };
    const here = () => this.pixel ?? [0, 0];
    // Its y grows upwards, rows grow downwards.
    this.speak = place(marker, {
      label: "Pixel",
      low: () => [0, -last()[0]],
      high: () => [last()[1], 0],
      step: () => [1, 1],
      within: this.overlay.canvas,
      at: (x, y) => {
        const { clientWidth, clientHeight } = this.overlay.canvas;
        return [
          (x / Math.max(1, clientWidth)) * (last()[1] + 1),
          -(y / Math.max(1, clientHeight)) * (last()[0] + 1),
        ];
      },
      value: () => [here()[1], -here()[0]],
      text: () => this.reading.textContent ?? "",
      input: (x, y) => point([Math.round(-y), Math.round(x)]),
      signal,
    });
    marker.addEventListener(
      "focus",
      () => {
        if (this.pixel || !this.map?.values.shape[0]) return;
        point(strongest(unpack(this.map.values), last()[1] + 1));
      },
      { signal },
    );
  }

  show(
    frame: ExplanationFrame,
    maps: readonly HeatMap[],
    map: HeatMap | undefined,
    method: Method | undefined,
    scaled: Scaled,
    look: Look,
  ): void {
    this.map = map;
    const seen = frame.fresh && map && !map.problem ? map : undefined;
    const end = seen ? endOf(seen, maps, scaled) : 0;
    this.overlay.show(frame.image, seen?.values ?? null, end, look);
    const named = frame.own ? "An image of your own" : `Test image ${frame.sample}`;
    this.overlay.name(`${named}, with ${method?.title ?? "nothing"} over it`);
    write(this.title, method?.title ?? "");
    write(this.about, map?.problem || (method?.words ?? ""));
    const random = frame.untrained ? "Random weights: nothing is learnt yet" : "";
    const blank = seen && isBlank(seen, end, look.threshold);
    write(this.waiting, frame.fresh ? (blank && nothing(seen)) || random : "Explaining…");
  }

  read(map: HeatMap | undefined, pixel: Pixel | null, name: string, bySign: boolean): void {
    this.pixel = pixel;
    const [, width = 0] = map?.values.shape ?? [];
    const value =
      map && pixel && width ? unpack(map.values)[pixel[0] * width + pixel[1]] : undefined;
    const known = map && pixel && value !== undefined;
    const words = known
      ? `Row ${pixel[0]}, column ${pixel[1]}: ${(bySign ? signed : size)(value)} ` +
        `${speaks(value, name, bySign)}, ` +
        worth(value, map.most)
      : HINT;
    write(this.reading, words);
    this.overlay.mark(known ? pixel : [0, 0]);
    set(this.overlay.marker, { "data-idle": !known });
    this.speak();
  }
}
