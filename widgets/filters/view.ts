import { type Packed, unpack } from "../_front/arrays.ts";
import { diverging } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { type Frame, followFrames } from "../_front/live.ts";
import { Scale } from "../_front/scale.ts";
import { Tiles } from "../_front/tiles.ts";

const COLUMNS = 6;

interface FiltersFrame extends Frame {
  filters: Packed;
  most: number;
}

interface Model extends Shared {
  frame: FiltersFrame;
}

function draw(model: AnyModel<Model>, host: Host): void {
  const tiles = new Tiles("filter");
  const scale = new Scale();
  const title = html("h3", {}, "Filters");
  const note = html("span", { class: "note" });
  host.root.append(html("div", { class: "head" }, title, note, scale.node), tiles.node);

  let mapPaper = host.paper();
  let map = diverging(mapPaper);
  followFrames(model, host, ({ filters, most }) => {
    const [out, into, height, width] = filters.shape as [number, number, number, number];
    const paper = host.paper();
    if (paper !== mapPaper) [mapPaper, map] = [paper, diverging(paper)];
    tiles.show(unpack(filters), [out * into, height, width], COLUMNS, map, -most, most);
    scale.show(map, -most, most);
    write(note, out ? `${out * into} of ${height}×${width}, first convolution` : "");
  });
  set(host.root, { role: "region", "aria-label": "Filters" });
}

export default view<Model>("filters", draw);
