/** Loss against step: a line for each racer, and the present step, which can be dragged. */

import { button, html, on, set, svg, write } from "../_front/dom.ts";
import { outline } from "../_front/marks.ts";
import { clamp, short, ticks } from "../_front/numbers.ts";
import type { Pair } from "../_front/place.ts";
import { slider } from "../_front/slider.ts";
import { tone } from "./paths.ts";
import type { Change, Ground, State } from "./state.ts";
import { line, lossRange, type Track, three } from "./walk.ts";

const EDGE = { left: 58, right: 16, top: 10, bottom: 28 };

export function lossChart(
  state: State,
  change: Change,
  go: (step: number) => void,
  signal: AbortSignal,
) {
  const frame = svg("g", { class: "frame" });
  const inside = svg("svg", { overflow: "hidden" });
  const marks = svg("g");
  const reach = svg("rect", { class: "reach", x: -12, width: 24 });
  const rule = svg("line", { class: "rule" });
  const now = svg(
    "g",
    { class: "now" },
    reach,
    rule,
    svg("circle", { class: "halo", r: 14 }),
    svg("path", { class: "body", d: "M-7,-8H7V2L0,9L-7,2Z" }),
  );
  const drawing = svg("svg", { role: "group", "aria-label": "Loss against step" });
  drawing.append(frame, inside, marks, now);
  const place = html("div", { class: "fill" }, drawing);
  const title = html("h3");
  const scale = button("", { class: "small" });
  const node = html("div", { class: "chart" }, html("div", { class: "head" }, title, scale), place);
  let [wide, tall, last, drawn] = [300, 120, 1, ""];
  on(scale, "click", signal, () => change({ log_loss: !state.log_loss }));
  const speak = slider(now, {
    label: "Present step",
    low: 0,
    high: 1000,
    step: 1,
    within: drawing,
    at: (x) => ((x - EDGE.left) / wide) * last,
    value: () => state.step,
    text: () => `step ${state.step}`,
    input: (value) => go(clamp(Math.round(value), 0, last)),
    signal,
  });

  function axes(low: number, high: number, log: boolean, share: (loss: number) => number): void {
    const key = [low, high, log, wide, tall, last].join();
    if (drawn === key) return;
    drawn = key;
    const values = log
      ? ticks(Math.log10(low), Math.log10(high), tall / 26)
          .filter(Number.isInteger)
          .map((power) => 10 ** power)
      : ticks(low, high, Math.min(7, tall / 30));
    const bottom = EDGE.top + tall;
    frame.replaceChildren(
      ...values.flatMap((value) => {
        const y = bottom - share(value) * tall;
        const x = EDGE.left - 8;
        const text = short(Number(value.toPrecision(4)));
        return [
          svg("line", { x1: EDGE.left, x2: EDGE.left + wide, y1: y, y2: y }),
          svg("text", { x, y, dy: "0.36em", "text-anchor": "end" }, text),
        ];
      }),
      ...ticks(0, last, Math.max(2, wide / 70))
        .filter(Number.isInteger)
        .map((step) =>
          svg(
            "text",
            { x: EDGE.left + (step / last) * wide, y: bottom + 20, "text-anchor": "middle" },
            step ? String(step) : "step 0",
          ),
        ),
    );
  }

  return {
    node,
    place,
    resize(width: number, height: number): void {
      wide = Math.max(1, width - EDGE.left - EDGE.right);
      tall = Math.max(1, height - EDGE.top - EDGE.bottom);
      set(drawing, { width, height });
      set(inside, { x: EDGE.left, y: EDGE.top, width: wide, height: tall });
    },
    draw(ground: Ground, tracks: readonly Track[], step: number): void {
      last = Math.max(1, state.steps);
      const log = state.log_loss && ground.floor !== null;
      const rows = tracks.map((track) => track.losses());
      const [low, high] = lossRange(rows, ground.floor, log);
      const floor = log ? (ground.floor ?? 0) : 0;
      const share = (loss: number) =>
        log ? Math.log(loss / low) / Math.log(high / low) : (loss - low) / (high - low);
      const at = (k: number, loss: number): Pair => [
        (k / last) * wide,
        (1 - share(log ? Math.max(loss - floor, low / 10) : loss)) * tall,
      ];
      inside.replaceChildren(
        ...rows.map((row, i) => {
          const one = svg("path", {
            class: "loss-line",
            d: line(row.map((loss, k) => at(k, loss))),
            "data-chosen": i === state.chosen,
          });
          one.style.color = tone(i);
          return one;
        }),
      );
      marks.replaceChildren(
        ...tracks.map((track, i) => {
          const k = Math.min(step, track.count);
          const [x, y] = at(k, track.at(k).loss);
          const where = `translate(${EDGE.left + x} ${EDGE.top + clamp(y, 0, tall)})`;
          const mark = svg("path", { class: "trace-mark", d: outline(i, 6), transform: where });
          mark.style.color = tone(i);
          return mark;
        }),
      );
      axes(low, high, log, share);
      const x = EDGE.left + (Math.min(step, last) / last) * wide;
      set(now, { transform: `translate(${x} ${EDGE.top})` });
      set(rule, { y2: tall });
      set(reach, { height: tall });
      scale.hidden = ground.floor === null;
      write(scale, log ? "logarithmic" : "linear");
      set(scale, { "aria-label": `Scale of the loss: ${log ? "logarithmic" : "linear"}` });
      write(title, log && floor ? `Loss above its minimum, ${three(floor)}` : "Loss");
      speak();
      set(now, { "aria-valuemax": last });
    },
  };
}
