/** Beside the surface: the loss at the ball, what is seen, and how far a long computation is. */

import { html, set, write } from "../_front/dom.ts";
import { fixed } from "../_front/numbers.ts";
import type { Picture, Progress, Subject } from "./state.ts";

export class Reading {
  private readonly loss = html("strong", { class: "loss" });
  private readonly slope = html("span", { class: "slope" });
  private readonly sentence = html("p", { class: "sentence" });
  private readonly about = html("p", { class: "about" });
  private readonly ended = html("p", { class: "ended", role: "status" });
  private readonly doing = html("span");
  private readonly bar = html("div", { class: "bar" });
  private readonly track = html(
    "div",
    { class: "track", role: "progressbar", "aria-label": "Progress" },
    this.bar,
  );
  private readonly progress: HTMLElement;
  private readonly code = html("pre");
  readonly node: HTMLElement;

  constructor(cancel: () => void, signal: AbortSignal) {
    const button = html("button", { type: "button" }, "Cancel");
    button.addEventListener("click", cancel, { signal });
    this.progress = html("div", { class: "computing" }, this.doing, this.track, button);
    const legend = html(
      "p",
      { class: "legend" },
      html("span", { class: "key-ball", "aria-hidden": "true" }),
      "weights now",
      html("span", { class: "key-way", "aria-hidden": "true" }),
      "their way",
      html("span", { class: "key-arrow", "aria-hidden": "true" }, "→"),
      "downhill",
    );
    this.node = html(
      "div",
      { class: "reading" },
      html("p", { class: "numbers" }, html("span", {}, "Loss "), this.loss, this.slope),
      this.about,
      this.progress,
      this.ended,
      this.sentence,
      legend,
      html("details", {}, html("summary", {}, "PyTorch code"), this.code),
    );
  }

  show(subject: Subject, picture: Picture | null, progress: Progress | null): void {
    const loss = picture?.loss;
    write(this.loss, loss == null ? (picture ? "too large" : "–") : number(loss));
    write(this.slope, picture ? `slope ${picture.slope.map(signed).join(" →, ")} ↑` : "");
    write(this.sentence, picture?.sentence ?? "");
    write(this.ended, picture?.ended ?? "");
    write(this.about, subject.about);
    write(this.code, subject.code);
    set(this.progress, { hidden: !progress });
    if (!progress) return;
    const percent = Math.round(100 * progress.share);
    write(this.doing, percent ? `${progress.doing} ${percent} %` : progress.doing);
    set(this.track, { "aria-valuenow": percent });
    this.bar.style.transform = `scaleX(${progress.share})`;
  }
}

/** Four digits behind the point; large ones need fewer, tiny ones a power. */
function number(loss: number): string {
  if (loss >= 1e5) return loss.toExponential(2).replace("+", "");
  return fixed(loss, loss < 100 ? 4 : 1);
}

function signed(slope: number): string {
  const text = Math.abs(slope) < 100 ? fixed(slope, 3) : fixed(slope, 0);
  return slope > 0 ? `+${text}` : text;
}
