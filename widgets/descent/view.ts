import { html, set } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { clamp } from "../_front/numbers.ts";
import { Player } from "../_front/player.ts";
import { share } from "../_front/share.ts";
import { Terrain } from "../_front/terrain.ts";
import { ballOn } from "./ball.ts";
import { lossChart } from "./chart.ts";
import { controlRow } from "./controls.ts";
import { dataPlane } from "./data.ts";
import { internalsPanel } from "./internals.ts";
import { Paths, tone } from "./paths.ts";
import { racerRow } from "./racers.ts";
import { readoutTable } from "./readout.ts";
import type { Model, State } from "./state.ts";
import { taskForm } from "./task.ts";
import { type Track, tracksOf } from "./walk.ts";

/** What a racer's way depends on: where a task is on, changing it asks anew. */
const WAY = ["surface", "condition", "points", "start", "racers", "noise", "batch_size"] as const;
const HAND = [
  ...WAY,
  "chosen",
  "steps",
  "seed",
  "step",
  "logarithmic",
  "log_loss",
  "probe",
  "task",
  "guess",
  "revealed",
] as const;
const SPEEDS = [
  [600, "slow"],
  [200, "normal"],
  [60, "fast"],
] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  // What the hand holds. The page draws it at once; Python hears of it and sends the picture.
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    const asks = state.task !== "none" && state.revealed && WAY.some((key) => key in part);
    const whole = asks ? { ...part, revealed: false, guess: [], step: 0 } : part;
    Object.assign(state, whole);
    send(whole);
    // While the ball or the cross-hair is in the hand nothing else moves before Python answers.
    if (Object.keys(whole).every((key) => key === "start" || key === "probe")) carry();
    else hold();
  };
  const go = (step: number) => change({ step });

  let tracks: Track[] = [];
  let drawn: unknown = null;
  const walked = () => {
    const walk = model.get("walk");
    if (drawn !== walk) {
      drawn = walk;
      const counts = walk.walkers.map(({ count }) => count);
      tracks = tracksOf(walk.numbers, counts);
    }
    return walk;
  };
  const secret = () => state.task !== "none" && !state.revealed;
  /** Before a task is walked everyone stands at the start. */
  const step = () => (secret() ? 0 : Math.min(state.step, state.steps));

  const controls = controlRow(state, model.get("offers"), change, signal);
  const racers = racerRow(state, model.get("offers"), change, signal);
  const task = taskForm(state, change, signal);
  const terrain = new Terrain("The loss surface from above");
  const paths = new Paths(terrain);
  const ball = ballOn(terrain, state, change, signal);
  const data = dataPlane(state, change, () => soon(), signal);
  const chart = lossChart(state, change, go, signal);
  const readout = readoutTable(change, signal);
  const internals = internalsPanel();
  const player = new Player(
    {
      last: () => state.steps,
      step,
      go,
      text: () => `step ${step()} of ${state.steps}`,
    },
    "Step",
    SPEEDS,
    signal,
  );
  const hint = html("p", { class: "hint" }, "Drag the ball.");
  const ground = html("div", { class: "ground" }, terrain.node);
  const right = html("div", { class: "right" }, chart.node, readout.node, internals.node);
  const stage = html("div", { class: "stage" }, ground, data.node, right);
  controls.node.append(share(model, host));
  root.append(
    controls.node,
    racers.node,
    task.node,
    controls.note,
    stage,
    player.node,
    internals.more,
  );
  ground.append(hint);
  for (const touch of ["pointerdown", "keydown"]) {
    stage.addEventListener(touch, () => hint.remove(), { signal, once: true });
  }

  const shown = () => clamp(state.chosen, 0, Math.max(0, tracks.length - 1));
  const carry = () => {
    ball.hold(model.get("ground"), tracks[shown()]?.steepest() ?? 1);
  };
  const hold = () => {
    const [land, walk, picture] = [model.get("ground"), walked(), model.get("picture")];
    controls.hold(land);
    racers.hold();
    const known = walk.chosen === state.chosen && (picture.task?.solved ?? true);
    racers.limit(known ? walk.limit : null);
    if (secret()) player.pause();
    else player.hold();
    terrain.show(land, state.logarithmic, host.paper());
    set(root, {
      "data-secret": secret(),
      "data-data": picture.data !== null,
      "data-task": state.task !== "none",
    });
    paths.draw(land, walk, tracks, step(), shown());
    carry();
    ball.derive(model.get("probed"));
    chart.draw(land, secret() ? tracks.map((track) => track.begin()) : tracks, step());
    readout.draw(walk, tracks, step(), shown(), secret());
    internals.draw(walk, tracks[walk.chosen], picture, step(), tone(walk.chosen));
    data.hold(picture.data);
  };
  const derive = () => {
    if (!root.isConnected) return;
    const picture = model.get("picture");
    hold();
    data.derive(picture.data, model.get("probed"), state.chosen);
    task.derive(picture);
    const walk = walked();
    const ends = tracks.map((track) => track.at(track.count).place);
    const detail = { start: walk.start, ends, step: picture.step, ground: model.get("ground") };
    root.dispatchEvent(new CustomEvent("derived", { bubbles: true, detail }));
  };

  // One drawing for all that came in one message.
  let asked = false;
  const soon = () => {
    if (asked) return;
    asked = true;
    queueMicrotask(() => {
      asked = false;
      if (!signal.aborted) derive();
    });
  };
  host.follow(["picture", "walk", "ground", "probed"], soon);
  takeOver(model, HAND, state, soon, signal);
  for (const part of [data, chart]) {
    host.fit(part.place, (width, height) => {
      part.resize(width, height);
      soon();
    });
  }
  host.fit(ground, (width, height) => {
    terrain.resize(width, height);
    derive();
    host.ready();
  });
  set(root, { role: "region", "aria-label": "Gradient descent" });
}

export default view<Model>("descent", draw);
