import { unpack } from "../_front/arrays.ts";
import { html, set, write } from "../_front/dom.ts";
import { download } from "../_front/download.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { command, followFrames } from "../_front/live.ts";
import { count } from "../_front/numbers.ts";
import { Code } from "./code.ts";
import { opener } from "./files.ts";
import { type HistoryFrame, type Model, NOW } from "./state.ts";
import { Track } from "./track.ts";

const PAUSE = 80; // milliseconds between two wishes while the hand moves
const TOLD = 6000; // milliseconds that a sentence stays
const PATIENCE = 4000; // milliseconds after which Python's answer counts, whatever it is

interface Told {
  file?: string;
  code?: string;
  files?: string[];
  forked?: number;
  loaded?: string;
  problem?: string;
}

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const held = { step: NOW, until: 0, timer: 0, asked: NOW, telling: 0 };
  const moment = () => (held.step === NOW ? null : held.step);
  const ask = () => {
    held.timer = 0;
    if (held.asked === held.step) return;
    held.asked = held.step;
    command(model, "look_at", moment());
    held.timer = window.setTimeout(ask, PAUSE); // the latest wins, and is always sent
  };
  const look = (step: number) => {
    held.step = step;
    held.until = performance.now() + PATIENCE;
    if (!held.timer) ask();
    hold();
  };
  signal.addEventListener("abort", () => {
    clearTimeout(held.timer);
    clearTimeout(held.telling);
  });

  const button = (name: string, does: () => void) => {
    const node = html("button", { type: "button" }, name);
    node.addEventListener("click", does, { signal });
    return node;
  };
  const track = new Track(look, signal);
  const place = html("div", { class: "place" }, track.node);
  const where = html("span", { class: "where" });
  const words = html("span", { class: "words" });
  const told = html("span", { class: "told", role: "status" });
  const now = button("Now", () => {
    track.hold(NOW);
    look(NOW);
  });
  const fork = button("Fork a run from here", () => command(model, "fork", moment()));
  const save = button("Save", () => command(model, "save", moment()));
  const show = button("Show the code", () => command(model, "code"));
  const code = new Code((name) => command(model, "script_file", name), signal);
  const load = opener(
    "Load…",
    ".safetensors",
    (name, size, content) => {
      tell(`Reading ${name} …`);
      model.send({ load: name, size }, undefined, [content]);
    },
    signal,
  );
  set(now, { title: "Back to the present weights." });
  set(fork, { title: "A new run that begins with the weights of this moment." });
  set(load[0] as Element, { title: "Begin anew with the network of a saved file." });
  set(show, { title: "This run as a plain PyTorch script." });
  set(save, { title: "Save this moment: its weights and settings, as a safetensors file." });
  root.append(
    html("h3", {}, "Time machine"),
    html("div", { class: "time" }, place, html("p", { class: "reading" }, where, words, told)),
    html("div", { class: "buttons" }, now, fork, save, ...load, show),
    code.node,
  );

  // For a while it stands where the numbers stand, so that nothing moves.
  const tell = (text: string) => {
    clearTimeout(held.telling);
    write(told, text);
    set(words, { hidden: text !== "" });
    if (text) held.telling = window.setTimeout(() => tell(""), TOLD);
  };
  const hold = () => {
    const back = held.step !== NOW;
    root.dataset.past = String(back);
    set(now, { disabled: !back });
    const text = track.words();
    const cut = text.indexOf(" · ");
    write(where, back ? `◷ ${text.slice(0, cut < 0 ? undefined : cut)}` : "● now");
    write(words, cut < 0 ? "" : text.slice(cut + 3));
  };
  const take = (frame: HistoryFrame) => {
    const loading = frame.state === "starting" || frame.state === "failed";
    for (const node of [fork, save, show]) set(node, { disabled: loading });
    track.show({
      now: frame.step,
      steps: unpack(frame.moments),
      epochs: unpack(frame.epochs),
      accuracy: unpack(frame.accuracy),
      testedAt: unpack(frame.testedAt),
      loss: unpack(frame.loss),
    });
    // What the hand has chosen stands until Python shows it, or something else after a while.
    if (frame.lookedAt === held.step) held.until = 0;
    else if (performance.now() > held.until) {
      held.step = held.asked = frame.lookedAt;
      track.hold(held.step);
    }
    hold();
  };
  host.fit(place, (width) => track.resize(width));
  followFrames(model, host, take);

  const hear = (message: Told, buffers: DataView[]) => {
    const [bytes] = buffers ?? [];
    if (message.file && bytes) {
      download(message.file, new Blob([bytes as BlobPart]));
      tell(`Saved ${message.file}.`);
    } else if (message.code !== undefined) code.open(message.code, message.files ?? []);
    else if (message.forked !== undefined) {
      tell(`A run was forked from step ${count(message.forked)}.`);
    } else if (message.loaded !== undefined) {
      tell(message.problem ? "" : `Begins anew with the network of ${message.loaded}.`);
    }
  };
  model.on("msg:custom", hear);
  signal.addEventListener("abort", () => model.off("msg:custom", hear));
  set(root, { role: "region", "aria-label": "Time machine" });
}

export default view<Model>("history", draw);
