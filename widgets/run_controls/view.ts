import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { command, followFrames } from "../_front/live.ts";
import { LARGEST_UPLOAD } from "../_front/uploads.ts";
import { drawer } from "./drawer.ts";
import { row } from "./row.ts";
import { settingsPanel } from "./settings.ts";
import type { ControlsFrame, Offers, Settings } from "./state.ts";

interface Model extends Shared {
  frame: ControlsFrame;
  settings: Settings;
  looks: Record<string, unknown>;
  offers: Offers;
}

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state = inHand(model, ["settings"]);
  const take = hand(model, signal);
  const problem = html("p", { class: "problem" });
  let refused = ""; // why a file was not even sent
  const change = (part: Partial<Settings>) => {
    refused = "";
    state.settings = { ...state.settings, ...part };
    take(state);
  };
  const panel = settingsPanel(
    {
      settings: () => state.settings,
      offers: () => model.get("offers"),
      hasDropout: () => model.get("frame").hasDropout,
      change,
      async upload(file) {
        if (file.size > LARGEST_UPLOAD) {
          refused = `${file.name} is larger than 10 MB: give the path of a folder instead.`;
          notice();
          return;
        }
        model.send({ upload: file.name }, undefined, [await file.arrayBuffer()]);
      },
    },
    signal,
  );
  const { opener, panel: drawn } = drawer("Settings", problem, panel.nodes, signal);
  const act = (name: string, value?: unknown) => command(model, name, value);
  const controls = row(act, (pace) => change({ pace }), opener, signal);
  root.append(controls.node, drawn);

  // What a setting has led to is said in the drawer too, which may lie over the rest.
  const notice = () => {
    const { state: now, message } = model.get("frame");
    const told = ["ready", "running", "diverged", "failed"].includes(now) ? message : "";
    const text = refused || model.get("problem") || told;
    write(problem, drawn.matches(":popover-open") ? text : "");
  };
  drawn.addEventListener("toggle", notice, { signal });
  let hadDropout = model.get("frame").hasDropout;
  followFrames(model, host, (frame) => {
    root.dataset.state = frame.state;
    controls.show(frame);
    notice();
    if (frame.hasDropout !== hadDropout) panel.show();
    hadDropout = frame.hasDropout;
  });
  takeOver(model, ["settings"], state, panel.show, signal);
  panel.show();
  host.follow(["problem"], notice);
  set(root, { role: "region", "aria-label": "Training" });
}

export default view<Model>("run-controls", draw);
