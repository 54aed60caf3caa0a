import { diverging } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { Player } from "../_front/player.ts";
import { share } from "../_front/share.ts";
import { Checkerboard } from "./checkerboard.ts";
import { Controls } from "./controls.ts";
import { Grids } from "./grids.ts";
import { Matrices } from "./matrix.ts";
import { fits, type Model, type Picture, type State } from "./state.ts";
import { matrixSentence, spreadSentence, stampSentence, sumOf } from "./words.ts";

const HAND = [
  "input",
  "kernel",
  "stride",
  "padding",
  "output_padding",
  "dilation",
  "mode",
  "stamp",
  "output_cell",
  "compared",
  "compared_stride",
] as const;

const SPEEDS = [
  [1800, "slow"],
  [900, "normal"],
  [450, "fast"],
] as const;

const LONG = 130; // letters

const HINTS = {
  scatter: "Press Play, drag the outlined stamp over the output, or drag a number up and down.",
  gather: "Point at an output cell, or drag its frame.",
  matrix: "Press Play, or drag a frame over Cᵀ.",
  checkerboard: "",
};

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  // What the hand holds. The page draws it at once; Python hears of it and sends the picture.
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const picture = (): Picture => model.get("picture");
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    if ("mode" in part) {
      player.pause();
      resize();
    }
    hold();
  };
  const map = () => diverging(host.paper());

  const gathers = () => state.mode === "gather";
  const outputs = () => picture().size[0] * picture().size[1];
  const go = {
    stamp: (stamp: number) => {
      player.pause();
      change({ stamp });
    },
    output: (output_cell: number) => {
      player.pause();
      change({ output_cell });
    },
  };
  const controls = new Controls(state, change, model.get("examples"), signal);
  const grids = new Grids(state, change, go, map, signal);
  const matrices = new Matrices(state, go, map, signal);
  const checkerboard = new Checkerboard(state, change, host.paper, signal);
  const player = new Player(
    {
      last: () => (gathers() ? outputs() : picture().products.length) - 1,
      step: () => (gathers() ? state.output_cell : state.stamp),
      go: (step) => change(gathers() ? { output_cell: step } : { stamp: step }),
      text: () =>
        gathers()
          ? `output cell ${state.output_cell + 1} of ${outputs()}`
          : `stamp ${state.stamp + 1} of ${picture().products.length}`,
    },
    "Step",
    SPEEDS,
    signal,
  );
  const first = html("p", { class: "sum", role: "status" });
  const second = html("p", { class: "sum" });
  const about = html("p", { class: "about" });
  const size = html("p", { class: "size" });
  const code = html("pre");
  const reading = html("div", { class: "reading" }, first, second, about, size);
  const hint = html("p", { class: "hint" });
  const stage = html("div", { class: "stage" }, grids.node, matrices.node, checkerboard.node);
  const more = html("details", {}, html("summary", {}, "The same in PyTorch"), code);
  for (const touch of ["pointerdown", "keydown"])
    stage.addEventListener(touch, () => hint.remove(), { signal, once: true });
  controls.top.append(share(model, host));
  const sheet = html("div", { class: "sheet" }, controls.node, stage, player.node, reading);
  root.append(sheet, more);
  reading.append(hint);

  const resize = () => {
    const [width, height] = [stage.clientWidth, stage.clientHeight];
    if (width === 0) return;
    const scale = Number(getComputedStyle(root).getPropertyValue("--lab-scale")) || 1;
    for (const part of [grids, matrices, checkerboard]) part.resize(width, height, scale);
  };
  /** A sentence, a sum below it, and what the view is about. */
  const words = (now: Picture): [string, string, string] => {
    if (state.mode === "gather") return [...sumOf(now, state.output_cell), spreadSentence(now)];
    if (state.mode === "matrix")
      return [matrixSentence(now, state.stamp, state.output_cell), "", now.matrix_sentence];
    return [stampSentence(now, state.stamp), "", ""];
  };
  const hold = () => {
    controls.hold();
    const { mode } = state;
    const compares = mode === "checkerboard";
    grids.node.hidden = mode === "matrix" || compares;
    matrices.node.hidden = mode !== "matrix";
    checkerboard.node.hidden = !compares;
    set(sheet, { "data-mode": mode });
    player.node.hidden = compares;
    reading.hidden = compares;
    more.hidden = compares;
    if (mode === "matrix") matrices.hold();
    else if (compares) checkerboard.hold();
    else grids.hold();
    const now = picture();
    if (!fits(now, state)) return;
    player.hold();
    [first, second, about].forEach((place, i) => {
      write(place, words(now)[i] as string);
    });
    for (const sum of [first, second])
      set(sum, { "data-long": (sum.textContent ?? "").length > LONG });
    write(hint, HINTS[mode]);
    write(size, `Size of the output. ${now.sentence.join("; ")}.`);
    write(code, now.code);
  };
  const derive = () => {
    const now = picture();
    grids.derive(now);
    matrices.derive(now);
    checkerboard.derive(model.get("comparison"));
    resize();
    hold();
    const detail = { picture: now, state, comparison: model.get("comparison") };
    root.dispatchEvent(new CustomEvent("derived", { bubbles: true, detail }));
  };
  host.follow(["picture", "comparison"], derive);
  host.fit(stage, () => {
    resize();
    hold();
    host.ready();
  });
  const taken = () => {
    resize();
    hold();
  };
  takeOver(model, HAND, state, taken, signal);
  set(root, { role: "region", "aria-label": "Transposed convolution" });
}

export default view<Model>("transposed_convolution", draw);
