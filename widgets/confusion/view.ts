import { type Packed, unpack } from "../_front/arrays.ts";
import { diverging } from "../_front/colour.ts";
import { html, set, write } from "../_front/dom.ts";
import { type Card, Gallery, type Item, type Picked } from "../_front/gallery.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { command, type Frame, followFrames } from "../_front/live.ts";
import { fixed } from "../_front/numbers.ts";
import { percent } from "../_front/percent.ts";
import { Pictures } from "../_front/pictures.ts";
import { segments } from "../_front/segments.ts";
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
const MORE = 24;
const MOST = 240;

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
  const gallery = new Gallery("Images of the cell", (key) => select(key), signal);
  const button = (text: string, act: () => void) => {
    const node = html("button", { type: "button" }, text);
    node.addEventListener("click", act, { signal });
    return node;
  };
  const more = button("More images", () => take({ many: Math.min(MOST, held.many + MORE) }));
  const back = button("Most frequent mistake", () => take({ cell: [], many: MORE }));
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
    gallery.node,
    html("div", { class: "buttons" }, more, back),
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
  const pictures = new Pictures(model, () => show(), signal);

  const picked = () => {
    const value = model.get("gallery");
    return "items" in value ? (value as CellPicked) : null;
  };
  const select = (key: number) => {
    const item = picked()?.items.find(({ place }) => place === key);
    take({ image: held.image === key ? -1 : key });
    if (item && item.watched >= 0) command(model, "select", item.watched);
  };

  let known: { counts: ReturnType<typeof unpack>; names: string[] } | null = null;

  const showSide = (now: CellPicked, { counts, names }: NonNullable<typeof known>) => {
    const [row, column] = now.cell;
    const there = row !== undefined && column !== undefined;
    set(side, { "data-empty": !there });
    back.hidden = !now.own;
    more.hidden = now.items.length >= now.count || held.many >= MOST;
    large.show(now.large, pictures.address(now.large?.place ?? -1), names);
    const cards = now.items.map((item) => cardOf(item, pictures.address(item.place), names));
    gallery.show(cards, held.image);
    pictures.want(now.data, [
      ...now.items.map((item) => item.place),
      ...(now.large ? [now.large.place] : []),
    ]);
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
    const now = picked();
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
    write(note, all ? `${all.toLocaleString("en")} test images${share}` : "");
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
