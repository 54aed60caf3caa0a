import { html, set } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { clamp } from "../_front/numbers.ts";
import { Player } from "../_front/player.ts";
import { share } from "../_front/share.ts";
import { type Cell, cellOf, stepOf } from "../_front/windows.ts";
import { Controls } from "./controls.ts";
import { Grids } from "./grids.ts";
import { Photos } from "./photos.ts";
import { Reading } from "./reading.ts";
import type { Model, State } from "./state.ts";
import { Task } from "./task.ts";

const HAND = [
  "input",
  "kernel",
  "bias",
  "stride",
  "padding",
  "dilation",
  "padding_mode",
  "normalise",
  "activation",
  "chosen",
  "channel",
  "at",
  "image",
  "task",
  "guess",
  "first",
] as const;
const SPEEDS = [
  [2000, "slow"],
  [900, "normal"],
  [300, "fast"],
] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  // What the hand holds. The page draws it at once; Python hears of it and sends the picture.
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  let pointed: Cell | null = null;
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    show();
  };
  const outputs = () => model.get("picture").outputs;
  const at = (): Cell => {
    const [rows, columns] = outputs();
    return [Math.min(state.at[0], rows - 1), Math.min(state.at[1], columns - 1)];
  };
  const go = (output: Cell) => {
    pointed = null;
    if (String(output) === String(state.at)) return show();
    change(state.task === "predict" ? { at: output, guess: null } : { at: output });
  };

  const random = () => {
    send.flush();
    model.send({ random: Math.floor(Math.random() * 2 ** 31) });
  };
  const controls = new Controls(state, change, () => model.get("presets"), random, signal);
  controls.node.append(share(model, host));
  const hooks = {
    look: (output: Cell | null) => {
      pointed = output;
      show();
    },
    go: (output: Cell) => {
      player.pause(); // the hand goes where it wants
      go(output);
    },
    brush: () => controls.ink,
  };
  const grids = new Grids(state, change, hooks, signal);
  const photos = new Photos(
    state,
    change,
    (name, size, data) => {
      send.flush();
      model.send({ upload: name, size }, undefined, [data]);
    },
    signal,
  );
  const task = new Task(state, change, signal);
  const reading = new Reading(state, task.node);
  const reel = {
    last: () => outputs()[0] * outputs()[1] - 1,
    step: () => stepOf(at(), outputs()),
    go: (step: number) => go(cellOf(step, outputs())),
    text: () => `window ${stepOf(at(), outputs()) + 1} of ${outputs()[0] * outputs()[1]}`,
  };
  const player = new Player(reel, "Window", SPEEDS, signal);
  const hint = html("p", { class: "hint" }, "Drag the frame, or any number up and down.");
  const place = html("div", { class: "place" }, grids.node, hint);
  const stage = html("div", { class: "stage" }, place, photos.node);
  root.append(controls.node, stage, player.node, reading.node);
  for (const touch of ["pointerdown", "keydown"])
    root.addEventListener(touch, () => hint.remove(), { signal, once: true });

  const show = () => {
    const here = pointed ?? at();
    const hidden = task.hides && String(here) === String(at());
    grids.show(here, task.hides ? at() : null);
    reading.show(here, hidden);
    controls.hold();
    photos.hold();
    player.hold();
  };
  const resize = () => {
    const scale = Number(getComputedStyle(root).getPropertyValue("--lab-scale")) || 1;
    const stacked = getComputedStyle(grids.node).flexWrap === "wrap";
    // Where there are many cells the pictures make room, and the page may grow longer.
    const around = (grids.many ? 104 : 68) * scale; // headings, scales, a row to choose from
    const { width, height } = grids.need;
    stage.style.minHeight = stacked ? "" : `${height * scale + around}px`;
    const rest = stage.clientWidth - (width + 150) * scale;
    stage.style.setProperty("--photos", `${clamp(rest / stage.clientWidth, 0.2, 0.42) * 100}%`);
    grids.fit(place.clientWidth - 2, place.clientHeight - around, scale, stacked);
    show();
  };
  let shape = "";
  const derive = () => {
    const picture = model.get("picture");
    const paper = host.paper();
    if (pointed && (pointed[0] >= picture.outputs[0] || pointed[1] >= picture.outputs[1]))
      pointed = null;
    grids.derive(picture, paper);
    reading.derive(picture);
    task.derive(picture);
    photos.derive(picture, paper);
    const now = JSON.stringify([picture.cells.shape, picture.products.shape]);
    if (now !== shape)
      resize(); // asked only where sizes changed: it lays out the page
    else show();
    shape = now;
    const { kernel } = picture;
    root.dispatchEvent(new CustomEvent("derived", { bubbles: true, detail: { kernel } }));
  };
  host.follow(["photo"], () => photos.photo(model.get("photo")));
  host.follow(["picture"], derive);
  host.fit(place, () => {
    shape = "";
    derive(); // with the page's own colours, which it has only now
    host.ready();
  });
  // Values that Python set (a cell, a link, a refusal) replace what the page holds: all in one.
  takeOver(model, HAND, state, show, signal);
  set(root, { role: "region", "aria-label": "Convolution" });
}

export default view<Model>("convolution", draw);
