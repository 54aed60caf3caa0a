import { type Packed, unpack } from "../_front/arrays.ts";
import { grey } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { paintImage } from "../_front/image.ts";
import { command, type Frame, followFrames } from "../_front/live.ts";
import { Scale } from "../_front/scale.ts";
import { Tiles } from "../_front/tiles.ts";
import { Bars } from "./bars.ts";

interface MapsFrame extends Frame {
  sample: number;
  count: number;
  image: Packed;
  label: number;
  classNames: string[];
  probabilities: Packed;
  stages: StageFrame[];
}

interface StageFrame {
  name: string;
  maps: Packed;
  most: number;
}

interface Model extends Shared {
  frame: MapsFrame;
}

/** One stage of the network: its name, its maps, their scale. */
class Stage {
  private readonly name = html("span", { class: "note" });
  private readonly scale = new Scale();
  private readonly tiles = new Tiles("feature map");
  readonly node = html(
    "div",
    { class: "stage" },
    html("div", { class: "head" }, this.name, this.scale.node),
    this.tiles.node,
  );

  show({ name, maps, most }: StageFrame): void {
    const [count, height, width] = maps.shape as [number, number, number];
    write(this.name, `${name}: ${count} maps of ${height}×${width}`);
    const columns = Math.min(Math.max(8, count), 16);
    this.tiles.show(unpack(maps), [count, height, width], columns, grey, 0, most);
    this.scale.show(grey, 0, most);
  }
}

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const image = html("canvas", { class: "samples image", role: "img" });
  const said = html("p", { class: "said" });
  const bars = new Bars();
  const stages: Stage[] = [];
  const maps = html("div", { class: "stages" });
  const turn = (text: string, label: string, by: number) => {
    const node = html("button", { type: "button", "aria-label": label, title: label }, text);
    const go = () => {
      const { sample, count } = model.get("frame");
      if (count) command(model, "select", (sample + by + count) % count);
    };
    node.addEventListener("click", go, { signal });
    return node;
  };
  const choose = html(
    "div",
    { class: "choose" },
    turn("‹", "Image before", -1),
    turn("›", "Next image", 1),
  );
  const left = html("div", { class: "chosen" }, html("div", {}, image, said), bars.node);
  root.append(
    html("div", { class: "head" }, html("h3", {}, "One image through the network"), choose),
    left,
    maps,
  );

  followFrames(model, host, (frame) => {
    if (frame.count === 0) return;
    paintImage(image, unpack(frame.image), frame.image.shape);
    const label = frame.classNames[frame.label] ?? "?";
    set(image, { "aria-label": `Test image ${frame.sample}, labelled ${label}` });
    const probabilities = unpack(frame.probabilities);
    bars.show(probabilities, frame.classNames, frame.label);
    const best = probabilities.indexOf(Math.max(...probabilities));
    const right = best === frame.label;
    write(
      said,
      `Labelled ${label}, taken for ${frame.classNames[best] ?? "?"} ${right ? "✓" : "✗"}`,
    );
    set(said, { "data-right": right });
    while (stages.length > frame.stages.length) stages.pop()?.node.remove();
    while (stages.length < frame.stages.length) {
      const stage = new Stage();
      stages.push(stage);
      maps.append(stage.node);
    }
    for (const [i, stage] of stages.entries()) stage.show(frame.stages[i] as StageFrame);
  });
  set(root, { role: "region", "aria-label": "Feature maps" });
}

export default view<Model>("feature-maps", draw);
