import { type ColourMap, diverging } from "../_front/colour.ts";
import { html, set } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { Scale } from "../_front/scale.ts";
import { share } from "../_front/share.ts";
import { Columns, Controls } from "./controls.ts";
import { Diagram } from "./diagram.ts";
import { Film } from "./film.ts";
import { Moment } from "./frames.ts";
import { Reading } from "./reading.ts";
import { LOGITS, MOST_ROUNDS, type Model, type State } from "./state.ts";
import { TrainingPanel } from "./training.ts";

const HAND = [
  "sizes",
  "activation",
  "loss",
  "inputs",
  "targets",
  "weights",
  "biases",
  "learning_rate",
  "seed",
  "rounds",
  "step",
  "predict",
  "guess",
  "revealed",
] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  // What the hand holds. The page draws it at once; Python hears of it and sends the picture.
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const picture = () => model.get("picture");
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    hold();
  };

  let moment = new Moment(picture().film, state.step);
  const look = () => {
    const { film, step, asked, hidden } = picture();
    const kind = film[state.step]?.[0];
    const open = state.predict && kind === "weight" && !(step === state.step && asked && !hidden);
    moment = new Moment(film, state.step, open);
  };
  const go = (step: number) => {
    const asked = { guess: "", revealed: false } as const;
    const { length } = picture().film;
    if (step >= 0 && step < length) change({ step, ...asked });
    else if (step < 0 && state.rounds > 0)
      change({ rounds: state.rounds - 1, step: length - 1, ...asked });
    else if (step >= length && state.rounds < MOST_ROUNDS)
      change({ rounds: state.rounds + 1, step: 0, ...asked });
  };

  /** The numbers before training are in the hand; what training and updates make is Python's. */
  const shown = <T>(before: T[], during: T[], after: T[]): T[] =>
    during.map((value, layer) =>
      moment.isUpdated(layer)
        ? (after[layer] as T)
        : state.rounds === 0
          ? (before[layer] ?? value)
          : value,
    );
  const held = {
    weights: () => shown(state.weights, picture().weights, picture().new_weights),
    biases: () => shown(state.biases, picture().biases, picture().new_biases),
    change: (part: Partial<State>) => {
      const over = picture().film[state.step]?.[0];
      const again = over === "update" || over === "new" ? { step: 0 } : {};
      change({ ...part, rounds: 0, ...again });
    },
    touch: (layer: number, to: number, source: number) => {
      const sought = ["weight", layer, to, source].join();
      const step = picture().film.findIndex((frame) => frame.join() === sought);
      if (state.predict && step !== state.step) go(step);
    },
  };

  const controls = new Controls(state, change, signal);
  const training = new TrainingPanel(state, change, signal);
  const film = new Film(
    {
      step: () => state.step,
      length: () => picture().film.length,
      title: () => picture().title,
      go,
      waits: () => picture().hidden && picture().step === state.step,
    },
    signal,
  );
  const reading = new Reading(state, change, film.count, signal);
  const predict = html("button", { type: "button" }, "Predict the signs");
  predict.addEventListener(
    "click",
    () => {
      film.pause();
      const asks = !state.predict;
      const first = picture().film.findIndex(([kind]) => kind === "weight");
      const [kind] = moment.frame;
      const step = asks && kind !== "weight" ? first : state.step;
      change({ predict: asks, step, guess: "", revealed: false });
    },
    { signal },
  );
  film.node.querySelector(".buttons")?.append(predict);

  const scale = new Scale();
  const legend = html("p", { class: "legend" }, "δ and gradients", scale.node);
  const place = html("div", { class: "place" });
  const stage = html("div", { class: "stage" }, place, legend);
  controls.node.append(share(model, host));
  root.append(
    html("div", { class: "sheet" }, controls.node, stage, film.node, reading.node, training.node),
  );

  let diagram: Diagram;
  let columns: Columns;
  let built = "";
  let parts = new AbortController();
  const resize = () => columns.resize(diagram.resize(place.clientWidth, place.clientHeight));
  const rebuild = () => {
    parts.abort();
    parts = new AbortController();
    const alive = AbortSignal.any([signal, parts.signal]);
    diagram = new Diagram(picture().sizes, state, change, held, alive);
    columns = new Columns(state, change, alive);
    place.replaceChildren(diagram.node, columns.node);
    film.rebuild(picture());
    resize();
  };

  const paint = () => {
    look();
    const now = picture();
    const values = [...now.deltas.flat(), ...now.weight_gradients.flat(2)].map(Math.abs);
    const largest = Math.max(1e-12, ...values);
    const map = rooted(diverging(host.paper()));
    scale.show(map, -largest, largest);
    legend.hidden = !now.film.slice(0, state.step + 1).some(([kind]) => kind === "delta");
    diagram.derive(now, moment, map, largest);
  };
  const hold = () => {
    paint();
    controls.hold();
    film.hold();
    training.hold();
    set(predict, { "aria-pressed": String(state.predict) });
  };
  const derive = () => {
    const now = picture();
    const shape = `${now.sizes} ${model.get("loss") === LOGITS}`;
    if (shape !== built) {
      built = shape;
      Object.assign(state, inHand(model, HAND));
      rebuild();
    }
    hold();
    reading.derive(now);
    training.derive(now);
    const detail = { picture: now, state };
    root.dispatchEvent(new CustomEvent("derived", { bubbles: true, detail }));
  };
  host.follow(["picture"], derive);
  host.fit(film.bar, (width) => film.resize(width));
  host.fit(place, () => {
    resize();
    paint();
    host.ready();
  });
  const taken = () => {
    if (String(picture().sizes) === String(model.get("sizes"))) hold();
  };
  takeOver(model, HAND, state, taken, signal);
  set(root, { role: "region", "aria-label": "Backpropagation" });
}

/** The map by the root of the size, so that small gradients are pale and not gone. */
function rooted(map: ColourMap): ColourMap {
  if (known?.map === map) return known.warped;
  const warped = new Uint8ClampedArray(map.length);
  for (let i = 0; i < 256; i++) {
    const part = i / 127.5 - 1;
    const from = Math.round(127.5 * (1 + Math.sign(part) * Math.sqrt(Math.abs(part))));
    for (let c = 0; c < 3; c++) warped[3 * i + c] = map[3 * from + c] as number;
  }
  known = { map, warped };
  return warped;
}
let known: { map: ColourMap; warped: ColourMap } | undefined;

export default view<Model>("backpropagation", draw);
