import { unpack } from "../_front/arrays.ts";
import { type Choice, choice } from "../_front/choice.ts";
import { diverging } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { command, followFrames, type Live } from "../_front/live.ts";
import { Scale } from "../_front/scale.ts";
import { segments } from "../_front/segments.ts";
import { TileGrid } from "../_front/tile_grid.ts";
import { Bench } from "./bench.ts";
import type { FiltersFrame, HandsFrame, Kernels, Model, State, Values } from "./state.ts";
import { KernelTable } from "./table.ts";

const TASKS = [
  ["none", "none"],
  ["vertical edges", "find vertical edges"],
  ["without loss", "do without a channel"],
] as const;

const HELD = ["values", "kernels", "opened", "edit", "task"] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const hands = model.get("hands");
  const state: State = inHand(model, HELD);
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    hold();
  };

  const act = (name: string, value?: unknown) => {
    send.flush();
    command(model, name, value);
  };

  const tiles = new TileGrid({
    name: "filter",
    signal,
    choose: ({ tile }) => act("choose", { layer: model.get("frame").layer, channel: tile }),
  });
  const table = new KernelTable(({ row, column }) => {
    change({ opened: column });
    act("choose", { layer: model.get("frame").layer, channel: row });
  }, signal);
  const scale = new Scale();
  const note = html("span", { class: "note" });
  root.append(html("div", { class: "head" }, html("h3", {}, "Filters"), note, scale.node));

  const layers = html("span", { class: "layers" });
  let layer: Choice | null = null;
  let names = "";
  const values = segments<Values>(
    "What the tiles show",
    [
      ["weights", "Weights"],
      ["gradients", "Gradients"],
      ["change", "Change"],
    ],
    (one) => change({ values: one }),
    signal,
  );
  const kernels = segments<Kernels>(
    "Of several inputs",
    [
      ["each", "Each kernel"],
      ["mean", "Means"],
    ],
    (one) => change({ kernels: one }),
    signal,
  );
  const zooms = (
    [
      ["−", "Smaller", -1],
      ["+", "Larger", 1],
    ] as const
  ).map(([text, label, by]) => {
    const button = html("button", { type: "button", "aria-label": label, title: label }, text);
    button.addEventListener("click", () => table.zoom(by), { signal });
    return button;
  });
  const zoom = html("span", { class: "zoom" }, ...zooms);
  const kinds = html("div", { class: "choose" }, kernels.node, zoom);
  const mark = html("button", { type: "button", class: "mark" }, "From now");
  mark.addEventListener("click", () => act("mark"), { signal });
  const bench = new Bench(
    {
      edit: (edit) => change({ edit }),
      open: (opened) => change({ opened }),
      turn: (...wish) => act("switch", wish),
      undo: () => act("undo"),
    },
    signal,
  );
  const task = choice<string>(
    "Task",
    TASKS,
    () => state.task,
    (one) => change({ task: one }),
    signal,
  );
  const verdict = html("p", { class: "verdict", role: "status" });
  if (hands) {
    root.append(html("div", { class: "choose" }, layers, values.node, mark));
    root.append(kinds, html("div", { class: "work" }, tiles.node, table.node, bench.node));
    root.append(html("div", { class: "task" }, task.node, verdict));
  } else root.append(kinds, tiles.node, table.node);

  const hold = () => {
    values.show(state.values);
    kernels.show(state.kernels);
    layer?.show();
    task.show();
    mark.hidden = state.values !== "change";
  };
  const offer = (known: string[]) => {
    if (names === known.join("\n")) return;
    names = known.join("\n");
    layer = choice(
      "",
      known.map((name) => [name, name] as const),
      () => model.get("frame").layer,
      (name) => act("choose", { layer: name, channel: 0 }),
      signal,
    );
    set(layer.select, { "aria-label": "Layer" });
    layers.replaceChildren(layer.node);
  };

  let mapPaper = host.paper();
  let map = diverging(mapPaper);
  followFrames(model as unknown as AnyModel<Live<FiltersFrame>>, host, (frame) => {
    const paper = host.paper();
    if (paper !== mapPaper) [mapPaper, map] = [paper, diverging(paper)];
    const shape = frame.tiles.shape as [number, number, number];
    const { dead, off } = frame;
    const each = frame.kernels;
    const most = each?.most ?? frame.most;
    const flash = frame.values === "weights" ? frame.layer : "";
    kinds.hidden = frame.inputs < 2;
    zoom.hidden = table.node.hidden = !each;
    tiles.node.hidden = each !== null;
    set(root, { "data-each": each !== null });
    if (each) {
      const input = (frame as HandsFrame).open ?? state.opened;
      table.show({ ...each, map, channel: frame.channel, input, dead, off, flash });
    } else
      tiles.show({
        values: unpack(frame.tiles),
        shape,
        columns: columnsOf(shape[0]),
        map,
        ends: [[-most, most]],
        chosen: frame.channel,
        dead,
        off,
        most: 88,
        flash,
      });
    scale.show(map, -most, most);
    const words = shape[0] ? noteOf(frame, shape, hands) : nothing(frame, state.values);
    write(note, words);
    set(note, { title: words });
    set(root, { "data-none": hands && !frame.layer });
    if (hands) {
      const all = frame as HandsFrame;
      offer(all.layers);
      bench.show(all, map);
      write(verdict, all.verdict.hint);
      set(verdict, { "data-done": all.verdict.solved });
    }
    hold();
  });
  takeOver(model, HELD, state, hold, signal);
  set(root, { role: "region", "aria-label": "Filters", "data-hands": hands });
}

/** Rows of equal length where the filters are many. */
function columnsOf(count: number): number {
  return count <= 8 ? Math.max(6, count) : count <= 32 ? 8 : 16;
}

function noteOf(frame: FiltersFrame, [out, height, width]: number[], hands: boolean): string {
  const count = frame.kernels ? `${out} × ${frame.inputs}` : out;
  const mean = frame.inputs > 1 && !frame.kernels ? ", means" : "";
  const since = frame.since >= 0 ? `, changed since step ${frame.since.toLocaleString("en")}` : "";
  const old = frame.asOf >= 0 ? `, as they were at step ${frame.asOf.toLocaleString("en")}` : "";
  const where = hands ? "" : `, ${frame.layer || "first convolution"}`;
  return `${count} of ${height}×${width}${mean}${since}${where}${old}`;
}

function nothing(frame: FiltersFrame, values: Values): string {
  if (frame.state === "starting") return "";
  if (!frame.layer)
    return "This network has no convolutions: choose LeNet as the network to see some.";
  if (values !== "gradients") return "";
  return frame.step > 0
    ? "Gradients come with the next step."
    : "There are no gradients before the first step.";
}

export default view<Model>("filters", draw);
