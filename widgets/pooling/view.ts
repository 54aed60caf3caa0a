import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { Player } from "../_front/player.ts";
import { share } from "../_front/share.ts";
import { Controls } from "./controls.ts";
import { Grids } from "./grids.ts";
import { PhotoPair } from "./photo.ts";
import { fits, type Model, type Picture, type State } from "./state.ts";

const HAND = [
  "input",
  "kind",
  "kernel_size",
  "stride",
  "padding",
  "ceil_mode",
  "count_include_pad",
  "shift",
  "step",
  "beside",
  "gradient",
  "task",
  "picked",
] as const;

const SPEEDS = [
  [2000, "slow"],
  [1000, "normal"],
  [450, "fast"],
] as const;

const NARROW = 700;
const NAME = 104; // pixels of a table's name, as in the style sheet

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  // What the hand holds. The page draws it at once; Python hears of it and sends the picture.
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const picture = (): Picture => model.get("picture");
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    if ("beside" in part) resize();
    hold();
  };
  const go = (step: number) => {
    player.pause();
    change({ step });
  };

  const controls = new Controls(state, change, model.get("examples"), signal);
  const grids = new Grids(state, change, picture, go, host.paper, signal);
  const photo = new PhotoPair();
  const player = new Player(
    {
      last: () => picture().sentences.length - 1,
      step: () => state.step,
      go: (step) => change({ step }),
      text: () => `window ${state.step + 1} of ${picture().sentences.length}`,
    },
    "Window",
    SPEEDS,
    signal,
  );
  const beside = html("div", { class: "beside" }, photo.node, grids.gradients);
  const stage = html("div", { class: "stage" }, grids.node, beside);
  const hint = html("p", { class: "hint" }, "Drag the frame, or a number up and down.");
  const sum = html("p", { class: "sum", role: "status" });
  const score = html("strong");
  const said = html("span");
  const verdict = html("p", { class: "verdict", role: "status" }, score, " ", said);
  const remark = html("p");
  const [kept, moved, routed] = [html("p"), html("p", { role: "status" }), html("p")];
  const size = html("p", { class: "size" });
  const reading = html(
    "div",
    { class: "reading" },
    sum,
    remark,
    verdict,
    kept,
    routed,
    moved,
    size,
    hint,
  );
  const code = html("pre");
  const more = html("details", {}, html("summary", {}, "The same in PyTorch"), code);
  for (const touch of ["pointerdown", "keydown"])
    stage.addEventListener(touch, () => hint.remove(), { signal, once: true });
  controls.top.append(share(model, host));
  const sheet = html("div", { class: "sheet" }, controls.node, stage, reading, player.node);
  root.append(sheet, more);

  /** Cells as large as the stage has room for, what stands beside included. */
  const resize = () => {
    const [width, height] = [stage.clientWidth, stage.clientHeight];
    if (width === 0) return;
    const scale = Number(getComputedStyle(root).getPropertyValue("--lab-scale")) || 1;
    const narrow = root.clientWidth <= NARROW;
    const gradient = state.beside === "gradient";
    const gaps = (gradient ? 150 : 84) * scale;
    const room = height - 130 * scale; // headings above, arrows below
    const fitting = (side: number) => {
      const needed = grids.extent(side, NAME * scale);
      if (narrow) return needed.width <= width - 40;
      const wide = gradient ? 2 * needed.width : needed.width + Math.min(380 * scale, width * 0.4);
      return needed.height <= room && wide + gaps <= width;
    };
    let side = Math.floor((narrow ? 56 : 96) * scale);
    while (side > 12 && !fitting(side)) side--;
    grids.resize(side);
    const left = width - grids.extent(side, NAME * scale).width - gaps;
    photo.resize(narrow ? width : left, narrow ? width : room);
  };
  const hold = () => {
    controls.hold();
    const now = picture();
    const gradient = state.beside === "gradient";
    set(sheet, { "data-task": state.task !== "none" });
    set(photo.node, { hidden: gradient || model.get("photo") === null });
    set(grids.gradients, { hidden: !gradient });
    set(verdict, { hidden: state.task === "none" });
    for (const given of [kept, remark]) set(given, { hidden: state.task !== "none" });
    set(routed, { hidden: !gradient });
    if (!fits(now, state)) return;
    grids.hold();
    player.hold();
    write(sum, now.sentences[state.step] ?? "");
    write(remark, now.remarks[state.step] ?? "");
    set(sum, { "data-long": (now.sentences[state.step] ?? "").length > 60 });
    write(kept, now.kept_sentence);
    write(moved, now.shift_sentence);
    write(routed, now.gradient_sentence);
    write(size, `Size of the result. ${now.sizes.join("; ")}.`);
    write(score, now.task?.score ?? "");
    write(said, now.task?.hint ?? "");
    set(verdict, { "data-solved": now.task?.solved ?? false });
    write(code, now.code);
  };
  const derive = () => {
    photo.derive(model.get("photo"));
    if (fits(picture(), state)) resize();
    hold();
    const detail = { picture: picture(), state };
    root.dispatchEvent(new CustomEvent("derived", { bubbles: true, detail }));
  };
  host.follow(["picture", "photo"], derive);
  host.fit(stage, () => {
    resize();
    hold();
    host.ready();
  });
  takeOver(model, HAND, state, derive, signal);
  set(root, { role: "region", "aria-label": "Pooling" });
}

export default view<Model>("pooling", draw);
