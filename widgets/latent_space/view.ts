import type { Values } from "../_front/arrays.ts";
import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { command, followFrames } from "../_front/live.ts";
import { percent } from "../_front/percent.ts";
import { Pictures } from "../_front/pictures.ts";
import { type Colouring, groupsOf, mistakenOf, paletteOf, possible } from "./colouring.ts";
import { controls, type Method, type Shown } from "./controls.ts";
import { saveFiles } from "./files.ts";
import { Ground, type Regions } from "./ground.ts";
import { keyboard } from "./keyboard.ts";
import { Legend } from "./legend.ts";
import { pointing } from "./pointer.ts";
import { type Images, type LatentFrame, labelledOf, received } from "./received.ts";
import { Scatter } from "./scatter.ts";
import { type Metric, type Reading, side } from "./side.ts";
import { type Asked, type TaskName, taskBox } from "./task.ts";
import { Tip } from "./tip.ts";

interface Model extends Shared, Shown {
  frame: LatentFrame;
  images: Images | Record<string, never>;
  reading: (Reading & { task: Asked | Record<string, never> }) | Record<string, never>;
  method: Method;
  dimensions: number;
  colour: Colouring;
  regions: boolean;
  metric: Metric;
  gathered: number[];
  panel: boolean;
  task: TaskName;
}

const HELD = [
  "method",
  "dimensions",
  "colour",
  "regions",
  "metric",
  "gathered",
  "panel",
  "task",
] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const put = hand(model, signal);
  const held = inHand(model, HELD);
  const take = (part: Partial<Model>) => {
    Object.assign(held, part);
    put(part);
    show();
  };

  const pictures = new Pictures(model, () => tell(), signal);
  const scatter = new Scatter(() => host.paper(), signal);
  const ground = new Ground(scatter.camera);
  const tip = new Tip();
  const note = html("span", { class: "note" });
  const more = html("button", { type: "button", class: "more" });
  more.addEventListener("click", () => take({ panel: !held.panel }), { signal });
  const act = (text: string, label: string, does: () => void) => {
    const button = html("button", { type: "button", "aria-label": label }, text);
    button.addEventListener("click", does, { signal });
    return button;
  };
  const stop = act("Stop", "Stop the map", () => command(model, "cancel"));
  set(stop, { class: "more", hidden: true });
  const all = act("Show all", "Show all", () => scatter.showAll());
  all.hidden = true;
  const zoom = html(
    "div",
    { class: "zoom" },
    all,
    act("−", "Zoom out", () => scatter.zoom(1.5)),
    act("+", "Zoom in", () => scatter.zoom(1 / 1.5)),
  );
  const spoken = html("span", { class: "visually-hidden", role: "status" });
  const drawn = [ground.canvas, scatter.canvas, tip.node, zoom, spoken];
  const place = html("div", { class: "place" }, ...drawn);
  const hint = html(
    "p",
    { class: "hint" },
    "Point at a mark to see its image; click to follow it.",
  );
  const borders = html("p", { class: "words" });
  const select = (one: number) => command(model, "select", one);
  const gatherAll = (label: number) => {
    const [now, frame] = [known(), data.frame()];
    if (!now || !frame) return;
    const kinds = held.colour === "class" && labelledOf(now) ? now.labels : frame.predictions;
    const other = held.gathered.length === 0 || label !== whole;
    gather(other ? [...kinds.keys()].filter((i) => kinds[i] === label) : [], label);
  };
  const legend = new Legend(gatherAll, signal);
  const row = controls(
    take,
    (wish) => command(model, "watch", wish),
    () => command(model, "export"),
    signal,
  );
  const task = taskBox(
    (name) => take({ task: name }),
    () => command(model, "answer"),
    signal,
  );
  const beside = side((one) => pictures.address(one), select, take, signal);
  beside.node.prepend(task.node);
  root.append(
    html("div", { class: "head" }, html("h3", {}, "Latent space"), note, stop, more),
    html(
      "div",
      { class: "body" },
      row.node,
      html("div", { class: "map" }, place, hint, legend.node, beside.trust, borders),
      beside.node,
    ),
  );
  set(root, { role: "region", "aria-label": "Latent space" });
  set(scatter.canvas, { tabindex: 0, role: "application" });
  host.fit(place, (width, height) => scatter.resize(width, height));
  saveFiles(model, signal);

  const data = received(model);
  const known = data.images;
  const dark = () => host.paper().reduce((sum, part) => sum + part, 0) < 384;

  let whole = -1; // the class of which all is gathered
  const gather = (indices: readonly number[], label = -1) => {
    const now = known();
    whole = label;
    if (now) take({ gathered: indices.map((i) => now.places[i] as number) });
  };
  let mask: { of: number[]; places: Values; marked: Uint8Array | null } | null = null;
  const marked = (places: Values) => {
    const { gathered } = held;
    if (gathered.length === 0) return null;
    if (mask?.of !== gathered || mask.places !== places) {
      const inside = new Set(gathered);
      const found = Uint8Array.from(places, (one) => Number(inside.has(one)));
      mask = { of: gathered, places, marked: found.includes(1) ? found : null };
    }
    return mask.marked;
  };

  const show = () => {
    const [now, frame] = [known(), data.frame()];
    set(root, { "data-panel": held.panel, "data-task": held.task !== "none" });
    set(more, { "aria-expanded": String(held.panel) });
    write(more, held.panel ? "Less" : "Explore");
    if (!now || !frame || now.of.cloud !== frame.of.cloud) return;
    row.show(held, { layer: frame.of.layer, count: frame.of.count });
    row.offer(now.of);
    const { points, predictions, confidences } = frame;
    const gathered = marked(now.places);
    const labelled = labelledOf(now);
    const colour = possible(held.colour, labelled);
    legend.show(colour, now.of.classNames, dark(), labelled, gathered ? whole : -1);
    const mistaken = mistakenOf(now.labels, predictions);
    scatter.show({
      id: now.of.cloud,
      points,
      dimensions: frame.of.points.shape[1] === 3 ? 3 : 2,
      labels: labelled ? now.labels : predictions,
      names: now.of.classNames,
      groups: groupsOf(colour, now.labels, predictions, confidences),
      palette: paletteOf(colour, dark()),
      mistaken,
      chosen: frame.of.chosen,
      gathered,
      own: frame.of.own,
    });
    const { regions, progress } = frame.of;
    stop.hidden = progress >= 1;
    const there = "classes" in regions ? (regions as Regions) : null;
    ground.show(there);
    write(borders, there?.words ?? "");
    write(note, frame.of.note);
    if (scatter.hovered !== null) point(scatter.hovered);
    set(scatter.canvas, {
      "aria-label":
        `Latent space of ${now.labels.length} test images, ` +
        `${mistaken.filter((one) => one === 1).length} of them mistaken. ` +
        (frame.of.chosen < 0 ? "" : `Image ${now.places[frame.of.chosen]} is chosen; `) +
        "arrow keys walk to a neighbour, Space gathers it or lets it go, Escape lets all go, " +
        "plus and minus zoom, Shift and arrow keys move the map.",
    });
  };

  /** Shows what is to be read beside the map, and sees to it that its pictures come. */
  const tell = () => {
    const reading = model.get("reading");
    const now = known();
    if (scatter.hovered !== null) point(scatter.hovered);
    if (!("neighbours" in reading) || !now) return;
    const read = reading as Reading & { task: Asked };
    beside.show(read, held.metric, now.of.classNames);
    task.show(held.task, read.task);
    const shown = held.panel
      ? [...(read.chosen ? [read.chosen] : []), ...read.neighbours, ...read.gathered.first]
      : [];
    want(shown.map((one) => one.place));
  };
  let listed: readonly number[] = [];
  const want = (places: readonly number[]) => {
    listed = places;
    const now = known();
    const under = scatter.hovered;
    const first = now && under !== null ? [now.places[under] as number] : [];
    if (now) pictures.want(now.of.data, [...first, ...places]);
  };

  const point = (index: number | null) => {
    const [now, frame] = [known(), data.frame()];
    const other = scatter.hovered !== index;
    scatter.hovered = index;
    if (other) scatter.redraw();
    if (index === null || !now || !frame) {
      tip.hide();
      return;
    }
    if (other) want(listed);
    const label = now.labels[index] as number;
    const said = frame.predictions[index] as number;
    const name = (k: number) => now.of.classNames[k] ?? "?";
    const taken = `taken for ${name(said)}`;
    const sure = held.panel ? ` ${percent((frame.confidences[index] as number) / 255)} %` : "";
    const seen = label === said ? `${name(label)} ✓` : `${name(label)}, ${taken} ✗`;
    const words = `${label < 0 ? taken : seen}${sure}`;
    const address = pictures.address(now.places[index] as number);
    tip.show(address, words, scatter.place(index), place);
  };
  const choose = (index: number) => {
    const now = known();
    if (now) select(now.places[index] as number);
    hint.style.visibility = "hidden";
  };
  /** Says to those who do not see it where the keyboard is. */
  const say = (index: number, before: string) => {
    const now = known();
    if (now) write(spoken, `Image ${now.places[index]} ${before}${held.gathered.length} gathered`);
  };
  pointing({
    scatter,
    lasso: () => held.panel && row.lasso(),
    space: () => held.dimensions === 3,
    wheel: () => held.panel,
    hover: point,
    choose,
    gather,
    signal,
  });
  keyboard({
    scatter,
    space: () => held.dimensions === 3,
    from: () => scatter.hovered ?? data.frame()?.of.chosen ?? -1,
    walk(index) {
      point(index);
      choose(index);
      say(index, "");
    },
    toggle(index) {
      const one = known()?.places[index] as number;
      const inside = held.gathered.includes(one);
      whole = -1;
      take({
        gathered: inside ? held.gathered.filter((other) => other !== one) : [...held.gathered, one],
      });
      say(index, inside ? "let go, " : "gathered, ");
    },
    letGo: () => gather([]),
    leave: () => point(null),
    next(by) {
      const now = known();
      const count = now?.places.length ?? 0;
      if (!now || count === 0) return;
      const chosen = model.get("frame").chosen;
      select(now.places[(chosen + by + count) % count] as number);
    },
    signal,
  });
  scatter.moved = () => {
    ground.move();
    all.hidden = !scatter.camera.zoomed;
  };

  let last: LatentFrame | null = null;
  followFrames(model, host, (frame) => {
    show();
    // A map that moves by itself sends more than one frame of a snapshot, each after the one before.
    if (frame !== last && frame.sequence === last?.sequence) model.send({ drawn: frame.sequence });
    last = frame;
  });
  host.follow(["images"], show);
  host.follow(["reading"], tell);
  takeOver(model, HELD, held, show, signal);
  host.follow([], () => scatter.anew()); // the theme
}

export default view<Model>("latent-space", draw);
