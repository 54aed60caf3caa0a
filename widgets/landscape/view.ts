import { html, set } from "../_front/dom.ts";
import { hand } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { share } from "../_front/share.ts";
import { Controls } from "./controls.ts";
import { Reading } from "./reading.ts";
import { type Model, type State, sent } from "./state.ts";
import { Surface } from "./surface.ts";

const HAND = ["view", "first", "second", "seed", "logarithmic"] as const;
const APART = 40; // milliseconds between two epochs of a walk: slow enough to be watched

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state = Object.fromEntries(
    [...HAND, "pulse" as const].map((key) => [key, model.get(key)]),
  ) as unknown as State;
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    hold();
    derive();
  };

  // While it walks, each answer of Python's asks for the next epoch: nothing queues, and
  // a hidden page, which gets no animation frames, walks nowhere.
  let walking = false;
  let waiting = 0;
  const beat = () => {
    waiting = 0;
    if (walking) send({ pulse: ++state.pulse });
  };
  const goOn = () => {
    if (sent(model.get("picture"))?.ended) walk(false);
    if (walking) waiting ||= window.setTimeout(() => requestAnimationFrame(beat), APART);
  };
  const walk = (on: boolean) => {
    if (walking === on) return;
    walking = on;
    hold();
    if (on) beat();
  };
  model.on("change:answered", goOn);
  signal.addEventListener("abort", () => {
    model.off("change:answered", goOn);
    clearTimeout(waiting);
  });

  const controls = new Controls(
    state,
    { change, walk: () => walk(!walking), train: () => model.send({ do: "train" }) },
    signal,
  );
  const surface = new Surface(
    model.get("subject").walks ? "The network's weights" : "Where the loss is looked at",
    {
      put: ([a, b], inHand) => {
        walk(false);
        send({ ball: [a, b, sent(model.get("ground"))?.number ?? 0, inHand ? 1 : 0] });
      },
    },
    signal,
  );
  const reading = new Reading(() => model.send({ do: "cancel" }), signal);
  const place = html("div", { class: "place" }, surface.node);
  controls.node.append(share(model, host));
  root.append(controls.node, html("div", { class: "stage" }, place, reading.node));

  const hold = () => {
    const [ground, progress] = [sent(model.get("ground")), sent(model.get("progress"))];
    const subject = model.get("subject");
    const asked = !ground && subject.learns ? "train" : "draw";
    controls.hold(subject, walking, progress || ground?.complete ? "" : asked);
  };
  const derive = () => {
    const subject = model.get("subject");
    const [ground, picture] = [sent(model.get("ground")), sent(model.get("picture"))];
    const progress = sent(model.get("progress"));
    const [first, second] = [subject.labels[state.first], subject.labels[state.second]];
    const names: [string, string] | null =
      state.view === "two weights" && first && second ? [first, second] : null;
    surface.show(ground, picture, names, state.logarithmic, host.paper());
    const idle = subject.learns && !progress ? "LeNet has not learnt yet." : "";
    surface.say(ground ? "" : idle);
    reading.show(subject, picture, progress);
    const detail = { ...picture, number: ground?.number, complete: ground?.complete };
    root.dispatchEvent(new CustomEvent("derived", { bubbles: true, detail }));
    if (picture?.ended || model.get("problem")) walk(false);
    if (model.get("problem")) surface.letGo();
  };
  hold();
  host.fit(place, (width, height) => {
    surface.resize(width, height);
    derive();
    if (sent(model.get("ground")) || model.get("subject").learns) host.ready();
  });
  host.follow(["ground", "picture", "progress", "subject", "problem"], () => {
    hold();
    derive();
    if (sent(model.get("ground"))) host.ready();
  });
  // Values that Python set (a cell, a link, a refusal) replace what the page holds.
  const take = () => {
    for (const key of HAND) Object.assign(state, { [key]: model.get(key) });
    hold();
    derive();
  };
  for (const key of HAND) {
    model.on(`change:${key}`, take);
    signal.addEventListener("abort", () => model.off(`change:${key}`, take));
  }
  if (model.get("subject").learns) startWhenSeen(model, root, signal);
  set(root, { role: "region", "aria-label": "Loss landscape" });
}

/** It learns when somebody looks: a page that opens has enough to do. */
function startWhenSeen(model: AnyModel<Model>, root: Element, signal: AbortSignal): void {
  const observer = new IntersectionObserver(
    ([entry]) => {
      if (!entry?.isIntersecting) return;
      observer.disconnect();
      if (!sent(model.get("ground"))) model.send({ do: "train" });
    },
    { threshold: 0.4 },
  );
  observer.observe(root);
  signal.addEventListener("abort", () => observer.disconnect());
}

export default view<Model>("landscape", draw);
