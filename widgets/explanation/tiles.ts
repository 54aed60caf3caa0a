/** The methods side by side: each its heat map, its name, its value at the pixel that is pointed at. */

import { unpack } from "../_front/arrays.ts";
import { html, set, write } from "../_front/dom.ts";
import { endOf, isBlank, type Look } from "./blend.ts";
import { Overlay, type Pixel } from "./overlay.ts";
import { nothing, signed, size } from "./reading.ts";
import type { ExplanationFrame, HeatMap, Method, Scaled } from "./state.ts";

interface Tile {
  node: HTMLElement;
  overlay: Overlay;
  title: HTMLButtonElement;
  note: HTMLElement;
  about: HTMLElement;
  problem: HTMLElement;
  method: string;
  /** Where its colour is full; 0 where there is none. */
  end: number;
  /** Whether its values have a sign. */
  bySign: boolean;
  /** Why no colour is seen; "" where some is. */
  blank: string;
}

export class Tiles {
  readonly node = html("div", { class: "tiles", role: "group", "aria-label": "Heat maps" });
  private readonly tiles: Tile[] = [];

  constructor(
    private readonly choose: (method: string) => void,
    private readonly point: (pixel: Pixel | null) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** @param chosen is the method that is shown large. */
  show(
    frame: ExplanationFrame,
    maps: readonly HeatMap[],
    { methods, chosen }: { methods: readonly string[]; chosen: string },
    catalogue: Record<string, Method>,
    scaled: Scaled,
    look: Look,
  ): void {
    while (this.tiles.length > methods.length) this.tiles.pop()?.node.remove();
    while (this.tiles.length < methods.length) this.add();
    for (const [i, method] of methods.entries()) {
      const tile = this.tiles[i] as Tile;
      const map = maps.find((one) => one.method === method);
      const problem = map?.problem ?? "";
      tile.method = method;
      const known = catalogue[method];
      write(tile.title, known?.title ?? method);
      const words = `${known?.words ?? ""} ${known?.source ?? ""}`;
      write(tile.about, known?.words ?? "");
      set(tile.title, { title: words, "aria-pressed": String(method === chosen) });
      set(tile.node, { "data-chosen": method === chosen, "data-problem": problem !== "" });
      write(tile.problem, problem);
      const seen = frame.fresh && map && !problem ? map : null;
      const end = seen ? endOf(seen, maps, scaled) : 0;
      tile.end = end;
      tile.bySign = known?.signed ?? true;
      tile.blank = seen && isBlank(seen, end, look.threshold) ? nothing(seen) : "";
      tile.overlay.show(frame.image, seen?.values ?? null, end, look);
      tile.overlay.name(`${known?.title ?? method} for ${frame.classNames[frame.target] ?? "?"}`);
    }
  }

  /** The value of each map at a pixel; where nobody points, how far its colours reach. */
  read(maps: readonly HeatMap[], pixel: Pixel | null): void {
    for (const tile of this.tiles) {
      const map = maps.find(({ method }) => method === tile.method);
      const [, width = 0] = map?.values.shape ?? [];
      const value =
        map && pixel && width ? unpack(map.values)[pixel[0] * width + pixel[1]] : undefined;
      const reach = `${tile.bySign ? "±" : "up to "}${size(tile.end)}`;
      const parts = tile.end > 0 ? [reach, map?.note] : [];
      const idle = tile.blank || parts.filter(Boolean).join(" · ");
      write(tile.note, value === undefined ? idle : (tile.bySign ? signed : size)(value));
      set(tile.note, { title: map?.meaning ?? "" });
      tile.overlay.mark(value === undefined ? null : pixel);
    }
  }

  private add(): void {
    const { signal } = this;
    const overlay = new Overlay(this.point, signal);
    const title = html("button", { type: "button" });
    const note = html("span", { class: "value" });
    const problem = html("p");
    const about = html("span", { class: "about" });
    const node = html("div", { class: "tile" }, title, overlay.node, problem, note, about);
    const words = { title, note, about, problem };
    const tile: Tile = { node, overlay, ...words, method: "", end: 0, bySign: true, blank: "" };
    node.addEventListener("click", () => this.choose(tile.method), { signal });
    this.tiles.push(tile);
    this.node.append(node);
  }
}
