import { html, set } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { share } from "../_front/share.ts";
import { Chart } from "./chart.ts";
import { ColumnsScene } from "./columns.ts";
import { Controls } from "./controls.ts";
import { Reading } from "./reading.ts";
import { RowsScene } from "./rows.ts";
import { type Model, ofNumbers, type Picture, type Scene, type State } from "./state.ts";

const HAND = ["loss", "predictions", "targets", "against"] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  // What the hand holds. The page draws it at once; Python hears of it and sends the picture.
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    // What another loss compares, Python knows: until it has said so there is nothing to drag.
    if ("loss" in part) stage.inert = true;
    hold();
    if ("against" in part) derive();
  };

  const controls = new Controls(state, change, signal);
  const place = html("div", { class: "place" });
  const chart = new Chart();
  const stage = html("div", { class: "stage" }, place, chart.node);
  const reading = new Reading();
  controls.node.append(share(model, host));
  root.append(controls.node, stage, reading.node);
  stage.addEventListener("pointerdown", () => controls.touched(), { signal, once: true });
  stage.addEventListener("keydown", () => controls.touched(), { signal, once: true });

  let scene: Scene | null = null;
  let drawn = "";
  let parts = new AbortController();
  const rebuild = () => {
    parts.abort();
    parts = new AbortController();
    const ends = AbortSignal.any([signal, parts.signal]);
    const names = model.get("picture").names ?? null;
    scene = ofNumbers(state.loss)
      ? new ColumnsScene(state, change, ends)
      : new RowsScene(state, change, ends, names);
    place.replaceChildren(scene.node);
    resize();
  };
  const resize = () => {
    const em = Number.parseFloat(getComputedStyle(root).fontSize);
    if (drawn === shape(state)) scene?.resize(place.clientWidth, place.clientHeight, em);
    chart.resize(em);
  };
  const hold = () => {
    controls.hold();
    if (drawn === shape(state)) scene?.hold();
  };
  const derive = () => {
    const picture = model.get("picture");
    if (!root.isConnected || shape(picture) !== shape(state)) return; // of something else
    stage.inert = false;
    if (drawn !== shape(state)) {
      drawn = shape(state);
      rebuild();
    }
    hold();
    scene?.derive(picture);
    chart.derive(picture, state.against);
    reading.derive(picture);
    const { loss, predictions, targets } = picture;
    const detail = { loss, predictions, targets };
    root.dispatchEvent(new CustomEvent("derived", { bubbles: true, detail }));
  };

  const taken = () => {
    hold();
    if (drawn !== shape(state)) derive(); // the picture may have come before the values that it is of
  };
  takeOver(model, HAND, state, taken, signal);
  host.follow(["picture"], derive);
  const sized = () => {
    resize();
    derive();
  };
  host.fit(place, sized);
  host.fit(chart.place, () => {
    sized();
    host.ready();
  });
  set(root, { role: "region", "aria-label": "Loss functions" });
}

/** One scene draws one loss with so many numbers: while these change, there is nothing to draw. */
function shape({ loss, predictions, targets }: Picture | State): string {
  return `${loss} ${predictions.length} ${targets.length}`;
}

export default view<Model>("loss-functions", draw);
