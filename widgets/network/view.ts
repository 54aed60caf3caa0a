import { diverging } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { hand } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { share } from "../_front/share.ts";
import { Columns, Layers } from "./columns.ts";
import { Controls } from "./controls.ts";
import { Detail } from "./detail.ts";
import { Diagram } from "./diagram.ts";
import { Reading } from "./reading.ts";
import { Right } from "./right.ts";
import type { Held, Model, State } from "./state.ts";

const HAND = [
  ...(["points", "own", "count", "noise", "test_share", "seed", "neurons", "activations"] as const),
  ...([
    "scheme",
    "weights",
    "biases",
    "off",
    "frozen",
    "held",
    "optimizer",
    "learning_rate",
  ] as const),
  ...(["pace", "batch_size", "l1", "l2", "dropout", "stop_at", "chosen", "space"] as const),
  ...(["task", "code_shown", "pulse"] as const),
];
const STRUCTURE = ["neurons", "points", "own"];

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const copy = <K extends keyof State>(key: K) => structuredClone(model.get(key)) as State[K];
  const state = Object.fromEntries(HAND.map((key) => [key, copy(key)])) as unknown as State;
  // Who closes the view lets go of what is held, before the last message leaves.
  signal.addEventListener("abort", () => release());
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    hold();
  };

  // While it plays, each answer of Python's asks for the next: nothing queues, and a hidden page,
  // which gets no animation frames, trains nothing.
  let playing = false;
  let status = "";
  let waiting = 0;
  const beat = () => {
    waiting = 0;
    if (playing) send({ pulse: ++state.pulse });
  };
  const goOn = () => {
    if (playing) waiting ||= requestAnimationFrame(beat);
  };
  model.on("change:answered", goOn);
  signal.addEventListener("abort", () => model.off("change:answered", goOn));
  signal.addEventListener("abort", () => cancelAnimationFrame(waiting));

  const controls = new Controls(
    state,
    {
      change,
      play: () => {
        playing = !playing;
        hold();
        if (playing) beat();
      },
      command: (name) => {
        playing = false;
        hold();
        send.flush();
        model.send({ do: name });
      },
      readFile: (file) => void file.text().then((csv) => model.send({ csv })),
    },
    signal,
  );

  // A weight in the hand stays where the hand holds it, whatever the training says meanwhile.
  const inHand = () => {
    const [layer, to, from, value] = state.held as Exclude<Held, []>;
    if (state.held[4] !== 1) return;
    const row = from < 0 ? state.biases[layer] : state.weights[layer]?.[to];
    if (row) row[from < 0 ? to : from] = value;
  };
  const drag = (layer: number, to: number, from: number, value: number) => {
    state.held = [layer, to, from, value, 1];
    inHand();
    send({ held: state.held });
    follow();
  };
  const release = () => {
    const [layer, to, from, value, held] = state.held as Exclude<Held, []>;
    if (held !== 1) return;
    state.held = [layer, to, from, value, 0];
    send({ held: state.held });
  };
  const choose = (layer: number, neuron: number) => {
    const same = state.chosen[0]?.join() === `${layer},${neuron}`;
    change({ chosen: same ? [] : [[layer, neuron]] });
  };

  const layers = new Layers(state, change, signal);
  const right = new Right(state, change, signal);
  const detail = new Detail(state, change, signal);
  const reading = new Reading();
  const columnsPlace = html("div", { class: "columns-place" });
  const place = html("div", { class: "place" });
  const code = html("pre");
  const codePlace = html("details", { class: "code" }, html("summary", {}, "PyTorch code"), code);
  codePlace.addEventListener("toggle", () => change({ code_shown: codePlace.open }), { signal });
  const left = html("div", { class: "left" }, layers.node, columnsPlace, place, detail.node);
  const stage = html("div", { class: "stage" }, left, right.node, reading.node);
  controls.node.append(share(model, host));
  root.append(controls.node, stage, controls.more, codePlace);

  let diagram: Diagram;
  let columns: Columns;
  let parts = new AbortController();
  const sizes = () => [2, ...model.get("biases").map((row) => row.length)];

  /** Draws the weights: all that moves while one is dragged or while the network learns. */
  const follow = () => {
    diagram.hold();
    detail.hold();
  };
  const hold = () => {
    controls.hold(playing, model.get("picture").status);
    layers.hold();
    columns.hold();
    diagram.mark();
    right.hold();
    follow();
  };
  const derive = () => {
    const picture = model.get("picture");
    const paper = host.paper();
    const colours = diverging(paper);
    // The tiles belong to the network that Python has drawn; a moment later the page has it too.
    if (picture.tiles.shape[0] === diagram.sizes.slice(1).reduce((sum, n) => sum + n, 0)) {
      diagram.derive(picture, colours);
    }
    right.derive(picture, model.get("cloud"), colours, paper);
    reading.derive(picture, model.get("cloud"));
    detail.derive(picture);
    write(code, picture.code);
    const detailOfEvent = {
      weights: model.get("weights"),
      steps: picture.steps,
      pulse: picture.pulse,
    };
    root.dispatchEvent(new CustomEvent("derived", { bubbles: true, detail: detailOfEvent }));
    if (picture.status !== status) {
      status = picture.status;
      if (status) playing = false;
      hold();
    }
  };
  const rebuild = () => {
    release(); // its handle goes
    parts.abort();
    parts = new AbortController();
    const ending = AbortSignal.any([signal, parts.signal]);
    const touch = (...touched: [number, number, number]) => detail.touch(touched);
    diagram = new Diagram(sizes(), state, { drag, release, choose, touch }, ending);
    columns = new Columns(state, change, ending);
    place.replaceChildren(diagram.node);
    columnsPlace.replaceChildren(columns.node);
    lay();
  };
  const lay = () => {
    diagram.resize(place.clientWidth, place.clientHeight);
    columns.resize(diagram.columns);
  };
  rebuild();
  hold();
  host.fit(place, () => {
    lay();
    derive();
  });
  host.fit(right.place, (width, height) => {
    right.resize(width, height);
    derive();
    host.ready();
  });
  host.fit(reading.node, (width) => {
    reading.resize(width);
    derive();
  });

  // What Python set: learnt weights, sizes that follow the points, a refusal, a cell.
  const known = new Map<string, unknown>(); // what Python sent last
  const take = () => {
    let [moved, chosen] = [false, false];
    for (const key of HAND) {
      const value = model.get(key);
      if (key === "pulse" || known.get(key) === value) continue;
      known.set(key, value);
      if (JSON.stringify(state[key]) === JSON.stringify(value)) continue;
      Object.assign(state, { [key]: structuredClone(value) });
      moved ||= STRUCTURE.includes(key);
      chosen ||= key !== "weights" && key !== "biases";
    }
    inHand();
    if (moved || sizes().join() !== diagram.sizes.join()) rebuild();
    if (moved || chosen) hold();
    else follow();
  };
  for (const key of HAND) {
    if (key === "pulse" || key === "held") continue;
    model.on(`change:${key}`, take);
    signal.addEventListener("abort", () => model.off(`change:${key}`, take));
  }
  host.follow(["picture", "cloud"], () => {
    take();
    derive();
  });
  set(root, { role: "region", "aria-label": "Network" });
}

export default view<Model>("network", draw);
