import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { command, followFrames } from "../_front/live.ts";
import { stateOf } from "../_front/states.ts";
import type { FlawsFrame, Model, State } from "./state.ts";
import { Switches } from "./switches.ts";
import { Trials } from "./trials.ts";

const HAND = ["flaws", "seed"] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    hold();
  };
  const flip = (key: string) => {
    const on = state.flaws.includes(key);
    change({ flaws: on ? state.flaws.filter((one) => one !== key) : [...state.flaws, key] });
  };
  const switches = new Switches(model.get("choices"), flip, signal);
  const trials = new Trials();
  const button = (text: string, press: () => void) => {
    const one = html("button", { type: "button" }, text);
    one.addEventListener("click", press, { signal });
    return one;
  };
  const again = button("The same with another seed", () => change({ seed: state.seed + 1 }));
  const forget = button("Forget the others", () => {
    send.flush();
    command(model, "forget");
  });
  const shape = html("span", { class: "shape", "aria-hidden": "true" });
  const word = html("span");
  const bar = html("span", { class: "bar" });
  const said = html("p", { class: "said", role: "status" });
  root.append(
    switches.node,
    html(
      "div",
      { class: "results" },
      html("h3", {}, "What the network is worth in the test"),
      html(
        "div",
        { class: "go" },
        again,
        forget,
        html("span", { class: "state" }, shape, word),
        html("span", { class: "track" }, bar),
      ),
      said,
      trials.node,
    ),
  );
  set(root, { role: "region", "aria-label": "Flaws of the data" });

  const hold = () => switches.show(state.flaws);
  const derive = (frame: FlawsFrame) => {
    const { shape: sign, word: name } = stateOf(frame.state, "");
    root.dataset.state = frame.state;
    write(shape, sign);
    const learns = frame.state === "running" && frame.epochs > 0;
    write(word, learns ? `${name}: epoch ${frame.epoch} of ${frame.epochs}` : name);
    bar.style.transform = `scaleX(${frame.epoch / Math.max(1, frame.epochs)})`;
    trials.show(frame.rows, frame.classNames);
    forget.disabled = frame.rows.length < 2;
    write(said, frame.message || frame.said.join(" ") || frame.learns);
    set(said, { "data-old": frame.said.length === 0 });
  };
  takeOver(model, HAND, state, hold, signal);
  hold();
  followFrames(model, host, derive);
}

export default view<Model>("data-flaws", draw);
