import { type Packed, unpack } from "../_front/arrays.ts";
import { diverging } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import type { Card, Item, Picked } from "../_front/gallery.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { type Frame, followFrames } from "../_front/live.ts";
import { count, fixed } from "../_front/numbers.ts";
import { percent } from "../_front/percent.ts";
import { segments } from "../_front/segments.ts";
import { MORE, TestImages } from "../_front/test_images.ts";
import { Large } from "./large.ts";
import { Legend } from "./legend.ts";
import { Matrix } from "./matrix.ts";
import { type Cell, cellCount, cellName, rowSums } from "./words.ts";

interface ConfusionFrame extends Frame {
  counts: Packed;
  classNames: string[];
  warning: string;
}

interface CellPicked extends Picked {
  cell: [number, number] | [];
  /** Whether it is the learner's own choice. */
  own: boolean;
}

interface Model extends Shared {
  frame: ConfusionFrame;
  gallery: CellPicked | Record<string, never>;
  cell: number[];
  values: "counts" | "shares";
  image: number;
  many: number;
}

const HELD = ["cell", "values", "image", "many"] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const put = hand(model, signal);
  const held = inHand(model, HELD);
  const take = (part: Partial<Model>) => {
    Object.assign(held, part);
    put(part);
    hint.hidden = true;
    show();
  };

  const legend = new Legend();
  const matrix = new Matrix(
    (cell) => take({ cell: [...cell], many: MORE }),
    (free) => {
      legend.node.style.translate = `0 ${-free}px`; // it stands just below the cells
    },
    signal,
  );
  const values = segments<Model["values"]>(
    "Values",
    [
      ["counts", "Counts"],
      ["shares", "% of the row"],
    ],
    (value) => take({ values: value }),
    signal,
  );
  const note = html("span", { class: "note" });
  const empty = html("p", { class: "empty", role: "status" }, "The network is being loaded.");
  const place = html("div", { class: "place" }, matrix.node, empty);
  const title = html("h4");
  const often = html("p", { class: "often" });
  const large = new Large();
  const words = { label: "Images of the cell", more: "More images" };
  const images = new TestImages<CellPicked>(model, held, take, words, () => show(), signal);
  const back = html("button", { type: "button" }, "Most frequent mistake");
  back.addEventListener("click", () => take({ cell: [], many: MORE }), { signal });
  const warning = html("p", { class: "warning" });
  const hint = html(
    "p",
    { class: "hint" },
    "Click a cell to see its images, an image to follow it.",
  );
  const side = html(
    "div",
    { class: "side" },
    html("div", { class: "about" }, title, often),
    hint,
    large.node,
    images.gallery.node,
    html("div", { class: "buttons" }, images.more, back),
    warning,
  );
  const axis = (name: string, text: string) => html("span", { class: `axis ${name}` }, text);
  root.append(
    html("div", { class: "head" }, html("h3", {}, "Confusion matrix"), note, values.node),
    html(
      "div",
      { class: "body" },
      html(
        "div",
        { class: "left" },
        axis("said", "predicted class →"),
        axis("truth", "← true class"),
        place,
        legend.node,
      ),
      side,
    ),
  );
  set(root, { role: "region", "aria-label": "Confusion matrix" });

  let known: { counts: ReturnType<typeof unpack>; names: string[] } | null = null;

  const showSide = (now: CellPicked, { counts, names }: NonNullable<typeof known>) => {
    const [row, column] = now.cell;
    const there = row !== undefined && column !== undefined;
    set(side, { "data-empty": !there });
    back.hidden = !now.own;
    images.show(now, (item, address) => cardOf(item, address, names));
    large.show(now.large, images.address(now.large?.place ?? -1), names);
    if (!there) {
      write(title, "No mistakes ✓");
      write(often, "Every image of the test is recognised.");
      return;
    }
    const cell: Cell = [row, column];
    const count = counts[row * names.length + column] ?? 0;
    const sum = rowSums(counts, names.length)[row] ?? 0;
    write(title, `${now.own ? "" : "Most frequent mistake: "}${cellName(cell, names)}`);
    const part = now.known < now.tests ? `; ${now.count} of them are at hand` : "";
    write(often, `${cellCount(cell, count, sum, names)}${part}`);
  };

  const show = () => {
    const now = images.picked;
    values.show(held.values);
    const map = diverging(host.paper());
    legend.show(map);
    empty.hidden = known !== null;
    set(root, { "data-empty": known === null });
    if (!known) return;
    const { counts, names } = known;
    // What the hand holds goes first; a cell of a data set with more classes is none.
    const own = held.cell.length === 2 && Math.max(...held.cell) < names.length;
    const cell = own ? held.cell : (now?.cell ?? []);
    matrix.show({
      counts,
      names,
      map,
      shares: held.values === "shares",
      cell: cell.length === 2 ? (cell as [number, number]) : null,
    });
    if (now) showSide(now, known);
  };

  followFrames(model, host, (frame) => {
    const counts = unpack(frame.counts);
    const names = frame.classNames;
    const whole = counts.length > 0 && counts.length === names.length ** 2;
    known = whole ? { counts, names } : null;
    let [all, right] = [0, 0];
    for (const [i, count] of counts.entries()) {
      all += count;
      if (i % (names.length + 1) === 0) right += count;
    }
    const share = all ? `, ${fixed((100 * right) / all, 1)} % recognised` : "";
    write(warning, frame.warning);
    write(note, all ? `${count(all)} test images${share}` : "");
    const failed = frame.state === "failed";
    write(empty, failed ? "There is no test to show." : "The network is being loaded.");
    show();
  });
  takeOver(model, HELD, held, show, signal);
  host.follow(["gallery"], show);
  host.fit(place, (width, height) => matrix.resize(width, height));
}

function cardOf(item: Item, address: string, names: readonly string[]): Card {
  const said = names[item.said] ?? "?";
  return {
    key: item.place,
    address,
    caption: `${percent(item.confidence)} %`,
    label: `Test image ${item.place}: ${said} with ${percent(item.confidence)} %`,
  };
}

export default view<Model>("confusion", draw);
