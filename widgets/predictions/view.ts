import { type Packed, unpack } from "../_front/arrays.ts";
import { Bars } from "../_front/bars.ts";
import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { type Frame, followFrames } from "../_front/live.ts";
import { fixed } from "../_front/numbers.ts";
import { segments } from "../_front/segments.ts";

interface PredictionsFrame extends Frame {
  classNames: string[];
  /** −1 where nobody knows. */
  label: number;
  logits: Packed;
  probabilities: Packed;
  calibratedLogits: Packed;
  calibratedProbabilities: Packed;
  trust: string;
  meaning: string;
}

interface Model extends Shared {
  frame: PredictionsFrame;
  values: "probabilities" | "logits";
  calibrated: boolean;
}

const HAND = ["values", "calibrated"] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state = inHand(model, HAND);
  const send = hand(model, signal);
  const change = (part: Partial<typeof state>) => {
    Object.assign(state, part);
    send(part);
    show();
  };
  const values = segments<Model["values"]>(
    "What the bars show",
    [
      ["probabilities", "Probabilities"],
      ["logits", "Logits"],
    ],
    (one) => change({ values: one }),
    signal,
  );
  const calibrated = html("input", { type: "checkbox" });
  calibrated.addEventListener("change", () => change({ calibrated: calibrated.checked }), {
    signal,
  });
  const said = html("p", { class: "said", role: "status" });
  const bars = new Bars("Prediction");
  const trust = html("p", { class: "trust" });
  root.append(
    html("div", { class: "head" }, html("h3", {}, "Prediction"), said),
    bars.node,
    html(
      "div",
      { class: "choose" },
      values.node,
      html("label", { class: "control" }, calibrated, "calibrated"),
    ),
    trust,
  );

  const show = () => {
    const frame = model.get("frame");
    values.show(state.values);
    calibrated.checked = state.calibrated;
    write(trust, frame.trust);
    set(trust, { title: frame.meaning });
    if (!frame.classNames.length) return;
    const { classNames, label } = frame;
    const probabilities = unpack(
      state.calibrated ? frame.calibratedProbabilities : frame.probabilities,
    );
    const best = probabilities.indexOf(Math.max(...probabilities));
    const name = classNames[best] ?? "?";
    const sure = `${fixed(100 * (probabilities[best] ?? 0), 0)} %`;
    const right = best === label;
    const known = label >= 0;
    write(
      said,
      probabilities.length === 0
        ? ""
        : known
          ? `${right ? "✓" : "✗"} ${name} with ${sure}${right ? "" : `, labelled ${classNames[label] ?? "?"}`}`
          : `${name} with ${sure}`,
    );
    set(said, { "data-right": known && right, "data-wrong": known && !right });
    if (state.values === "probabilities") {
      bars.show(
        classNames.map((name, i) => {
          const share = probabilities[i] ?? 0;
          return { name, share, text: `${fixed(100 * share, 1)} %` };
        }),
        label,
      );
      return;
    }
    const logits = unpack(state.calibrated ? frame.calibratedLogits : frame.logits);
    // One scale for both, so that it shows how the temperature draws them together.
    const most = Math.max(1e-6, ...[...unpack(frame.logits)].map(Math.abs));
    bars.show(
      classNames.map((name, i) => {
        const value = logits[i] ?? 0;
        return { name, share: Math.max(-1, Math.min(1, value / most)), text: fixed(value, 2) };
      }),
      label,
      true,
    );
  };
  followFrames(model, host, show);
  takeOver(model, HAND, state, show, signal);
  set(root, { role: "region", "aria-label": "Prediction" });
}

export default view<Model>("predictions", draw);
