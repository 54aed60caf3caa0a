import { unpack } from "../_front/arrays.ts";
import { Bars } from "../_front/bars.ts";
import { type Choice, choice } from "../_front/choice.ts";
import { diverging } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { paintImage } from "../_front/image.ts";
import { command, followFrames, type Live } from "../_front/live.ts";
import { fixed } from "../_front/numbers.ts";
import { segments } from "../_front/segments.ts";
import type { Spot } from "../_front/tile_layout.ts";
import { Detail } from "./detail.ts";
import { Stage } from "./stage.ts";
import type { Layers, MapsFrame, Model, Pointed, Scaled, State } from "./state.ts";
import { Strongest } from "./strongest.ts";

// CSS pixels
const LEAST = 32;
const PADDING = 8;
const GAP = 4;

const HAND = ["scale", "layers", "opened", "pointed"] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const detailed = model.get("detail");
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    show();
  };

  let turn = 0;
  const select = (place: number) => {
    send.flush();
    command(model, "select", place);
  };
  const look = (at: Omit<Pointed, "turn">) => {
    turn += 1;
    change({ pointed: { ...at, turn } });
  };

  const image = html("canvas", { class: "samples image", role: "img" });
  const said = html("p", { class: "said" });
  const bars = new Bars("Probabilities");
  const arrow = (text: string, label: string, by: number) => {
    const node = html("button", { type: "button", "aria-label": label, title: label }, text);
    const go = () => {
      const { sample, count } = model.get("frame");
      if (count) select((sample + by + count) % count);
    };
    node.addEventListener("click", go, { signal });
    return node;
  };
  const scale = segments<Scaled>(
    "What shares a scale",
    [
      ["map", "map"],
      ["layer", "layer"],
      ["all", "all"],
    ],
    (one) => change({ scale: one }),
    signal,
  );
  const layers = segments<Layers>(
    "Layers",
    [
      ["stages", "Stages"],
      ["all", "All"],
      ["one", "One layer"],
    ],
    (one) => change({ layers: one }),
    signal,
  );
  const which = html("span");
  let layer: Choice | null = null;
  let known = "";
  const offer = (names: string[]) => {
    if (known === names.join("\n")) return;
    known = names.join("\n");
    layer = choice(
      "",
      names.map((name) => [name, name] as const),
      () => model.get("frame").layer,
      (name) => look({ layer: name, channel: 0 }),
      signal,
    );
    set(layer.select, { "aria-label": "Layer of the maps" });
    which.replaceChildren(layer.node);
  };
  const maps = html("div", { class: "stages" });
  const stages: Stage[] = [];
  const choose = (layer: string, { tile, row, column }: Spot) =>
    look({ layer, channel: tile, unit: [row, column] });
  const strongest = new Strongest(select, signal);
  const detail = new Detail(
    (row, column) => {
      const { layer, channel } = model.get("frame");
      look({ layer, channel, unit: [row, column] });
    },
    (opened) => change({ opened }),
    signal,
  );
  if (detailed) {
    const scaled = html("span", { class: "control" }, "Scale", scale.node);
    root.append(
      html("div", { class: "head" }, html("h3", {}, "Feature maps"), layers.node, which, scaled),
      maps,
      detail.node,
      strongest.node,
    );
  } else {
    const arrows = html(
      "div",
      { class: "choose" },
      arrow("‹", "Image before", -1),
      arrow("›", "Next image", 1),
    );
    root.append(
      html("div", { class: "head" }, html("h3", {}, "One image through the network"), arrows),
      html("div", { class: "chosen" }, html("div", {}, image, said), bars.node),
      maps,
    );
  }

  let high = 0; // of the place for the layers, in CSS pixels
  let mapPaper = host.paper();
  let signed = diverging(mapPaper);
  const show = () => {
    const frame = model.get("frame");
    scale.show(state.scale);
    layers.show(state.layers);
    if (!frame.count) return;
    offer(frame.mapLayers);
    set(root, { "data-none": frame.mapLayers.length === 0 });
    layer?.show();
    which.hidden = state.layers !== "one";
    while (stages.length < frame.stages.length) {
      const stage = new Stage(choose, detailed, signal);
      stages.push(stage);
      maps.append(stage.node);
    }
    const all = Math.max(0, ...frame.stages.map(({ most }) => most));
    // Each row as high as the layers leave room for, where the window has one.
    const room = detailed ? (high - PADDING) / frame.stages.length - GAP : Infinity;
    const shared = { scaled: state.scale, all, signed, most: Math.max(LEAST, room) };
    stages.forEach((stage, i) => {
      const shown = frame.stages[i];
      stage.node.hidden = !shown; // to be used again: it listens as long as the view lives
      if (shown) stage.show(shown, shared);
    });
    if (detailed) detail.show(frame, signed);
    else predict(frame);
  };
  const predict = (frame: MapsFrame) => {
    if (frame.image.shape[0]) paintImage(image, unpack(frame.image), frame.image.shape);
    const label = frame.classNames[frame.label] ?? "?";
    const named = frame.own ? "An image of your own" : `Test image ${frame.sample}`;
    set(image, { "aria-label": frame.label < 0 ? named : `${named}, labelled ${label}` });
    const probabilities = [...unpack(frame.probabilities)];
    bars.show(
      frame.classNames.map((name, i) => {
        const share = probabilities[i] ?? 0;
        return { name, share, text: `${fixed(100 * share, 0)} %` };
      }),
      frame.label,
    );
    const best = probabilities.indexOf(Math.max(...probabilities));
    const right = best === frame.label;
    const taken = frame.classNames[best] ?? "?";
    const known = frame.label >= 0;
    write(
      said,
      known ? `Labelled ${label}, taken for ${taken} ${right ? "✓" : "✗"}` : `Taken for ${taken}`,
    );
    set(said, { "data-right": right && known });
  };
  followFrames(model as unknown as AnyModel<Live<MapsFrame>>, host, () => {
    const paper = host.paper();
    if (paper !== mapPaper) [mapPaper, signed] = [paper, diverging(paper)];
    show();
  });
  host.fit(maps, (_, height) => {
    if (height === high) return;
    high = height;
    show();
  });
  host.follow(["strongest"], () => strongest.show(model.get("strongest")));
  takeOver(model, HAND, state, show, signal);
  set(root, { role: "region", "aria-label": "Feature maps", "data-detail": detailed });
}

export default view<Model>("feature-maps", draw);
