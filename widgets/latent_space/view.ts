import { type Packed, unpack } from "../_front/arrays.ts";
import { CLASSES } from "../_front/colour.ts";
import { html, set, svg, write } from "../_front/dom.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { paintImage } from "../_front/image.ts";
import { command, type Frame, followFrames } from "../_front/live.ts";
import { mark } from "../_front/marks.ts";
import { fixed } from "../_front/numbers.ts";
import { Scatter } from "./scatter.ts";

interface LatentFrame extends Frame {
  points: Packed;
  predictions: Packed;
  explained: number;
  sample: number;
  layerSize: number;
}

interface Images {
  images: Packed;
  labels: Packed;
  classNames: string[];
}

interface Model extends Shared {
  frame: LatentFrame;
  images: Images | Record<string, never>;
}

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const scatter = new Scatter(signal);
  const note = html("span", { class: "note" });
  const legend = html("ul", { class: "legend" });
  const picture = html("canvas", { class: "samples" });
  const caption = html("span");
  const tip = html("div", { class: "tip", hidden: true }, picture, caption);
  const place = html("div", { class: "place" }, scatter.canvas, tip);
  const hint = html(
    "p",
    { class: "hint" },
    "Point at a mark to see its image; click to follow it.",
  );
  root.append(
    html("div", { class: "head" }, html("h3", {}, "Latent space"), note),
    place,
    hint,
    legend,
  );
  set(scatter.canvas, { tabindex: 0, role: "application" });
  host.fit(place, (width, height) => scatter.resize(width, height));

  const images = () => {
    const value = model.get("images");
    return "images" in value ? (value as Images) : null;
  };

  const point = (index: number | null) => {
    const known = images();
    if (scatter.hovered !== index) scatter.redraw();
    scatter.hovered = index;
    tip.hidden = index === null || known === null;
    if (index === null || known === null) return;
    const [, channels, height, width] = known.images.shape as [number, number, number, number];
    const size = channels * height * width;
    const values = unpack(known.images).subarray(index * size, (index + 1) * size);
    paintImage(picture, values, [channels, height, width]);
    const name = (labels: Packed) => known.classNames[unpack(labels)[index] as number] ?? "?";
    const [label, taken] = [name(known.labels), name(model.get("frame").predictions)];
    write(caption, label === taken ? `${label} ✓` : `${label}, taken for ${taken} ✗`);
    const [x, y] = scatter.place(index);
    const [right, below] = [x < place.clientWidth / 2, y < place.clientHeight / 2];
    tip.style.transform =
      `translate(${right ? x + 18 : x - 18}px, ${below ? y + 18 : y - 18}px)` +
      ` translate(${right ? "0" : "-100%"}, ${below ? "0" : "-100%"})`;
  };
  const under = (event: PointerEvent | MouseEvent, limit: number) => {
    const box = scatter.canvas.getBoundingClientRect();
    return scatter.at(event.clientX - box.left, event.clientY - box.top, limit);
  };
  const canvas = scatter.canvas;
  canvas.addEventListener("pointermove", (event) => point(under(event, 16)), { signal });
  canvas.addEventListener("pointerleave", () => point(null), { signal });
  canvas.addEventListener(
    "click",
    (event) => {
      const index = under(event, 24);
      if (index !== null) command(model, "select", index);
      hint.style.visibility = "hidden";
    },
    { signal },
  );
  canvas.addEventListener(
    "keydown",
    (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      const count = images() ? unpack((images() as Images).labels).length : 0;
      if (by === undefined || count === 0) return;
      event.preventDefault();
      command(model, "select", (model.get("frame").sample + by + count) % count);
    },
    { signal },
  );

  followFrames(model, host, (frame) => {
    const known = images();
    if (!known) return;
    const labels = unpack(known.labels);
    if (legend.childElementCount !== known.classNames.length) drawLegend(legend, known.classNames);
    const predictions = unpack(frame.predictions);
    const points = unpack(frame.points);
    scatter.show({ points, labels, predictions, names: known.classNames, sample: frame.sample });
    if (scatter.hovered !== null) point(scatter.hovered);
    const share = fixed(100 * frame.explained, 0);
    write(
      note,
      `${labels.length} test images; ${frame.layerSize} numbers each, the plane shows ${share} % of their variance`,
    );
    let wrong = 0;
    for (let i = 0; i < labels.length; i++) wrong += predictions[i] === labels[i] ? 0 : 1;
    set(canvas, {
      "aria-label": `Latent space of ${labels.length} test images, ${wrong} of them mistaken. Image ${frame.sample} is chosen; arrow keys choose another.`,
    });
  });
  set(root, { role: "region", "aria-label": "Latent space" });
}

function drawLegend(legend: HTMLElement, names: string[]): void {
  const items = names.map((name, i) => {
    const drawing = html("canvas", { width: 32, height: 32 });
    const context = drawing.getContext("2d");
    context?.translate(16, 16);
    if (context) context.fillStyle = CLASSES[i % CLASSES.length] as string;
    context?.fill(mark(i, 13));
    // An image and not a canvas: a page pays for every canvas in every frame.
    const icon = html("img", { src: drawing.toDataURL(), alt: "" });
    return html("li", {}, icon, name);
  });
  const outline = svg(
    "svg",
    { width: 16, height: 16, "aria-hidden": "true" },
    svg("circle", { cx: 8, cy: 8, r: 6 }),
  );
  legend.replaceChildren(...items, html("li", { class: "mistaken" }, outline, "mistaken"));
}

export default view<Model>("latent-space", draw);
