import { unpack } from "../_front/arrays.ts";
import { diverging } from "../_front/colour.ts";
import { html, set } from "../_front/dom.ts";
import { hand, inHand } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { share } from "../_front/share.ts";
import { Controls } from "./controls.ts";
import { Diagram } from "./diagram.ts";
import { Plane } from "./plane.ts";
import { Reading } from "./reading.ts";
import type { Model, State } from "./state.ts";

const HAND = ["weights", "bias", "inputs", "activation", "form", "task"] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  // What the hand holds. The page draws it at once; Python hears of it and sends the picture.
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    if ("form" in part || (part.inputs?.length ?? diagram.inputs) !== diagram.inputs) rebuild();
    else hold();
  };

  const controls = new Controls(state, change, signal);
  const place = html("div", { class: "place" });
  const stage = html("div", { class: "stage" }, place);
  const reading = new Reading(state, change, signal);
  const touched = html("p", { class: "hint" }, "Drag any number, or the line.");
  controls.node.append(share(model, host));
  root.append(controls.node, stage, reading.node);

  let diagram: Diagram;
  let parts = new AbortController();
  const plane = new Plane(state, change, signal);
  const planePlace = html("div", { class: "place square" }, plane.node);
  stage.append(planePlace, touched);
  stage.addEventListener("pointerdown", () => touched.remove(), { signal, once: true });
  stage.addEventListener("keydown", () => touched.remove(), { signal, once: true });

  const hold = () => {
    diagram.hold();
    plane.hold();
    controls.hold();
  };
  const derive = () => {
    const picture = model.get("picture");
    const map = diverging(host.paper());
    const lamp = plane.colour(picture, map);
    diagram.derive(picture, unpack(picture.curve) as Float32Array, lamp);
    plane.derive(picture, map);
    reading.derive(picture);
    const { weights, bias } = picture;
    root.dispatchEvent(new CustomEvent("derived", { bubbles: true, detail: { weights, bias } }));
  };
  const rebuild = () => {
    parts.abort();
    parts = new AbortController();
    diagram = new Diagram(state, change, AbortSignal.any([signal, parts.signal]));
    place.replaceChildren(diagram.node);
    diagram.resize(place.clientWidth, place.clientHeight);
    hold();
    derive();
  };
  rebuild();

  host.fit(place, (width, height) => {
    diagram.resize(width, height);
    derive();
  });
  host.fit(planePlace, (width, height) => {
    plane.resize(width, height);
    derive();
    host.ready();
  });
  host.follow(["picture"], derive);
  // Values that Python set (a cell, a link, a refusal) replace what the page holds: all in one.
  const take = () => {
    const held = inHand(model, HAND);
    if (held.weights.length !== held.inputs.length) return; // the others are still on their way
    if (JSON.stringify(held) === JSON.stringify(state)) return;
    const same = held.form === state.form && held.inputs.length === state.inputs.length;
    Object.assign(state, held);
    if (same) hold();
    else rebuild();
  };
  for (const key of HAND) {
    model.on(`change:${key}`, take);
    signal.addEventListener("abort", () => model.off(`change:${key}`, take));
  }
  set(root, { role: "region", "aria-label": "Neuron" });
}

export default view<Model>("neuron", draw);
