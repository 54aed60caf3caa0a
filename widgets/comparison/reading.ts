/** What it says: whether the prediction was right, what the table means, why. */

import { html, set, write } from "../_front/dom.ts";
import type { Answer, ComparisonFrame } from "./state.ts";

const ANSWERS: Answer[] = ["a", "same", "b"];

export class Reading {
  private readonly reveal = html("p", { class: "reveal", role: "status" });
  private readonly said = html("p", { class: "said" });
  private readonly lesson = html("p", { class: "lesson" });
  private readonly machine = html("p", { class: "machine" });
  readonly node = html("div", { class: "reading" }, this.reveal, this.said, this.lesson);

  constructor() {
    this.node.append(this.machine);
  }

  derive(frame: ComparisonFrame, prediction: Answer | ""): void {
    const right = frame.outcome !== "" && frame.outcome === prediction;
    set(this.reveal, { "data-right": frame.outcome !== "" && prediction !== "" && String(right) });
    write(this.reveal, reveal(frame, prediction));
    write(this.said, frame.message || frame.said.join(" "));
    write(this.lesson, frame.lesson);
    write(this.machine, frame.machine);
  }
}

export function reveal(
  { state, outcome, answers }: ComparisonFrame,
  prediction: Answer | "",
): string {
  const word = (answer: Answer) => `“${answers[ANSWERS.indexOf(answer)]}”`;
  if (outcome === "") {
    if (state !== "ready" && state !== "paused" && state !== "running") return "";
    return prediction ? `You predict ${word(prediction)}.` : "Predict first, then train both.";
  }
  if (!prediction) return `The answer is ${word(outcome)}.`;
  if (prediction === outcome) return `Right: ${word(outcome)}, as you predicted.`;
  return `Not as predicted: you said ${word(prediction)}, and it is ${word(outcome)}.`;
}
