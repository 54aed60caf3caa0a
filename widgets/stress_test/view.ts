import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { command, followFrames } from "../_front/live.ts";
import { fixed } from "../_front/numbers.ts";
import { segments } from "../_front/segments.ts";
import { Chart } from "./chart.ts";
import { Example } from "./example.ts";
import { Maps } from "./maps.ts";
import { Runs } from "./runs.ts";
import { Scores } from "./scores.ts";
import { Stages } from "./stages.ts";
import type { Model, Network, Panel, State, StressFrame } from "./state.ts";

const HAND = ["stage", "panel", "network"] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    show();
  };
  const runs = new Runs((name) => {
    // What begins anew has no maps with random layers yet.
    const anew = name === "reset" || (name === "start" && model.get("frame").state !== "paused");
    if (anew && state.stage) change({ stage: 0 });
    send.flush();
    command(model, name);
  }, signal);
  const example = new Example();
  const maps = new Maps();
  const stages = new Stages(
    () => state.stage,
    (stage) => {
      if (stage === state.stage) return;
      // What it does to the maps is a curve: there is nothing to see of it in the scores.
      change(state.panel === "scores" ? { stage, panel: "correlation" } : { stage });
    },
    signal,
  );
  const panel = segments<Panel>(
    "What to see",
    [
      ["scores", "Scores"],
      ["correlation", "Randomise"],
      ["deletion", "Delete"],
      ["insertion", "Insert"],
    ],
    (one) => change({ panel: one }),
    signal,
  );
  TOOLTIPS.forEach((title, i) => {
    set(panel.node.children[i] as Element, { title });
  });
  const network = segments<Network>(
    "Of which network",
    [
      ["clean", "without"],
      ["planted", "with letters"],
    ],
    (one) => change({ network: one }),
    signal,
  );
  const scores = new Scores();
  const chart = new Chart();
  const place = html("div", { class: "place" }, chart.node);
  host.fit(place, (width, height) => chart.resize(width, height));
  const said = html("div", { class: "said", role: "status" });
  const about = html("p", { class: "about" });
  root.append(
    runs.node,
    html(
      "div",
      { class: "stage" },
      example.node,
      html("div", { class: "middle" }, maps.node, stages.node),
      html(
        "section",
        { class: "curves" },
        said,
        html("div", { class: "switches" }, panel.node, network.node),
        about,
        scores.node,
        place,
      ),
    ),
  );

  const show = () => {
    const frame = model.get("frame");
    if (frame.sequence === undefined) return;
    root.dataset.state = frame.state;
    set(root, { "data-tested": frame.runs.every(({ tested }) => tested) });
    panel.show(state.panel);
    network.show(state.network);
    runs.show(frame);
    example.show(frame);
    maps.show(frame, host.paper());
    const untrained = frame.state === "ready" || frame.state === "starting";
    stages.show(frame.layers, frame.stages, untrained ? "train both first" : "after the test");
    const which = state.network === "clean" ? 0 : 1;
    set(scores.node, { hidden: state.panel !== "scores" });
    set(place, { hidden: state.panel === "scores" });
    scores.show(frame, which);
    if (state.panel !== "scores")
      chart.show(frame, state.panel, which, Math.min(state.stage, frame.stages));
    tell(frame);
  };
  const tell = (frame: StressFrame) => {
    const problems = [...frame.runs.map(({ message }) => message), ...frame.problems];
    const lines = [frame.message, ...problems].filter(Boolean);
    const sentences = lines.length ? lines : frame.said;
    if ([...said.children].map((one) => one.textContent).join() !== sentences.join()) {
      said.replaceChildren(...sentences.map((text) => html("p", {}, text)));
    }
    write(
      about,
      ABOUT[state.panel]
        .replace("{class}", frame.className)
        .replace("{images}", String(frame.images))
        .replace("{chance}", fixed(100 * frame.chance, 0)),
    );
  };

  takeOver(model, HAND, state, show, signal);
  followFrames(model, host, show);
  set(root, { role: "region", "aria-label": "Stress test of explanations" });
}

const TOOLTIPS = [
  "Where the maps lie, and what their highest values are worth, in numbers",
  "Give layers random weights, one more each time: do the maps change?",
  "Take pixels away, those with the highest values in the map first",
  "Put pixels into an empty image, those with the highest values in the map first",
] as const;

const ABOUT: Record<Panel, string> = {
  scores:
    "Means of {images} images, in %. Peak: the highest value lies in the box ({chance} % of the image). Overlap: highest values and box. Delete, insert: probability as those go (low is good) or come (high).",
  correlation: "How alike the map ranks the pixels when layers are random: 1 is the same.",
  deletion:
    "The probability of {class}, with the pixels that have the highest values in the map taken away first.",
  insertion:
    "The probability of {class}, with the pixels that have the highest values in the map put in first.",
};

export default view<Model>("stress-test", draw);
