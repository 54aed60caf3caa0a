import { type Choice, choice } from "../_front/choice.ts";
import { html, set, write } from "../_front/dom.ts";
import { type Card, Gallery, type Item, type Picked } from "../_front/gallery.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { command, type Frame, followFrames } from "../_front/live.ts";
import { percent } from "../_front/percent.ts";
import { Pictures } from "../_front/pictures.ts";
import { segments } from "../_front/segments.ts";

interface MistakesFrame extends Frame {
  classNames: string[];
}

interface MistakesPicked extends Picked {
  /** The class that is looked at; −1 is all. */
  of: number;
  /** Mistakes of the whole test, and all its images. */
  wrong: number;
  all: number;
}

interface Model extends Shared {
  frame: MistakesFrame;
  gallery: MistakesPicked | Record<string, never>;
  order: "worst" | "surest";
  of: number;
  image: number;
  many: number;
}

const HELD = ["order", "of", "image", "many"] as const;
const MORE = 24;
const MOST = 240;

const EXPLAINED = {
  worst: "The least probability for the true class comes first: the largest loss.",
  surest: "The most confident mistake comes first.",
};

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const put = hand(model, signal);
  const held = inHand(model, HELD);
  const take = (part: Partial<Model>) => {
    Object.assign(held, part);
    put(part);
    show();
  };

  const order = segments<Model["order"]>(
    "Order",
    [
      ["worst", "Worst first"],
      ["surest", "Surest first"],
    ],
    (value) => take({ order: value, many: MORE }),
    signal,
  );
  const filter = html("span", { class: "filter" });
  let classes: Choice | null = null;
  let names: string[] = [];
  const note = html("span", { class: "note" });
  const key = html(
    "span",
    { class: "key", "aria-hidden": "true" },
    html("span", { class: "said" }),
    "said",
    html("span", { class: "true" }),
    "true",
  );
  const none = html("p", { class: "none", role: "status" });
  const explained = html("p", { class: "explained" });
  const gallery = new Gallery("Mistakes", (key) => select(key), signal);
  const more = html("button", { type: "button", class: "more" }, "More mistakes");
  more.addEventListener("click", () => take({ many: Math.min(MOST, held.many + MORE) }), {
    signal,
  });
  root.append(
    html("div", { class: "head" }, html("h3", {}, "Mistakes"), note, key, order.node, filter),
    explained,
    html("div", { class: "room" }, none, gallery.node, more),
  );
  set(root, { role: "region", "aria-label": "Mistakes" });
  const pictures = new Pictures(model, () => show(), signal);

  const picked = () => {
    const value = model.get("gallery");
    return "items" in value ? (value as MistakesPicked) : null;
  };
  const select = (key: number) => {
    const item = picked()?.items.find(({ place }) => place === key);
    take({ image: held.image === key ? -1 : key });
    if (item && item.watched >= 0) command(model, "select", item.watched);
  };

  const show = () => {
    const now = picked();
    order.show(held.order);
    classes?.show();
    write(explained, EXPLAINED[held.order]);
    set(root, { "data-none": now !== null && now.wrong === 0 });
    explained.hidden = now === null || now.wrong === 0;
    more.hidden = now === null || now.items.length >= now.count || held.many >= MOST;
    if (!now) {
      write(none, "The mistakes of the first test will stand here.");
      return;
    }
    const whose = now.of < 0 ? "test images" : `images of ${names[now.of] ?? "?"}`;
    write(note, `${now.wrong.toLocaleString("en")} of ${now.all.toLocaleString("en")}`);
    write(none, now.wrong === 0 ? noneOf(now, whose) : "");
    gallery.show(
      now.items.map((item) => cardOf(item, pictures.address(item.place), names)),
      held.image,
    );
    pictures.want(
      now.data,
      now.items.map((item) => item.place),
    );
  };

  followFrames(model, host, (frame) => {
    if (frame.classNames.join("\n") !== names.join("\n")) {
      names = frame.classNames;
      const options = names.map((name, i) => [i, name] as const);
      classes = choice(
        "Images of the class",
        [[-1, "all classes"], ...options],
        () => (held.of < names.length ? held.of : -1),
        (value) => take({ of: value, many: MORE }),
        signal,
      );
      set(classes.select, { "aria-label": "Images of the class" });
      filter.replaceChildren(classes.select);
    }
    show();
  });
  takeOver(model, HELD, held, show, signal);
  host.follow(["gallery"], show);
}

function noneOf(now: MistakesPicked, whose: string): string {
  if (now.all === 0) return `There are no ${whose}.`;
  return `✓ No mistakes: all ${now.all.toLocaleString("en")} ${whose} are recognised.`;
}

function cardOf(item: Item, address: string, names: readonly string[]): Card {
  const [label, said] = [names[item.label] ?? "?", names[item.said] ?? "?"];
  return {
    key: item.place,
    address,
    caption: label.length + said.length < 6 ? `${label} → ${said}` : `${label}\n→ ${said}`,
    label:
      `Test image ${item.place}: ${label}, taken for ${said} with ${percent(item.confidence)} %; ` +
      `${percent(item.true)} % for ${label}`,
    shares: [item.confidence, item.true],
  };
}

export default view<Model>("mistakes", draw);
