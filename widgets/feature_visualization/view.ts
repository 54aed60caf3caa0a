import { type Choice, choice } from "../_front/choice.ts";
import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { command, followFrames, type Live } from "../_front/live.ts";
import { count } from "../_front/numbers.ts";
import { segments } from "../_front/segments.ts";
import { filling, layOut } from "./layout.ts";
import { Row } from "./row.ts";
import type { Model, Pointed, State, VisualizationFrame } from "./state.ts";

// CSS pixels at scale 1
const TITLE = 24;
const ASIDE = 124; // a title beside its row
const NARROW = 700;
const ROUNDING = 3; // beside a row's tiles: its edge, and what rounding takes
const CAPTION = 20;
const PADDING = 9; // of a row, above and below, and what rounding takes
const MOST = 168;
const MOST_STACKED = 88;

const MORE = 32; // channels

const HAND = [
  "layers",
  "classes",
  "objective",
  "diversity",
  "steps",
  "many",
  "follow",
  "pointed",
] as const;

const CLASSES = "";

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    show();
  };
  let turn = 0;
  const point = (at: Omit<Pointed, "turn">, part: Partial<State> = {}) => {
    turn += 1;
    change({ ...part, pointed: { ...at, turn } });
  };
  const select = (place: number) => {
    send.flush();
    command(model, "select", place);
  };

  const layers = segments<State["layers"]>(
    "Layers",
    [
      ["all", "Layer by layer"],
      ["one", "One layer"],
    ],
    (one) => change({ layers: one }),
    signal,
  );
  const which = html("span");
  let layer: Choice | null = null;
  let known = "";
  const offer = (names: string[]) => {
    if (layer && known === names.join("\n")) return;
    known = names.join("\n");
    layer = choice(
      "",
      [...names.map((name) => [name, name] as const), [CLASSES, "Classes"] as const],
      () => (state.classes ? CLASSES : model.get("frame").layer),
      (name) =>
        name === CLASSES
          ? change({ classes: true })
          : point({ layer: name }, { classes: false, many: MORE }),
      signal,
    );
    set(layer.select, { "aria-label": "Layer" });
    which.replaceChildren(layer.node);
  };
  const objective = segments<State["objective"]>(
    "What is excited",
    [
      ["channel", "everywhere"],
      ["unit", "in the middle"],
    ],
    (one) => change({ objective: one }),
    signal,
  );
  const diversity = choice(
    "Images",
    [1, 2, 3, 4].map((one) => [one, String(one)] as const),
    () => state.diversity,
    (one) => change({ diversity: one }),
    signal,
  );
  const steps = choice(
    "Steps",
    [32, 128, 512].map((one) => [one, String(one)] as const),
    () => state.steps,
    (one) => change({ steps: one }),
    signal,
  );
  const follow = html("input", { type: "checkbox" });
  follow.addEventListener("change", () => change({ follow: follow.checked }), { signal });
  const go = html("button", { type: "button", class: "go" });
  go.addEventListener("click", () => command(model, model.get("frame").busy ? "cancel" : "make"), {
    signal,
  });
  const more = html("button", { type: "button", class: "more" }, "More channels");
  more.addEventListener("click", () => change({ many: state.many + MORE }), { signal });
  const untrained = html(
    "strong",
    { class: "untrained" },
    "Random weights: nothing is learnt yet.",
  );
  const key = html(
    "p",
    { class: "explained" },
    "Large: made to excite the channel. Small: test images that excite it most. Numbers: how much, made · best real.",
  );
  const place = html("div", { class: "rows" });
  const rows: Row[] = [];
  root.append(
    html(
      "div",
      { class: "head" },
      html("h3", {}, "What excites them most"),
      layers.node,
      which,
      html("span", { class: "control" }, "Excite", objective.node),
      diversity.node,
      steps.node,
      html("label", { class: "control follow" }, follow, "Follow the training"),
    ),
    html("div", { class: "below" }, untrained, key, go),
    place,
    more,
  );
  set(root, { role: "region", "aria-label": "Feature visualization" });

  let [width, height] = [0, 0]; // of the place for the rows, in CSS pixels
  const show = () => {
    const frame = model.get("frame");
    layers.show(state.layers);
    objective.show(state.objective);
    diversity.show();
    steps.show();
    follow.checked = state.follow;
    which.hidden = state.layers !== "one";
    untrained.hidden = !(frame.trained && frame.step === 0);
    if (!frame.rows?.length) return;
    offer(frame.mapLayers);
    layer?.show();
    write(go, wordOf(frame));
    set(go, { "data-new": frame.others && !frame.busy });
    go.hidden = !frame.busy && !frame.others && frame.rows.every(({ made }) => made);
    const [pictures, strongest] = [model.get("pictures"), model.get("strongest")];
    while (rows.length < frame.rows.length) {
      const hands = {
        choose: (layer: string, channel: number) =>
          point(layer === CLASSES ? { target: channel } : { layer, channel }),
        select,
      };
      const row = new Row(hands, signal);
      rows.push(row);
      place.append(row.node);
    }
    rows.forEach((row, i) => {
      const one = frame.rows[i];
      row.node.hidden = !one;
      if (one) row.show(one, pictures[one.layer], strongest[one.layer], frame);
    });
    const [only] = frame.rows;
    more.hidden = state.layers !== "one" || !only || only.channels >= only.all;
    arrange(frame);
  };
  const arrange = (frame: VisualizationFrame) => {
    if (width === 0) return;
    const scale = Number(getComputedStyle(root).getPropertyValue("--lab-scale")) || 1;
    const stacked = matchMedia("(max-width: 900px)").matches;
    const narrow = width < NARROW;
    const inside = width - ROUNDING - (narrow ? 0 : ASIDE * scale);
    const layout = layOut(
      frame.rows.map(({ channels }) => channels),
      {
        width: inside,
        height: stacked ? Number.POSITIVE_INFINITY : height,
        title: PADDING + (narrow ? TITLE * scale : 0),
        caption: CAPTION * scale,
        most: stacked ? filling(inside, MOST_STACKED) : MOST * scale,
      },
    );
    layout.forEach((one, i) => {
      rows[i]?.place(one, scale);
    });
  };
  followFrames(model as unknown as AnyModel<Live<VisualizationFrame>>, host, show);
  host.follow(["pictures", "strongest"], show);
  host.fit(place, (wide, high) => {
    if (wide === width && high === height) return;
    [width, height] = [wide, high];
    show();
  });
  takeOver(model, HAND, state, show, signal);
}

function wordOf({ busy, trained, step, others }: VisualizationFrame): string {
  if (busy) return "Cancel";
  return trained && others ? `Make them of step ${count(step)}` : "Make them";
}

export default view<Model>("feature-visualization", draw);
