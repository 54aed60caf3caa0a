/** The image that is explained, what both networks say of it, and of others like it. */

import { unpack } from "../_front/arrays.ts";
import { html, write } from "../_front/dom.ts";
import { paintImage } from "../_front/image.ts";
import { fixed } from "../_front/numbers.ts";
import { outline } from "./maps.ts";
import { type StressFrame, TITLES } from "./state.ts";

const percent = (value: number | null) => (value === null ? "–" : fixed(100 * value, 0));

export class Example {
  private readonly canvas = html("canvas", { class: "samples", role: "img" });
  private readonly outline = outline();
  private readonly title = html("h3");
  private readonly said = TITLES.map((_, i) =>
    html("p", { class: i ? "planted" : "clean", role: "status" }),
  );
  private readonly weights = html("p");
  private readonly body = html("tbody");
  private readonly place = html("div", { class: "frame" }, this.canvas, this.outline.node);
  readonly node = html(
    "section",
    { class: "example" },
    this.title,
    this.place,
    this.weights,
    ...this.said,
    html(
      "table",
      {},
      html(
        "thead",
        {},
        html(
          "tr",
          {},
          html("th", { scope: "col" }, "Recognised, in %"),
          html("th", { scope: "col", class: "clean", "aria-label": TITLES[0] }),
          html("th", { scope: "col", class: "planted", "aria-label": TITLES[1] }),
        ),
      ),
      this.body,
    ),
  );

  show(frame: StressFrame): void {
    write(this.title, `Why “${frame.className}”?`);
    paintImage(this.canvas, unpack(frame.image), frame.image.shape);
    this.canvas.setAttribute("aria-label", `${frame.className} with a marker in a box`);
    this.outline.show(frame);
    // The maps beside it may be of random layers: what is said here never is.
    const random = frame.methods.some(({ cells }) => cells.some((cell) => cell.map && cell.stage));
    write(this.weights, random ? "As learnt, they say:" : "The networks say:");
    frame.runs.forEach(({ said }, i) => {
      write(
        this.said[i] as Element,
        said ? `${said.name}, ${fixed(100 * said.probability, 0)} %` : "",
      );
    });
    while (this.body.children.length < frame.recognised.length) {
      this.body.append(html("tr", {}, html("th", { scope: "row" }), html("td"), html("td")));
    }
    frame.recognised.forEach(({ title, shares }, i) => {
      const [name, ...cells] = [...(this.body.children[i] as Element).children];
      write(name as Element, title);
      shares.forEach((share, k) => {
        write(cells[k] as Element, percent(share));
        cells[k]?.toggleAttribute("data-low", share !== null && share < 0.5);
      });
    });
  }
}
