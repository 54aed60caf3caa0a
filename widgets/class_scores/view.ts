import { html, set, write } from "../_front/dom.ts";
import { at, beginning, type Estimate, type Estimates, span } from "../_front/estimates.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { type Frame, followFrames } from "../_front/live.ts";
import { percent } from "../_front/percent.ts";
import { segments } from "../_front/segments.ts";
import { travel } from "../_front/travel.ts";
import { Headings, Row } from "./forest.ts";
import { ordered } from "./order.ts";

type Measure = "recall" | "precision" | "f1";

interface ScoresFrame extends Frame {
  classNames: string[];
  /** Images of each class; none before the first test. */
  support: number[];
  predicted: number[];
  measures: Record<Measure, Estimates>;
  macro: Record<Measure, Estimate>;
  accuracy: Estimate;
  sentence: string;
}

interface Model extends Shared {
  frame: ScoresFrame;
  order: "class" | "worst";
}

const HELD = ["order"] as const;

const MEASURES = [
  ["recall", "Recall", "sensitivity"],
  ["precision", "Precision", "positive predictive value"],
  ["f1", "F1", "harmonic mean"],
] as const;

/** Why a measure has no value. */
const WITHOUT = ["has no images", "never said", "neither is, nor was said"];

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const put = hand(model, signal);
  const held = inHand(model, HELD);
  const order = segments<Model["order"]>(
    "Order",
    [
      ["class", "By class"],
      ["worst", "Worst first"],
    ],
    (value) => {
      Object.assign(held, { order: value });
      put({ order: value });
      show();
    },
    signal,
  );
  const note = html("span", { class: "note" });
  const sentence = html("p", { class: "sentence" });
  const headings = new Headings(MEASURES.map(([, name, other]) => [name, other]));
  const mean = new Row(MEASURES.length, "mean");
  const rows: Row[] = [];
  const body = html("div", { role: "rowgroup" });
  const table = html(
    "div",
    { role: "table", class: "forest", "aria-label": "Class scores" },
    headings.node,
    body,
    mean.node,
  );
  root.append(
    html("div", { class: "head" }, html("h3", {}, "Class scores"), note, order.node),
    sentence,
    table,
  );
  set(root, { role: "region", "aria-label": "Class scores" });

  let drawn = "";
  const show = () => {
    const frame = model.get("frame");
    order.show(held.order);
    const known = (frame.support?.length ?? 0) > 0;
    set(root, { "data-empty": !known });
    if (!known) {
      drawn = "";
      write(sentence, "The scores of the first test will stand here.");
      return;
    }
    const key = JSON.stringify([frame.measures, frame.classNames, held.order]);
    if (key === drawn) return; // frames come with every step, new scores with a test
    drawn = key;
    const { classNames: names, measures } = frame;
    const all = names.flatMap((_, i) => MEASURES.map(([name]) => at(measures[name], i)));
    const begin = beginning(all);
    headings.show(begin);
    while (rows.length > names.length) rows.pop()?.node.remove();
    while (rows.length < names.length) rows.push(new Row(MEASURES.length));
    const places = ordered(measures.f1.value, held.order === "worst");
    rows.forEach((row, i) => {
      const estimates = MEASURES.map(([name]) => at(measures[name], i));
      row.show(names[i] ?? "?", String(frame.support[i]), estimates, begin, WITHOUT);
    });
    const nodes = places.map((i) => (rows[i] as Row).node);
    if (nodes.some((node, i) => body.children[i] !== node))
      travel(body, () => body.replaceChildren(...nodes));
    const means = MEASURES.map(([name]) => frame.macro[name]);
    mean.show("mean", "", means, begin, []);
    const sure = span(frame.accuracy);
    write(note, `accuracy ${percent(frame.accuracy.value ?? 0)} % (${sure}), with 95 % intervals`);
    write(sentence, frame.sentence);
  };
  followFrames(model, host, show);
  takeOver(model, HELD, held, show, signal);
}

export default view<Model>("class-scores", draw);
