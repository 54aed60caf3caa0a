import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { share } from "../_front/share.ts";
import { Controls } from "./controls.ts";
import { Planes } from "./planes.ts";
import { fits, type Model, type Picture, type State } from "./state.ts";

const HAND = ["layers", "size", "at", "chosen", "image"] as const;
const NARROW = 700;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  // What the hand holds. The page draws it at once; Python hears of it and sends the picture.
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const picture = (): Picture => model.get("picture");
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    hold();
  };

  const controls = new Controls(state, change, model.get("examples"), signal);
  const planes = new Planes(state, change, picture, signal);
  const stage = html("div", { class: "stage" }, planes.node);
  const sentence = html("p", { class: "sentence", role: "status" });
  const stride = html("p");
  const comparison = html("p");
  const recursion = html("ol", { class: "recursion" });
  const symbols = html(
    "p",
    { class: "note" },
    "r: pixels seen along one axis, j: effective stride, k: kernel, d: dilation. r₀ = j₀ = 1; each layer multiplies j by its stride.",
  );
  const hint = html("p", { class: "hint" }, "Point at a cell of any layer.");
  const reading = html(
    "div",
    { class: "reading" },
    html("div", {}, sentence, stride, comparison),
    html("div", {}, recursion, symbols),
  );
  const code = html("pre");
  const more = html("details", {}, html("summary", {}, "The same in PyTorch"), code);
  for (const touch of ["pointerdown", "pointermove", "keydown"])
    stage.addEventListener(touch, () => hint.remove(), { signal, once: true });
  controls.top.append(hint, share(model, host));
  root.append(html("div", { class: "sheet" }, controls.node, stage, reading), more);

  const resize = () => {
    const [width, height] = [stage.clientWidth, stage.clientHeight];
    if (width === 0) return;
    const scale = Number(getComputedStyle(root).getPropertyValue("--lab-scale")) || 1;
    planes.resize(width, height, scale, root.clientWidth <= NARROW);
  };
  const hold = () => {
    controls.hold();
    const now = picture();
    if (!fits(now, state)) return;
    planes.hold();
    write(sentence, now.sentence);
    write(stride, now.stride_sentence);
    write(comparison, now.comparison);
    while (recursion.children.length > now.recursion.length) recursion.lastChild?.remove();
    now.recursion.forEach((line, i) => {
      const item = recursion.children[i] ?? recursion.appendChild(html("li"));
      write(item, line);
      set(item, { "data-at": i + 1 === state.at[0] });
    });
    write(code, now.code);
  };
  let drawn = "";
  const derive = () => {
    const now = picture();
    const { layers, size } = now;
    const shape = JSON.stringify([layers, size]);
    if (shape !== drawn) {
      drawn = shape;
      resize();
    }
    hold();
    root.dispatchEvent(
      new CustomEvent("derived", { bubbles: true, detail: { picture: now, state } }),
    );
  };
  host.follow(["photo"], () => planes.paint(model.get("photo")));
  host.follow(["picture"], derive);
  host.fit(stage, () => {
    resize();
    hold();
    host.ready();
  });
  takeOver(model, HAND, state, () => hold(), signal);
  set(root, { role: "region", "aria-label": "Receptive field" });
}

export default view<Model>("receptive_field", draw);
