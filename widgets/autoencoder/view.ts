import { unpack } from "../_front/arrays.ts";
import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { command, followFrames } from "../_front/live.ts";
import { segments } from "../_front/segments.ts";
import { Code } from "./code.ts";
import { Controls } from "./controls.ts";
import { Curve } from "./curve.ts";
import { shareOf } from "./geometry.ts";
import { PlaneView } from "./plane.ts";
import { Reading } from "./reading.ts";
import { HAND, type Images, type Model, type Show, type State } from "./state.ts";
import { Strips } from "./strips.ts";

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const hint = html("p", { class: "hint" }, "Drag the ring, or A and B.");
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    if ("point" in part || "start" in part || "end" in part) hint.hidden = true;
    if ("show" in part) plane.redraw();
    hold();
  };
  const act = (name: string, value?: unknown) => {
    send.flush();
    command(model, name, value);
  };
  const controls = new Controls(state, change, act, signal);
  const drag = (part: Partial<State>) => {
    strips.rest(); // the hand and the walk must not pull at the same ring
    change(part);
  };
  const plane = new PlaneView(state, drag, signal);
  const code = new Code(signal);
  const reading = new Reading(state, change, code.opener, signal);
  const curve = new Curve();
  const share = () => shareOf(plane.end("start"), plane.end("end"), state.point);
  const strips = new Strips(share, (t) => change({ point: plane.onTheWay(t) }), signal);
  const show = segments<Show>(
    "What the plane shows",
    [
      ["points", "encoded images"],
      ["images", "decoded places"],
      ["both", "both"],
    ],
    (value) => change({ show: value }),
    signal,
  );
  const message = html("p", { class: "message", role: "status" });
  const square = html("div", { class: "square" }, plane.node, hint);
  root.append(
    controls.node,
    code.panel,
    message,
    html(
      "div",
      { class: "stage" },
      html(
        "section",
        { class: "space" },
        html("div", { class: "head" }, html("h3", {}, "Latent space"), show.node),
        square,
      ),
      html(
        "div",
        { class: "side" },
        reading.picture,
        strips.node,
        html("div", { class: "below" }, reading.task, curve.node),
      ),
    ),
  );
  host.fit(square, (width, height) => plane.resize(width, height));
  host.fit(curve.place, (width, height) => curve.resize(width, height));

  const images = (): Images | null => {
    const value = model.get("images");
    return "images" in value ? (value as Images) : null;
  };
  const hold = () => {
    controls.hold();
    show.show(state.show);
    plane.hold();
    strips.hold();
    reading.hold();
  };
  const point = () => {
    const [picture, known] = [model.get("picture"), images()];
    if (known && "image" in picture) reading.derive(picture as never, known);
  };
  const walk = () => {
    const [value, known] = [model.get("walk"), images()];
    if (!known || !("decoded" in value)) return;
    const labels = unpack(known.labels);
    const name = (place: number) => known.classNames[labels[place] as number] ?? "";
    plane.choose(value.start as number, value.end as number);
    strips.derive(value as never, name(value.start as number), name(value.end as number));
  };
  const space = () => {
    const value = model.get("plane");
    if ("codes" in value) plane.derive(value as never);
    hold();
  };

  host.follow(["images"], () => {
    const known = images();
    if (known) plane.picture(known);
    reading.forget();
    plane.redraw(); // the theme may be another
    space();
    walk();
    point();
  });
  for (const [name, drawn] of [
    ["plane", space],
    ["walk", walk],
    ["picture", point],
  ] as const) {
    host.follow([name], drawn);
  }
  host.follow(["script"], () => code.derive(model.get("script")));
  followFrames(model, host, (frame) => {
    root.dataset.state = frame.state;
    controls.derive(frame);
    curve.derive(frame, state.variational);
    const known = images();
    write(message, frame.message || known?.warning || "");
  });
  takeOver(model, HAND, state, hold, signal);
  hold();
  set(root, { role: "region", "aria-label": "Autoencoder" });
}

export default view<Model>("autoencoder", draw);
