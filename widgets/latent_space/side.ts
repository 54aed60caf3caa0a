/** What is to be read beside the cloud: neighbours, what was gathered, how far the map is to be trusted. */

import { html, set, write } from "../_front/dom.ts";
import { type Card, Gallery } from "../_front/gallery.ts";
import { fixed } from "../_front/numbers.ts";
import { percent } from "../_front/percent.ts";
import { segments } from "../_front/segments.ts";

export type Metric = "cosine" | "euclidean";

/** One image, and what the network says of it. */
export interface Seen {
  place: number;
  label: number;
  said: number;
  confidence: number;
}

/** What Python found for what is chosen and gathered. */
export interface Reading {
  chosen: Seen | null;
  /** The nearest images in the layer, with their distances; of an image of one's own, too. */
  neighbours: (Seen & { distance: number })[];
  gathered: {
    count: number;
    mistaken: number;
    /** Classes and how many images of each, the most frequent first. */
    shares: [label: number, count: number][];
    first: Seen[];
  };
  /** How far the map is to be trusted, in a sentence; empty until it is known. */
  trust: { value: number; sentence: string } | Record<string, never>;
}

export interface Side {
  node: HTMLElement;
  /** How far the map is to be trusted, in a sentence. */
  trust: HTMLElement;
  show(reading: Reading, metric: Metric, names: readonly string[]): void;
}

export function side(
  address: (place: number) => string,
  select: (place: number) => void,
  take: (part: { metric?: Metric; gathered?: number[] }) => void,
  signal: AbortSignal,
): Side {
  const metric = segments<Metric>(
    "Distance",
    [
      ["cosine", "cosine"],
      ["euclidean", "Euclidean"],
    ],
    (value) => take({ metric: value }),
    signal,
  );
  const picture = html("img", { class: "samples", alt: "" });
  const chosen = html("h4");
  const near = new Gallery("Nearest images in the layer", select, signal);
  const neighbours = html(
    "section",
    { class: "neighbours" },
    html("div", { class: "near-head" }, picture, chosen, metric.node),
    near.node,
  );
  const words = html("p");
  const bars = html("ul", { class: "class-shares", "aria-label": "Classes of what is gathered" });
  const strip = new Gallery("Gathered images", select, signal);
  const away = html("button", { type: "button" }, "Let go");
  away.addEventListener("click", () => take({ gathered: [] }), { signal });
  const gathered = html(
    "section",
    { class: "gathered", role: "status" },
    html("div", { class: "side-head" }, html("h4", {}, "Gathered"), away),
    words,
    bars,
    strip.node,
  );
  const trust = html("p", { class: "words" });
  const node = html("div", { class: "side" }, gathered, neighbours);

  const card = (seen: Seen, names: readonly string[], caption: string, more = ""): Card => {
    const said = names[seen.said] ?? "?";
    const label = names[seen.label] ?? "of unknown class";
    const verdict = label === said ? "" : `, taken for ${said}`;
    return {
      key: seen.place,
      address: address(seen.place),
      caption,
      label: `Test image ${seen.place}: ${label}${verdict}${more}`,
    };
  };
  const short = (seen: Seen, names: readonly string[]) =>
    seen.label < 0 || seen.label === seen.said
      ? (names[seen.said] ?? "?")
      : `${names[seen.label] ?? "?"}→${names[seen.said] ?? "?"}`;

  return {
    node,
    trust,
    show(reading, held, names) {
      metric.show(held);
      const one = reading.chosen;
      if (one) set(picture, { src: address(one.place) });
      picture.hidden = one === null;
      neighbours.hidden = one === null && reading.neighbours.length === 0;
      write(
        chosen,
        one
          ? `Nearest to image ${one.place} (${short(one, names)})`
          : "Nearest to your own image ★",
      );
      near.show(
        reading.neighbours.map((seen) =>
          card(
            seen,
            names,
            `${short(seen, names)}\n${fixed(seen.distance, seen.distance < 0.1 ? 3 : 2)}`,
            `, distance ${fixed(seen.distance, 3)}`,
          ),
        ),
        -1,
      );
      const { count, mistaken, shares, first } = reading.gathered;
      gathered.hidden = count === 0;
      write(
        words,
        `${count.toLocaleString("en")} ${count === 1 ? "image" : "images"}, ` +
          `${mistaken === 0 ? "none" : mistaken.toLocaleString("en")} mistaken`,
      );
      bars.replaceChildren(
        ...shares.slice(0, 4).map(([label, of]) => {
          const bar = html("span", { class: "bar" });
          bar.style.transform = `scaleX(${of / count})`;
          const much = html("span", { class: "much" }, `${percent(of / count)} %`);
          return html("li", {}, names[label] ?? "?", html("span", { class: "rail" }, bar), much);
        }),
      );
      strip.show(
        first.map((seen) => card(seen, names, short(seen, names))),
        one?.place ?? -1,
      );
      write(trust, "sentence" in reading.trust ? (reading.trust.sentence as string) : "");
    },
  };
}
