import { diverging } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { command, followFrames, type Live } from "../_front/live.ts";
import { percent } from "../_front/percent.ts";
import { Scale } from "../_front/scale.ts";
import { segments } from "../_front/segments.ts";
import { arrange, endOf, type Look, upperHalf } from "./blend.ts";
import { Classes } from "./classes.ts";
import { Controls } from "./controls.ts";
import { Large } from "./large.ts";
import type { Pixel } from "./overlay.ts";
import { type ExplanationFrame, largeOf, type Model, type Scaled, type State } from "./state.ts";
import { Tiles } from "./tiles.ts";

const HAND = ["methods", "chosen", "opacity", "threshold", "scale"] as const;

// CSS pixels at scale 1
const GAP = 12;
const BETWEEN = 24; // columns
const MIDDLE = 256; // the column of classes and sliders
const SMALL = 110; // the smallest tile: rather the widget grows
const WORDS = 50; // a tile's name and note
const LINE = 18;
const BESIDE = 84; // the narrowest words about a method at the side of its tile
const SENTENCE = 110; // the words about a method below its tile
const LEGIBLE = 140; // the narrowest column of words
const MOST_OF_WIDTH = 0.28; // that the large picture takes

/** Where the colours are full. */
const MEANING: Record<Scaled, string> = {
  own: "Each map's strongest pixels have full colour.",
  shared: "The same colour is the same share of its map's total, in every map.",
};

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    show();
  };
  const press = (name: string, value: number) => {
    send.flush();
    command(model, name, value);
  };

  let pixel: Pixel | null = null;
  const point = (next: Pixel | null) => {
    pixel = next;
    read();
  };
  const question = html("h3");
  const said = html("p", { class: "said", role: "status" });
  const warning = html("p", { class: "note warning" });
  const arrow = (text: string, label: string, by: number) => {
    const node = html("button", { type: "button", "aria-label": label, title: label }, text);
    const go = () => {
      const { sample, count } = model.get("frame");
      if (count) press("select", (Math.max(0, sample) + by + count) % count);
    };
    node.addEventListener("click", go, { signal });
    return node;
  };
  const arrows = html(
    "span",
    { class: "arrows" },
    arrow("‹", "Image before", -1),
    arrow("›", "Next image", 1),
  );
  const classes = new Classes((place) => press("explain", place), signal);
  const controls = new Controls(state, change, signal);
  const large = new Large(point, signal);
  const tiles = new Tiles((method) => change({ chosen: method }), point, signal);
  const scaled = segments<Scaled>(
    "What the colours mean",
    [
      ["own", "Each its own scale"],
      ["shared", "One scale"],
    ],
    (one) => change({ scale: one }),
    signal,
  );
  const scale = new Scale();
  const meant = html("span", { class: "note" });
  const whose = html("span");
  const against = html("span", { class: "against" }, "against");
  const speaksFor = html("span", { class: "for" });
  const legend = html("span", { class: "legend" }, whose, against, scale.node, speaksFor);
  const side = html(
    "div",
    { class: "side" },
    html("div", { class: "head" }, scaled.node, legend, meant),
    tiles.node,
    controls.methods,
  );
  const middle = html("div", { class: "middle" }, classes.node, controls.sliders, large.reading);
  const body = html("div", { class: "body" }, large.node, middle, side);
  root.append(html("div", { class: "head" }, question, said, arrows, warning), body);

  let settledFor = "";
  const found = () => model.get("maps").maps ?? [];
  const shownLarge = () => largeOf(state, found());
  const largeMap = () => found().find(({ method }) => method === shownLarge());
  const bySign = () => model.get("catalogue")[shownLarge()]?.signed ?? true;
  const read = () => {
    const frame = model.get("frame");
    const seen = frame.fresh ? pixel : null;
    large.read(largeMap(), seen, frame.classNames?.[frame.target] ?? "it", bySign());
    tiles.read(found(), seen);
  };
  const show = () => {
    const frame = model.get("frame");
    if (!frame.image?.shape[0]) return;
    const look: Look = { ...state, colours: diverging(host.paper()), paper: host.paper() };
    const [maps, catalogue, chosen, one] = [
      found(),
      model.get("catalogue"),
      shownLarge(),
      largeMap(),
    ];
    write(question, `What speaks for ${frame.classNames[frame.target] ?? "it"}?`);
    write(said, words(frame));
    set(said, {
      "data-right": frame.label >= 0 && frame.best === frame.label,
      "data-wrong": frame.label >= 0 && frame.best !== frame.label,
    });
    write(warning, frame.warning);
    set(root, { "data-behind": frame.behind });
    classes.show(frame);
    controls.show(catalogue);
    large.show(frame, maps, one, catalogue[chosen], state.scale, look);
    tiles.show(frame, maps, { methods: state.methods, chosen }, catalogue, state.scale, look);
    scaled.show(state.scale);
    const end = one ? endOf(one, maps, state.scale) : 0;
    legend.hidden = end === 0;
    against.hidden = !bySign();
    write(speaksFor, bySign() ? "for" : "matters most");
    if (bySign()) scale.show(look.colours, -end, end);
    else scale.show(upperHalf(look.colours), 0, end);
    write(whose, catalogue[chosen]?.title ?? "");
    write(meant, MEANING[state.scale]);
    read();
    // To measure lays the page out: not in every frame, nor while a hand drags.
    const room = `${state.methods.length} ${chosen} ${maps.some(({ note }) => note)}`;
    if (room !== settledFor) settle();
    settledFor = room;
  };
  /** The picture as large as there is room for, the tiles as large as is left; stacked, the style sheet does it. */
  const settle = () => {
    tiles.node.style.minHeight = ""; // what there is room for without growing
    const { clientWidth: width, clientHeight: height } = body;
    const factor = Number(getComputedStyle(root).getPropertyValue("--lab-scale")) || 1;
    const picture = Math.min(height - large.words.offsetHeight - GAP, MOST_OF_WIDTH * width);
    const left = width - picture - MIDDLE * factor - 2 * BETWEEN;
    const count = state.methods.length;
    const words = (WORDS + (found().some(({ note }) => note) ? LINE : 0)) * factor;
    const room = { gap: GAP, words };
    let { columns, side: tile } = arrange(count, left, tiles.node.clientHeight, room);
    if (tile < SMALL * factor && columns > 1) {
      columns = Math.ceil(count / 2);
      tile = Math.min(SMALL * factor, Math.floor((left - GAP * (columns - 1)) / columns));
    }
    const rows = Math.ceil(count / columns);
    const needed = rows * (tile + words + GAP) - GAP;
    tiles.node.style.minHeight = tile > SMALL * factor ? "" : `${Math.ceil(needed)}px`;
    root.style.setProperty("--picture", `${Math.floor(picture)}px`);
    root.style.setProperty("--side", `${Math.floor(left)}px`);
    const spare = tiles.node.clientHeight / rows - tile - GAP - words;
    const roomy = spare > SENTENCE * factor && tile > LEGIBLE * factor;
    const beside = (left - GAP * (columns - 1)) / columns - tile - GAP;
    set(tiles.node, { "data-roomy": roomy, "data-beside": !roomy && beside > BESIDE * factor });
    root.style.setProperty("--columns", String(columns));
    root.style.setProperty("--tile", `${tile}px`);
  };

  followFrames(model as unknown as AnyModel<Live<ExplanationFrame>>, host, show);
  host.fit(body, settle);
  host.fit(tiles.node, settle);
  takeOver(model, HAND, state, show, signal);
  set(root, { role: "region", "aria-label": "Explanation" });
}

/** What the network says of the image, and whether that is right. */
function words({ classes, classNames, best, label }: ExplanationFrame): string {
  const share = classes.find(({ place }) => place === best)?.share;
  if (share === undefined) return "";
  const taken = `Taken for ${classNames[best] ?? "?"} with ${percent(share)} %`;
  if (label < 0) return taken;
  if (label === best) return `✓ ${taken}`;
  return `✗ ${taken}, labelled ${classNames[label] ?? "?"}`;
}

export default view<Model>("explanation", draw);
