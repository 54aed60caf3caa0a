import { unpack } from "../_front/arrays.ts";
import { type Choice, choice } from "../_front/choice.ts";
import { html, set, write } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { paintImage } from "../_front/image.ts";
import { command, followFrames, type Live } from "../_front/live.ts";
import { segments } from "../_front/segments.ts";
import { Changes } from "./changes.ts";
import { Paper } from "./paper.ts";
import {
  type Model,
  type Picture,
  type Source,
  type SourceFrame,
  STILL,
  type State,
} from "./state.ts";

const HAND = ["source", "place", "of", "strokes", "rotate", "right", "down", "noise"] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    show();
  };
  const go = (by: number) => {
    send.flush();
    command(model, "go", by);
  };
  const picture = () => {
    const held = model.get("picture");
    return "image" in held ? (held as Picture) : null;
  };

  const source = segments<Source>(
    "Where the image comes from",
    [
      ["test", "Test"],
      ["draw", "Draw"],
      ["upload", "Upload"],
    ],
    (one) => {
      change({ source: one, ...STILL });
      if (one === "upload" && !picture()?.uploaded) file.click();
    },
    signal,
  );
  const image = html("canvas", { class: "samples image", role: "img" });
  const paper = new Paper((strokes) => change({ strokes }), signal);
  const changes = new Changes(
    state,
    change,
    () => (picture()?.image.shape.slice(1) ?? [1, 1]) as [number, number],
    signal,
  );
  const button = (text: string, label: string, act: () => void) => {
    const node = html("button", { type: "button", "aria-label": label, title: label }, text);
    node.addEventListener("click", act, { signal });
    return node;
  };
  const classes = html("span");
  let ofClass: Choice | null = null;
  let names: string[] = [];
  const tested = html(
    "span",
    { class: "row" },
    button("‹", "Image before", () => go(-1)),
    button("›", "Next image", () => go(1)),
    button("Any", "Any image", () => go(0)),
    classes,
  );
  const drawn = html(
    "span",
    { class: "row" },
    button("Clear", "Clear the paper", () => change({ strokes: [], ...STILL })),
  );
  const file = html("input", { type: "file", accept: "image/*", class: "visually-hidden" });
  set(file, { "aria-label": "Picture to upload" });
  file.addEventListener(
    "change",
    async () => {
      const [chosen] = file.files ?? [];
      if (!chosen) return;
      send.flush();
      const large = chosen.size > model.get("frame").largest; // Python says so; it need not travel
      const data = large ? new ArrayBuffer(0) : await chosen.arrayBuffer();
      model.send({ upload: chosen.name, size: chosen.size }, undefined, [data]);
      file.value = "";
    },
    { signal },
  );
  const uploaded = html(
    "span",
    { class: "row" },
    button("Choose a picture", "Choose a picture", () => file.click()),
    file,
  );
  const said = html("p", { class: "note", role: "status" });
  const seen = html("div", { class: "seen" }, paper.node, image, paper.pen);
  root.append(
    html("div", { class: "head" }, html("h3", {}, "Image"), source.node),
    html("div", { class: "body" }, seen, html("div", {}, changes.node, said)),
    html("div", { class: "row" }, tested, drawn, uploaded, changes.back),
  );

  const show = () => {
    source.show(state.source);
    set(root, { "data-source": state.source });
    tested.hidden = state.source !== "test";
    drawn.hidden = state.source !== "draw";
    uploaded.hidden = state.source !== "upload";
    paper.show(state.strokes);
    changes.show();
    ofClass?.show();
    const now = picture();
    if (!now) return;
    paintImage(image, unpack(now.image), now.image.shape);
    const label = names[now.label];
    const place = `Image ${now.place.toLocaleString("en")} of ${now.count.toLocaleString("en")}`;
    const test = label === undefined ? place : `${place}, labelled ${label}`;
    const hint =
      state.source === "draw" && !state.strokes.length
        ? "Draw on the black square, by hand or by arrow keys and Space."
        : "";
    write(said, state.source === "test" ? test : hint || now.said);
    set(image, {
      "aria-label": state.source === "test" ? test : "The image as the network sees it",
    });
  };
  followFrames(model as unknown as AnyModel<Live<SourceFrame>>, host, (frame) => {
    if (frame.classNames.join("\n") === names.join("\n")) return;
    names = frame.classNames;
    ofClass = choice(
      "",
      [[-1, "all classes"], ...names.map((name, i) => [i, name] as const)],
      () => (state.of < names.length ? state.of : -1),
      (of) => change({ of }),
      signal,
    );
    set(ofClass.select, { "aria-label": "Images of the class" });
    classes.replaceChildren(ofClass.select);
    show();
  });
  host.follow(["picture"], show);
  takeOver(model, HAND, state, show, signal);
  set(root, { role: "region", "aria-label": "Image" });
}

export default view<Model>("image-source", draw);
