import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { command, keepAlive } from "../_front/live.ts";
import { count } from "../_front/numbers.ts";
import { share } from "../_front/share.ts";
import { Diagram } from "./diagram.ts";
import { Editor } from "./editor.ts";
import { type Block, LABELS, nameOf, type Picture, removed, type State } from "./state.ts";

const HAND = ["blocks", "chosen"] as const;
const MOST_PAST = 50;

interface Model extends State, Shared {
  frame: object;
  presets: Record<string, Block[]>;
  picture: Picture | Record<string, never>;
}

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const past: State[] = [];

  const wait = () => {
    const answered = JSON.stringify(picture()?.blocks) === JSON.stringify(state.blocks);
    set(root, { "aria-busy": String(!answered) });
  };
  const hold = () => {
    wait();
    diagram.hold();
    editor.hold(past.length > 0);
    nameChosen();
  };
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    hold();
  };
  const remember = () => {
    past.push({ ...state });
    if (past.length > MOST_PAST) past.shift();
  };
  const become = (next: State) => {
    Object.assign(state, next);
    send(next);
    rebuild();
  };
  const restructure = (next: State) => {
    remember();
    become(next);
  };
  const undo = () => {
    const before = past.pop();
    if (before) become(before);
  };

  const presets = html("span", { class: "group", role: "group", "aria-label": "Start from" });
  const total = html("strong", { class: "total" }, "Loading the images");
  const use = html("button", { type: "button", class: "main" }, "Use this network");
  const used = html("span", { class: "used", role: "status" });
  const place = html("div", { class: "place" });
  const hint = html(
    "p",
    { class: "hint" },
    "Drag a block sideways for more channels, or ⠿ to move it.",
  );
  const code = html("pre", { tabindex: 0 });
  const details = html("details", {}, html("summary", {}, "As PyTorch code"), code);
  const diagram = new Diagram({ state, change, remember }, signal);
  const editor = new Editor({ state, change, restructure, undo }, signal);
  place.append(diagram.node, hint);
  root.append(
    html(
      "div",
      { class: "row top" },
      presets,
      html("span", { class: "verdict" }, total, used),
      use,
    ),
    place,
    editor.node,
    html("div", { class: "row foot" }, details, share(model, host)),
  );

  for (const kind of ["pointerdown", "keydown"])
    place.addEventListener(kind, () => hint.remove(), { signal, once: true });
  use.addEventListener(
    "click",
    () => {
      send.flush();
      command(model, "use");
    },
    { signal },
  );
  diagram.node.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Delete" || !state.blocks[state.chosen]) return;
      event.preventDefault();
      restructure(removed(state));
      diagram.focus();
    },
    { signal },
  );

  const picture = (): Picture | null => {
    const made = model.get("picture");
    return made.cells ? (made as Picture) : null;
  };
  const nameChosen = () => {
    const kind = state.blocks[state.chosen]?.kind;
    if (kind) editor.name(nameOf(kind, picture()?.cells[state.chosen] ?? []));
  };
  const derive = () => {
    const made = picture();
    if (!made) return;
    diagram.derive(made);
    nameChosen();
    const { misfit, parameters, used: same } = made;
    write(total, misfit ? "Two layers do not fit" : `${count(parameters)} parameters`);
    write(used, misfit ? "the run goes on as it is" : same ? "✓ in use" : "training begins anew");
    set(use, { disabled: misfit !== null || same });
    root.dataset.used = String(same);
    for (const button of presets.children)
      set(button, { "aria-pressed": String(button.getAttribute("data-name") === made.name) });
    write(code, made.code || "As soon as all layers fit.");
    wait();
    host.ready();
  };
  const rebuild = () => {
    state.chosen = Math.max(0, Math.min(state.chosen, state.blocks.length - 1));
    diagram.rebuild();
    hold();
    derive();
  };
  const offer = () => {
    const buttons = Object.entries(model.get("presets")).map(([name, blocks]) => {
      const text = LABELS[name] ?? name;
      const button = html("button", { type: "button", "data-name": name }, text);
      button.addEventListener("click", () => restructure({ blocks, chosen: 0 }), { signal });
      return button;
    });
    presets.replaceChildren(...buttons);
    derive();
  };

  rebuild();
  host.follow(["presets"], offer);
  host.follow(["picture"], derive);
  host.fit(place, () => diagram.resize());
  takeOver(model, HAND, state, rebuild, signal);
  keepAlive(model, signal);
  set(root, { role: "region", "aria-label": "Network builder" });
}

export default view<Model>("architecture", draw);
