/** The row above the stage: which loss, and along which axis it is drawn. */

import { html, set, write } from "../_front/dom.ts";
import { type Segments, segments } from "../_front/segments.ts";
import { type Against, LOSSES, type Loss, ofNumbers, type State } from "./state.ts";

const HINTS: Record<Loss, string> = {
  mse_loss: "Drag a prediction ○ or a target ▬.",
  half_squared_error: "Drag a prediction ○ or a target ▬.",
  binary_cross_entropy_with_logits: "Drag a logit. Click on sick or healthy.",
  cross_entropy: "Drag a logit. Click on the true class.",
};

export class Controls {
  readonly node = html("div", { class: "controls" });
  private readonly loss: Segments<Loss>;
  private readonly against: Segments<Against>;
  private readonly axis: HTMLElement;
  private readonly hint = html("span", { class: "hint" });

  constructor(
    private readonly state: State,
    change: (part: Partial<State>) => void,
    signal: AbortSignal,
  ) {
    this.loss = segments(
      "Loss function",
      LOSSES,
      (loss) => {
        if (loss !== state.loss) change({ loss }); // Python has nothing to say to the same one
      },
      signal,
    );
    this.against = segments(
      "Draw the loss along",
      [
        ["logit", "logit"],
        ["probability", "probability"],
      ] as const,
      (against) => change({ against }),
      signal,
    );
    this.axis = html("span", { class: "control" }, "Along the", this.against.node);
    this.node.append(this.loss.node, this.hint, this.axis);
  }

  hold(): void {
    const { loss, against } = this.state;
    this.loss.show(loss);
    this.against.show(against);
    this.axis.style.display = ofNumbers(loss) ? "none" : "";
    write(this.hint, HINTS[loss]);
  }

  /** The hint goes, its place stays. */
  touched(): void {
    set(this.hint, { "data-touched": true });
  }
}
