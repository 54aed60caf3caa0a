import { type Choice, choice } from "../_front/choice.ts";
import { html, set, write } from "../_front/dom.ts";
import type { Card, Item, Picked } from "../_front/gallery.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { type Frame, followFrames } from "../_front/live.ts";
import { count } from "../_front/numbers.ts";
import { percent } from "../_front/percent.ts";
import { segments } from "../_front/segments.ts";
import { MORE, TestImages } from "../_front/test_images.ts";

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
  const words = { label: "Mistakes", more: "More mistakes" };
  const images = new TestImages<MistakesPicked>(model, held, take, words, () => show(), signal);
  root.append(
    html("div", { class: "head" }, html("h3", {}, "Mistakes"), note, key, order.node, filter),
    explained,
    html("div", { class: "room" }, none, images.gallery.node, images.more),
  );
  set(root, { role: "region", "aria-label": "Mistakes" });

  const show = () => {
    const now = images.picked;
    order.show(held.order);
    classes?.show();
    write(explained, EXPLAINED[held.order]);
    set(root, { "data-none": now !== null && now.wrong === 0 });
    explained.hidden = now === null || now.wrong === 0;
    images.show(now, (item, address) => cardOf(item, address, names));
    if (!now) {
      write(none, "The mistakes of the first test will stand here.");
      return;
    }
    const whose = now.of < 0 ? "test images" : `images of ${names[now.of] ?? "?"}`;
    write(note, `${count(now.wrong)} of ${count(now.all)}`);
    write(none, now.wrong === 0 ? noneOf(now, whose) : "");
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
  return `✓ No mistakes: all ${count(now.all)} ${whose} are recognised.`;
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
