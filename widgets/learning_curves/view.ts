import { type Packed, unpack } from "../_front/arrays.ts";
import { dial } from "../_front/dial.ts";
import { html, set } from "../_front/dom.ts";
import { hand, inHand, takeOver } from "../_front/hand.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { type Frame, followFrames } from "../_front/live.ts";
import { clamp, fixed } from "../_front/numbers.ts";
import { savePng, saveSvg, stacked } from "../_front/picture.ts";
import { Chart, number, tick } from "./chart.ts";
import { type Axis, extent, linear, logarithmic, smooth } from "./geometry.ts";

interface CurvesFrame extends Frame {
  totalSteps: number;
  lookedAt: number;
  lossSteps: Packed;
  loss: Packed;
  rates: Packed;
  testSteps: Packed;
  testLoss: Packed;
  testAccuracy: Packed;
}

interface Model extends Shared {
  frame: CurvesFrame;
  logarithmic: boolean;
  smoothing: number;
}

const EPOCHS = [5, 10, 20]; // after which one asks for the accuracy

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const state = inHand(model, ["logarithmic", "smoothing"]);
  const take = hand(model, signal);
  const point = (step: number | null) => {
    for (const chart of charts) chart.read(step);
  };
  const rates = new Chart("Learning rate", false, true, tick, "", point, signal);
  const loss = new Chart("Loss", false, false, number(3), "", point, signal);
  const accuracy = new Chart("Accuracy", true, false, number(1), " %", point, signal);
  const charts = [loss, rates, accuracy];
  const places = charts.map((chart) => {
    const place = html("div", { class: "place" }, chart.node);
    host.fit(place, (width, height) => chart.resize(width, height));
    return place;
  });
  places[1]?.classList.add("small");

  const scale = html("button", { type: "button" }, "Log");
  set(scale, { "aria-label": "Logarithmic loss" });
  scale.addEventListener("click", () => change({ logarithmic: !state.logarithmic }), { signal });
  const smoothing = dial({
    label: "Smooth",
    low: 0,
    high: 0.98,
    step: 0.02,
    value: () => state.smoothing,
    text: (value) => fixed(value, 2),
    input: (value) => change({ smoothing: Number(value.toFixed(2)) }),
    typed: (text) => change({ smoothing: clamp(Number(text.replace(",", ".")) || 0, 0, 0.99) }),
    signal,
  });
  const saved = (text: string, save: (picture: string, name: string) => void) => {
    const button = html("button", { type: "button", "aria-label": `Save as ${text}` }, text);
    const drawings = () => charts.map(({ node }) => node);
    const paper = () => getComputedStyle(root).getPropertyValue("background-color");
    button.addEventListener("click", () => save(stacked(drawings(), paper()), "learning-curves"), {
      signal,
    });
    return button;
  };
  const tools = html("div", { class: "tools" }, scale, smoothing.node);
  tools.append(saved("PNG", savePng), saved("SVG", saveSvg));
  root.append(...places, tools);

  function change(part: Partial<typeof state>): void {
    Object.assign(state, part);
    take(part);
    show();
  }

  function show(): void {
    set(scale, { "aria-pressed": String(state.logarithmic) });
    smoothing.show();
    const frame = model.get("frame");
    if (frame.sequence === undefined) return;
    const [losses, lossSteps] = [unpack(frame.loss), unpack(frame.lossSteps)];
    const [testLosses, testSteps] = [unpack(frame.testLoss), unpack(frame.testSteps)];
    const shares = Float32Array.from(unpack(frame.testAccuracy), (share) => 100 * share);
    const used = unpack(frame.rates);
    const common = { steps: frame.totalSteps, looked: frame.lookedAt, milestones: [] };

    const raw = { kind: "raw" as const, name: null, xs: lossSteps, ys: losses };
    const smoothed = smooth(losses, state.smoothing);
    loss.show({
      ...common,
      curves: [
        ...(state.smoothing > 0 ? [raw] : []),
        { kind: "training", name: "training", xs: lossSteps, ys: smoothed },
        { kind: "test", name: "test", marked: true, xs: testSteps, ys: testLosses },
      ],
      axis: axisOf(state.logarithmic, losses, testLosses),
    });

    const { least, most } = extent(used);
    const varies = most > least * 1.001;
    if (places[1]) places[1].hidden = !varies;
    rates.show({
      ...common,
      curves: [{ kind: "rate", name: "", xs: lossSteps, ys: used }],
      axis: { ...linear(0, most || 1), ticks: () => [0, most] },
    });

    const reached = EPOCHS.filter((epoch) => epoch < testSteps.length && testSteps[0] === 0);
    accuracy.show({
      ...common,
      curves: [{ kind: "test", name: "test", marked: true, xs: testSteps, ys: shares }],
      axis: linear(0, 100),
      milestones: reached.map((epoch, i) => ({
        x: testSteps[epoch] as number,
        y: shares[epoch] as number,
        text: `${i ? "" : "epoch "}${epoch}: ${fixed(shares[epoch] as number, 1)} %`,
      })),
    });
  }

  followFrames(model, host, show);
  takeOver(model, ["logarithmic", "smoothing"], state, show, signal);
  show();
  set(root, { role: "region", "aria-label": "Learning curves" });
}

function axisOf(byPowers: boolean, ...rows: ArrayLike<number>[]): Axis {
  const { least, most } = extent(...rows);
  if (byPowers && most > 0) return logarithmic(least, most);
  return linear(0, Math.ceil(2 * Math.max(0.5, most)) / 2);
}

export default view<Model>("learning-curves", draw);
