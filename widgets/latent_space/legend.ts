/** What the colours of a cloud mean. A class in it is a button that gathers all its points. */

import { html, set, svg } from "../_front/dom.ts";
import { mark } from "../_front/marks.ts";
import { Scale } from "../_front/scale.ts";
import { type Colouring, paletteOf, ramp } from "./colouring.ts";
import type { Swatch } from "./stamps.ts";

export class Legend {
  readonly node = html("ul", { class: "legend" });
  private readonly scale = new Scale();
  private drawn = "";
  private buttons: HTMLButtonElement[] = [];

  constructor(
    private readonly gather: (label: number) => void,
    private readonly signal: AbortSignal,
  ) {}

  /** `gathered` is the class all of whose points are gathered; −1 is none. */
  show(
    colouring: Colouring,
    names: readonly string[],
    dark: boolean,
    labelled: boolean,
    gathered: number,
  ): void {
    const key = JSON.stringify([colouring, names, dark, labelled]);
    if (this.drawn !== key) {
      this.drawn = key;
      this.buttons = [];
      const items = this.items(colouring, names, dark);
      if (labelled && colouring !== "correct") items.push(mistaken());
      this.node.replaceChildren(...items);
    }
    this.buttons.forEach((button, k) => {
      set(button, { "aria-pressed": String(k === gathered) });
    });
  }

  private items(colouring: Colouring, names: readonly string[], dark: boolean): HTMLElement[] {
    const palette = paletteOf(colouring, dark);
    if (colouring === "confidence") {
      this.scale.show(ramp(dark), 0, 1);
      const words = "probability of the predicted class";
      return [html("li", {}, words, this.scale.node)];
    }
    if (colouring === "correct") {
      const [wrong, right] = palette as [Swatch, Swatch];
      return [html("li", {}, icon(right), "recognised"), html("li", {}, icon(wrong), "mistaken")];
    }
    return names.map((name, k) => {
      const button = html(
        "button",
        { type: "button", title: `All images of ${name}` },
        icon(palette[k % palette.length] as Swatch),
        name,
      );
      button.addEventListener("click", () => this.gather(k), { signal: this.signal });
      this.buttons.push(button);
      return html("li", {}, button);
    });
  }
}

/** An image and not a canvas: a page pays for every canvas in every frame. */
function icon(swatch: Swatch): HTMLElement {
  const drawing = html("canvas", { width: 32, height: 32 });
  const context = drawing.getContext("2d");
  context?.translate(16, 16);
  if (context) context.fillStyle = `rgb(${swatch.colour})`;
  context?.fill(mark(swatch.mark, 13));
  return html("img", { src: drawing.toDataURL(), alt: "" });
}

function mistaken(): HTMLElement {
  const ring = svg(
    "svg",
    { width: 16, height: 16, "aria-hidden": "true" },
    svg("circle", { cx: 8, cy: 8, r: 6 }),
  );
  return html("li", { class: "mistaken" }, ring, "mistaken");
}
