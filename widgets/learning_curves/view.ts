import { type Packed, unpack } from "../_front/arrays.ts";
import { html, set } from "../_front/dom.ts";
import { type AnyModel, type Host, type Shared, view } from "../_front/host.ts";
import { type Frame, followFrames } from "../_front/live.ts";
import { Chart } from "./chart.ts";

interface CurvesFrame extends Frame {
  totalSteps: number;
  epochs: number;
  lossSteps: Packed;
  loss: Packed;
  testSteps: Packed;
  testLoss: Packed;
  testAccuracy: Packed;
}

interface Model extends Shared {
  frame: CurvesFrame;
}

function draw(model: AnyModel<Model>, host: Host): void {
  const { root, signal } = host;
  const loss = new Chart("Loss", { line: "training", dots: "◆ test", unit: "" }, signal);
  const accuracy = new Chart("Accuracy", { line: "", dots: "◆ test", unit: " %" }, signal);
  for (const chart of [loss, accuracy]) {
    const place = html("div", { class: "place" }, chart.node);
    root.append(place);
    host.fit(place, (width, height) => chart.resize(width, height));
  }

  followFrames(model, host, (frame) => {
    const [losses, testLosses] = [unpack(frame.loss), unpack(frame.testLoss)];
    const [testSteps, lossSteps] = [unpack(frame.testSteps), unpack(frame.lossSteps)];
    const highest = Math.max(0.5, ...losses, ...testLosses);
    loss.show(
      { xs: lossSteps, ys: losses },
      { xs: testSteps, ys: testLosses },
      frame.totalSteps,
      0,
      Math.ceil(2 * highest) / 2,
    );
    const percent = Float32Array.from(unpack(frame.testAccuracy), (share) => 100 * share);
    accuracy.show({ xs: [], ys: [] }, { xs: testSteps, ys: percent }, frame.totalSteps, 0, 100);
  });
  set(root, { role: "region", "aria-label": "Learning curves" });
}

export default view<Model>("learning-curves", draw);
