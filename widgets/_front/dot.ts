/** A share as people see it: a dot on a track, and how sure it is. Its look is in dot.css. */

import { html, set, write } from "./dom.ts";
import { type Estimate, onAxis, span } from "./estimates.ts";
import { percent } from "./percent.ts";

/** A dot with its interval on a track, and both in numbers. */
export class Dot {
  private readonly whisker = html("span", { class: "whisker" });
  private readonly dot = html("span", { class: "dot" });
  private readonly track = html("span", { class: "track" }, this.whisker, this.dot);
  private readonly value = html("span", { class: "value" });
  private readonly ends = html("span", { class: "ends" });
  readonly node = html(
    "span",
    { role: "cell", class: "estimate" },
    this.track,
    this.value,
    this.ends,
  );

  show(estimate: Estimate, begin: number, without: string): void {
    const { value, low, high } = estimate;
    const at = (share: number) => `${100 * onAxis(share, begin)}%`;
    this.dot.hidden = value === null;
    this.whisker.hidden = low === null || high === null;
    if (value !== null) this.dot.style.left = at(value);
    if (low !== null && high !== null) {
      this.whisker.style.left = at(low);
      this.whisker.style.right = `calc(100% - ${at(high)})`;
    }
    write(this.value, value === null ? "–" : `${percent(value)} %`);
    write(this.ends, value === null ? without : span(estimate));
    const words =
      value === null ? without : `${percent(value)} %, 95 % interval ${span(estimate)} %`;
    set(this.node, { title: words, "aria-label": words });
  }
}
