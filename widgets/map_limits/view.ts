import type { Packed } from "../_front/arrays.ts";
import { amount, diverging } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { type Frame, followFrames } from "../_front/live.ts";
import { Scale } from "../_front/scale.ts";
import { segments } from "../_front/segments.ts";
import { Card, Tile, type Words } from "./card.ts";
import { Crowd } from "./crowd.ts";

interface LimitsFrame extends Frame {
  /** Whether it is of a training before, or of another explanation. */
  old: boolean;
  problem: string;
  /** What follows is there once something was measured. */
  method?: string;
  image: Packed;
  maps: [first: Packed, second: Packed, random: Packed];
  classes: [first: string, second: string];
  mistake: { image: Packed; map: Packed; said: string; label: string } | null;
  cards: Words[];
  found: number;
  false: number;
}

interface Model extends Shared {
  frame: LimitsFrame;
  method: string;
  methods: { key: string; title: string; signed: boolean }[];
}

const HAND = ["method"] as const;
const WAITS = "The maps are looked at as soon as a network has learnt.";

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state = inHand(model, HAND);
  const send = hand(model, signal);
  const methods = model.get("methods");
  const choice = segments(
    "Explanation",
    methods.map(({ key, title }) => [key, title] as const),
    (method) => {
      Object.assign(state, { method });
      send({ method });
      hold();
    },
    signal,
  );
  const tiles = Array.from({ length: 9 }, () => new Tile());
  const three = (from: number) =>
    html("div", { class: "tiles" }, ...tiles.slice(from, from + 3).map(({ node }) => node));
  const crowd = new Crowd();
  const cards = [
    new Card("Where is not why", three(0)),
    new Card("Chance draws a map, too", three(3)),
    new Card("A mistake looks convincing", three(6)),
    new Card("Accuracy is not clinical use", crowd.node),
  ];
  const note = html("p", { class: "note", role: "status" });
  const scale = new Scale();
  root.append(
    html("div", { class: "head" }, choice.node, scale.node, note),
    html("div", { class: "cards" }, ...cards.map(({ node }) => node)),
  );
  set(root, { role: "region", "aria-label": "What a heat map does not prove" });

  const hold = () => {
    choice.show(state.method);
    const { method, old } = model.get("frame");
    set(root, { "data-old": old || method !== state.method, "data-empty": !method });
  };
  const derive = (frame: LimitsFrame) => {
    hold();
    const what = methods.find(({ key }) => key === frame.method);
    const means = what?.signed ? "against the class to for it" : "how much it counts";
    write(note, frame.problem || (what ? `${means}, as a share of a map's largest value` : WAITS));
    if (!what) return;
    const paper = host.paper();
    if (what.signed) scale.show(diverging(paper), -1, 1);
    else scale.show(amount(paper), 0, 1);
    const image = (i: number, one: Packed, words: string) => tiles[i]?.image(one, words);
    const map = (i: number, one: Packed, words: string) =>
      tiles[i]?.map(one, what.signed, paper, words);
    const [first, second] = frame.classes;
    image(0, frame.image, `said: ${first}`);
    map(1, frame.maps[0], `for ${first}`);
    map(2, frame.maps[1], `for ${second}`);
    image(3, frame.image, `said: ${first}`);
    map(4, frame.maps[0], "learnt");
    map(5, frame.maps[2], "random");
    const { mistake } = frame;
    set(tiles[6]?.node.parentElement as Element, { "data-none": !mistake });
    if (mistake) {
      image(6, mistake.image, `truth: ${mistake.label}`);
      map(7, mistake.map, `wrong: ${mistake.said}`);
      map(8, frame.maps[0], `a right answer, another image: ${first}`);
    }
    crowd.show(frame.found, frame.false);
    frame.cards.forEach((words, i) => {
      cards[i]?.show(words);
    });
  };
  takeOver(model, HAND, state, hold, signal);
  hold();
  followFrames(model, host, derive);
}

export default view<Model>("map-limits", draw);
