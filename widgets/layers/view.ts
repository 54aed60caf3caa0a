import { diverging } from "../_front/colour.ts";
import { html, set } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { share } from "../_front/share.ts";
import { Bars } from "./bars.ts";
import { Controls } from "./controls.ts";
import { Diagram } from "./diagram.ts";
import { Reading } from "./reading.ts";
import { type Model, type Picture, type State, sizesOf } from "./state.ts";

const HAND = [
  "inputs",
  "weights",
  "biases",
  "activations",
  "task",
  "chosen",
  "seed",
  "scheme",
] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  // What the hand holds. The page draws it at once; Python hears of it and sends the picture.
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    show();
  };

  const controls = new Controls(state, change, () => model.get("spare"), signal);
  const place = html("div", { class: "place" });
  const bars = new Bars();
  const barPlace = html("div", { class: "place" }, bars.node);
  const hint = html(
    "p",
    { class: "hint" },
    "Drag an input, a line or a bias. Touch a neuron to read its sum.",
  );
  const stage = html("div", { class: "stage" }, place, barPlace, hint);
  const reading = new Reading(state, change, signal);
  controls.node.append(share(model, host));
  root.append(controls.node, stage, reading.node);
  for (const touch of ["pointerdown", "keydown"])
    stage.addEventListener(touch, () => hint.remove(), { signal, once: true });

  let diagram: Diagram;
  let parts = new AbortController();
  const rebuild = () => {
    parts.abort();
    parts = new AbortController();
    const map = () => diverging(host.paper());
    diagram = new Diagram(state, change, map, AbortSignal.any([signal, parts.signal]));
    place.replaceChildren(diagram.node);
    resize();
  };
  const resize = () => {
    diagram.resize(place.clientWidth, place.clientHeight);
    fitBars();
    derive();
  };
  const fitBars = () => {
    const [width, height] = [barPlace.clientWidth, barPlace.clientHeight];
    const scale = Number(getComputedStyle(root).getPropertyValue("--lab-scale")) || 1;
    const beside = Math.abs(barPlace.offsetTop - place.offsetTop) < 1;
    const count = state.weights.at(-1)?.length ?? 1;
    const spread = Array.from({ length: count }, (_, i) => ((i + 0.5) / count) * (height - 20));
    bars.resize(width, height, beside ? diagram.outputs : spread, scale);
  };
  const show = () => {
    if (!diagram.fits) rebuild();
    else diagram.hold();
    controls.hold();
    reading.hold(model.get("samples"));
  };
  /** Until Python has answered, a resized network shows no numbers that were another's. */
  const current = (picture: Picture) => String(sizesOf(picture)) === String(sizesOf(state));
  const derive = () => {
    const picture = model.get("picture");
    if (!current(picture)) return;
    diagram.derive(picture);
    bars.derive(picture);
    reading.derive(picture);
    const { inputs, weights, biases } = picture;
    const detail = { inputs, weights, biases };
    root.dispatchEvent(new CustomEvent("derived", { bubbles: true, detail }));
  };

  rebuild();
  host.fit(place, resize);
  host.fit(barPlace, () => {
    fitBars();
    derive();
    host.ready();
  });
  host.follow(["samples"], () => reading.offer(model.get("samples")));
  host.follow(["picture"], () => {
    diagram.hold(); // in another theme its colours are others
    derive();
  });
  const taken = () => {
    show();
    derive();
  };
  takeOver(model, HAND, state, taken, signal);
  set(root, { role: "region", "aria-label": "Layers" });
}

export default view<Model>("layers", draw);
