import { type Packed, unpack, type Values } from "../_front/arrays.ts";
import { nearest } from "../_front/curves.ts";
import { html, set } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, view } from "../_front/host.ts";
import { command, followFrames } from "../_front/live.ts";
import { fixed } from "../_front/numbers.ts";
import { segments } from "../_front/segments.ts";
import { Chart, type Line, type Series } from "./chart.ts";
import { Controls } from "./controls.ts";
import { lossRange, percentRange } from "./geometry.ts";
import { Reading } from "./reading.ts";
import type { Band, ComparisonFrame, Curves, Model, State } from "./state.ts";
import { Table } from "./table.ts";

const HAND = ["pair", "epochs", "repeats", "prediction", "curve", "scale"] as const;

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state: State = inHand(model, HAND);
  const send = hand(model, signal);
  const change = (part: Partial<State>) => {
    Object.assign(state, part);
    send(part);
    hold();
  };
  const act = (name: string) => {
    send.flush();
    command(model, name);
  };
  const controls = new Controls(model.get("pairs"), state, change, act, signal);
  const table = new Table();
  const reading = new Reading();
  const curve = segments(
    "Which loss",
    [
      ["training", "training"],
      ["test", "test"],
    ] as const,
    (value) => change({ curve: value }),
    signal,
  );
  const scale = segments(
    "Scale of the loss",
    [
      ["linear", "linear"],
      ["log", "log"],
    ] as const,
    (value) => change({ scale: value }),
    signal,
  );
  const values = [html("span", { class: "values" }), html("span", { class: "values" })] as const;
  const loss = new Chart("", (epoch) => tell(0, epoch, 3, ""), signal);
  const accuracy = new Chart(" %", (epoch) => tell(1, epoch, 1, " %"), signal);
  const charts = [
    ["Loss", loss, html("span", { class: "switches" }, curve.node, scale.node)],
    ["Test accuracy", accuracy, ""],
  ] as const;
  const figures = charts.map(([title, chart, more], i) => {
    const place = html("div", { class: "place" }, chart.node);
    host.fit(place, (width, height) => chart.resize(width, height));
    const head = html("div", { class: "head" }, html("h3", {}, title), more);
    return html("figure", {}, head, values[i] as HTMLElement, place);
  });
  const numbers = html("div", { class: "numbers" }, table.node);
  root.append(controls.node, html("div", { class: "stage" }, ...figures, numbers), reading.node);

  /** What is drawn now, to be read under the pointer: of the loss and of the accuracy. */
  const drawn: [Line[], Line[]] = [[], []];
  const tell = (which: 0 | 1, epoch: number | null, digits: number, unit: string) => {
    const words = drawn[which].map((line) => {
      const value = near(line, epoch);
      return value === undefined ? "–" : fixed(value, digits) + unit;
    });
    const marked = words.map((text, i) => html("span", { class: i ? "b" : "a" }, text));
    const when = epoch === null || !words.length ? "" : `epoch ${Math.round(epoch)}`;
    (values[which] as HTMLElement).replaceChildren(...marked, when);
  };

  const hold = () => {
    controls.hold();
    curve.show(state.curve);
    scale.show(state.scale);
    derive();
  };
  const derive = () => {
    const frame = model.get("frame");
    if (frame.sequence === undefined) return;
    root.dataset.state = frame.state;
    controls.derive(frame);
    table.show(frame.labels, frame.rows, frame.repeats);
    reading.derive(frame, state.prediction);
    paint(frame);
  };
  const paint = (frame: ComparisonFrame) => {
    const series = (i: 0 | 1): Series => {
      const main = frame.curves?.[i];
      const atWork = frame.atWork?.[i];
      return {
        main: read(main?.[state.curve]),
        detail: main && state.curve === "training" ? plain(main.loss) : null,
        atWork: atWork ? read(atWork[state.curve]) : null,
      };
    };
    const losses: [Series, Series] = [series(0), series(1)];
    const share = (of: Curves | undefined) => read(of?.accuracy, 100);
    const shares = [0, 1].map((i) => ({
      main: share(frame.curves?.[i]),
      detail: null,
      atWork: frame.atWork ? share(frame.atWork[i]) : null,
    })) as [Series, Series];
    drawn[0] = losses.map(({ main }) => main);
    drawn[1] = shares.map(({ main }) => main);
    const all = losses.flatMap(({ main, atWork }) => [...list(main.ys), ...list(atWork?.ys)]);
    const { epochs } = frame;
    const of = ` of ${frame.labels.join(" and ")} over ${epochs} epochs`;
    loss.show(
      { series: losses, epochs, range: lossRange(all, state.scale), scale: state.scale },
      `${state.curve} loss${of}`,
    );
    const later = shares.flatMap(({ main }) => list(main.ys).slice(1));
    accuracy.show(
      { series: shares, epochs, range: percentRange(later), scale: "linear" },
      `Test accuracy${of}`,
    );
  };

  takeOver(model, HAND, state, hold, signal);
  followFrames(model, host, derive);
  hold();
  set(root, { role: "region", "aria-label": "Two runs side by side" });
}

const list = (values: ArrayLike<number> | undefined) => Array.from(values ?? []);

function read(band: Band | undefined, factor = 1): Line {
  const times = (packed: Packed | null): Values | null =>
    packed &&
    (factor === 1 ? unpack(packed) : Float32Array.from(unpack(packed), (v) => factor * v));
  if (!band) return { xs: [], ys: [] };
  return {
    xs: unpack(band.xs),
    ys: times(band.ys) as Values,
    low: times(band.low),
    high: times(band.high),
  };
}

const plain = ({ xs, ys }: { xs: Packed; ys: Packed }): Line => ({
  xs: unpack(xs),
  ys: unpack(ys),
});

/** The value nearest to an epoch, or the last one. */
function near({ xs, ys }: Line, epoch: number | null): number | undefined {
  return ys[epoch === null ? ys.length - 1 : nearest(xs, epoch)];
}

export default view<Model>("comparison", draw);
