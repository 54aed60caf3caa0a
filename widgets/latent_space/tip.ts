/** The image of the point under the pointer. */

import { html, set, write } from "../_front/dom.ts";

export class Tip {
  private readonly picture = html("img", { class: "samples", alt: "" });
  private readonly caption = html("span");
  readonly node = html("div", { class: "tip", hidden: true }, this.picture, this.caption);

  show(address: string, words: string, [x, y]: readonly [number, number], within: Element): void {
    this.node.hidden = false;
    this.picture.style.visibility = address ? "visible" : "hidden"; // on its way
    if (address) set(this.picture, { src: address });
    write(this.caption, words);
    const [right, below] = [x < within.clientWidth / 2, y < within.clientHeight / 2];
    this.node.style.transform =
      `translate(${right ? x + 18 : x - 18}px, ${below ? y + 18 : y - 18}px)` +
      ` translate(${right ? "0" : "-100%"}, ${below ? "0" : "-100%"})`;
  }

  hide(): void {
    this.node.hidden = true;
  }
}
