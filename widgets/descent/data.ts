/** The data that make the surface: points to drag, and what each racer makes of them. */

import { html, set, svg } from "../_front/dom.ts";
import { short, ticks } from "../_front/numbers.ts";
import { place as draggable, type Pair } from "../_front/place.ts";
import { tone } from "./paths.ts";
import type { Change, Picture, Probed, State } from "./state.ts";
import { line, three } from "./walk.ts";

const EDGE = { left: 40, right: 12, top: 12, bottom: 40 };

export function dataPlane(state: State, change: Change, redraw: () => void, signal: AbortSignal) {
  const frame = svg("g", { class: "frame" });
  const lines = svg("svg", { overflow: "hidden" });
  const points = svg("g");
  const drawing = svg("svg", { role: "group", "aria-label": "The data" }, frame, lines, points);
  const place = html("div", { class: "fill" }, drawing);
  let [wide, tall, drawn] = [200, 200, ""];
  let range: [Pair, Pair] = [
    [-1, 1],
    [-1, 1],
  ];
  let held = false;
  let speak: (() => void)[] = [];
  let made = new AbortController();

  const size = (axis: 0 | 1) => range[axis][1] - range[axis][0];
  const x = (value: number) => ((value - range[0][0]) / size(0)) * wide;
  const y = (value: number) => ((range[1][1] - value) / size(1)) * tall;

  function rebuild(classes: boolean): void {
    held = false;
    made.abort();
    made = new AbortController();
    const ends = AbortSignal.any([signal, made.signal]);
    const handles = state.points.map(() =>
      svg(
        "g",
        { class: "datum" },
        svg("circle", { class: "halo", r: 13 }),
        svg("circle", { class: "body", r: 6 }),
      ),
    );
    points.replaceChildren(...handles);
    speak = handles.map((handle, i) => {
      const value = () => state.points[i] ?? ([0, 0] as Pair);
      return draggable(handle, {
        label: `Point ${i + 1}`,
        low: () => [range[0][0], classes ? 0 : range[1][0]],
        high: () => [range[0][1], classes ? 1 : range[1][1]],
        step: () => [size(0) / 50, classes ? 1 : size(1) / 50],
        within: drawing,
        at: (px, py) => [
          range[0][0] + ((px - EDGE.left) / wide) * size(0),
          range[1][1] - ((py - EDGE.top) / tall) * size(1),
        ],
        value,
        text: () => `x ${three(value()[0])}, y ${three(value()[1])}`,
        input: (px, py) => {
          held = true;
          const up = classes ? Math.round(py) : Number(py.toFixed(4));
          change({ points: state.points.with(i, [Number(px.toFixed(4)), up]) });
        },
        release: () => {
          held = false;
          redraw();
        },
        signal: ends,
      });
    });
  }

  function axes(): void {
    const key = [wide, tall, range].join();
    if (drawn === key) return;
    drawn = key;
    const [left, bottom] = [EDGE.left, EDGE.top + tall];
    const text = (words: string, px: number, py: number, anchor = "middle", name = "") =>
      svg("text", { x: px, y: py, dy: "0.36em", "text-anchor": anchor, class: name }, words);
    frame.replaceChildren(
      svg("rect", { class: "edge", x: left, y: EDGE.top, width: wide, height: tall }),
      ...ticks(...range[0], 4).map((v) => text(short(v), left + x(v), bottom + 12)),
      ...ticks(...range[1], 4).map((v) => text(short(v), left - 6, EDGE.top + y(v), "end")),
      text("x", left + wide / 2, bottom + 30, "middle", "name"),
      text("y", 8, EDGE.top + 6, "start", "name"),
    );
  }

  return {
    node: html("div", { class: "data" }, place),
    place,
    resize(width: number, height: number): void {
      wide = Math.max(1, width - EDGE.left - EDGE.right);
      tall = Math.max(1, height - EDGE.top - EDGE.bottom);
      set(drawing, { width, height });
      set(lines, { x: EDGE.left, y: EDGE.top, width: wide, height: tall });
    },
    /** Draws what the hand holds: the points. */
    hold(data: Picture["data"]): void {
      if (!data) return;
      if (!held) range = data.range; // while a point is dragged, the plane stays under it
      const kind = `${state.points.length} ${data.classes}`;
      if (points.dataset.kind !== kind) rebuild(data.classes);
      points.dataset.kind = kind;
      state.points.forEach((point, i) => {
        set(points.children[i] as Element, {
          transform: `translate(${EDGE.left + x(point[0])} ${EDGE.top + y(point[1])})`,
          "data-class": data.classes ? String(point[1]) : false,
        });
      });
      for (const one of speak) one();
      axes();
    },
    /** Draws what Python made of it: a line for each racer, and the one that is looked at. */
    derive(data: Picture["data"], probed: Probed, chosen: number): void {
      if (!data) return;
      const through = (row: readonly number[], name: string) =>
        svg("path", { class: name, d: line(row.map((v, i) => [x(data.along[i] ?? 0), y(v)])) });
      const looked = state.probe.length ? probed.curve : null;
      lines.replaceChildren(
        ...data.rows.map((row, i) => {
          const one = through(row, i === chosen ? "model chosen" : "model");
          one.style.color = tone(i);
          return one;
        }),
        ...(looked ? [through(looked, "model looked-at")] : []),
      );
    },
  };
}
