/** The neuron as a diagram: inputs on the left, weights on their connections, output on the right. */

import { set, svg, write } from "../_front/dom.ts";
import { clamp, fixed, subscript } from "../_front/numbers.ts";
import { slider } from "../_front/slider.ts";
import { between, type Layout, layout, type Point, share } from "./geometry.ts";
import { BIAS_RANGE, INPUT_RANGE, type Picture, type State, WEIGHT_RANGE } from "./state.ts";

type Change = (part: Partial<State>) => void;

/** A draggable number on a pill. */
function pill(name: string): { node: SVGGElement; label: SVGTextElement } {
  const label = svg("text", { class: "pill-text", "text-anchor": "middle", dy: "0.36em" });
  const node = svg(
    "g",
    { class: `pill ${name}` },
    svg("rect", { class: "halo", x: -38, y: -22, width: 76, height: 44, rx: 22 }),
    svg("rect", { class: "body", x: -31, y: -15, width: 62, height: 30, rx: 15 }),
    label,
  );
  return { node, label };
}

export class Diagram {
  readonly node = svg("svg", { class: "diagram", role: "group", "aria-label": "The neuron" });
  private at: Layout = layout(600, 400, 3);
  private readonly curve = svg("path", { class: "curve" });
  private readonly dot = svg("circle", { class: "dot", r: 5 });
  private readonly output = svg("text", {
    class: "output-text",
    "text-anchor": "middle",
    dy: "0.36em",
  });
  private readonly lamp = svg("circle", { class: "lamp" });
  private readonly bias = pill("bias");
  private readonly biasName = svg("text", { class: "name" });
  private readonly biasTrack = svg("line", { class: "track" });
  private readonly rows: Row[] = [];
  private speak: (() => void)[] = [];

  constructor(
    private readonly state: State,
    private readonly change: Change,
    signal: AbortSignal,
  ) {
    this.build(signal);
  }

  private build(signal: AbortSignal): void {
    const { state } = this;
    const { neuron, output } = this.at;
    const axon = svg("line", { class: "axon" });
    const stem = svg("line", { class: "axon stem" });
    const body = svg("circle", { class: "soma" });
    const axis = svg("path", { class: "axis" });
    for (let i = 0; i < state.inputs.length; i++) {
      const row = new Row(i);
      this.rows.push(row);
      this.node.append(row.connection, row.track);
    }
    this.node.append(stem, axon, body, axis, this.curve, this.dot, this.lamp, this.output);
    this.node.append(this.biasTrack, this.biasName);
    for (const row of this.rows) {
      const i = row.index;
      this.node.append(row.input.node, row.weight.node, row.name, row.weightName);
      this.speak.push(
        slider(row.input.node, {
          label: `Input ${i + 1}`,
          low: -INPUT_RANGE,
          high: INPUT_RANGE,
          step: 0.1,
          at: (event) => {
            const { left, right } = this.at;
            return ((this.local(event)[0] - left) / (right - left)) * 2 * INPUT_RANGE - INPUT_RANGE;
          },
          value: () => state.inputs[i] as number,
          text: (value) => `x${subscript(i + 1)} = ${fixed(value)}`,
          input: (value) => this.change({ inputs: state.inputs.with(i, value) }),
          signal,
        }),
        slider(row.weight.node, {
          label: `Weight ${i + 1}`,
          low: -WEIGHT_RANGE,
          high: WEIGHT_RANGE,
          step: 0.1,
          at: (event) => {
            const { low, high } = this.at.weights[i] as Layout["weights"][number];
            return share(this.local(event), low, high) * 2 * WEIGHT_RANGE - WEIGHT_RANGE;
          },
          value: () => state.weights[i] as number,
          text: (value) => `w${subscript(i + 1)} = ${fixed(value)}`,
          input: (value) => this.change({ weights: state.weights.with(i, value) }),
          signal,
        }),
      );
    }
    this.node.append(this.bias.node);
    const sign = () => (state.form === "threshold" ? -1 : 1);
    this.speak.push(
      slider(this.bias.node, {
        label: state.form === "threshold" ? "Threshold" : "Bias",
        low: -BIAS_RANGE,
        high: BIAS_RANGE,
        step: 0.1,
        at: (event) => {
          const { left, right } = this.at.bias;
          return (share(this.local(event), [left, 0], [right, 0]) * 2 - 1) * BIAS_RANGE;
        },
        value: () => state.bias * sign(),
        text: (value) => `${state.form === "threshold" ? "θ" : "b"} = ${fixed(value)}`,
        input: (value) => this.change({ bias: value * sign() || 0 }),
        signal,
      }),
    );
    this.resize = (width, height) => {
      this.at = layout(width, height, state.inputs.length);
      const at = this.at;
      set(this.node, { width, height, viewBox: `0 0 ${width} ${height}` });
      set(body, { cx: at.neuron.x, cy: at.neuron.y, r: at.neuron.r });
      const [x, y, r] = [at.neuron.x, at.neuron.y, at.neuron.r * 0.68];
      set(axis, { d: `M${x - r},${y}h${2 * r}M${x},${y - r}v${2 * r}` });
      set(axon, { x1: x + at.neuron.r, y1: y, x2: at.output.x - at.output.r, y2: y });
      set(stem, { x1: x, y1: y + at.neuron.r, x2: x, y2: at.bias.y - 15 });
      set(this.lamp, { cx: at.output.x, cy: at.output.y, r: at.output.r });
      set(this.output, { x: at.output.x, y: at.output.y });
      set(this.biasTrack, { x1: at.bias.left, y1: at.bias.y, x2: at.bias.right, y2: at.bias.y });
      set(this.biasName, { x: at.bias.left - 8, y: at.bias.y, "text-anchor": "end", dy: "0.36em" });
      this.hold();
    };
    set(body, { cx: neuron.x, cy: neuron.y });
    set(this.lamp, { cx: output.x });
  }

  /** How many inputs this drawing has: another number needs another drawing. */
  get inputs(): number {
    return this.rows.length;
  }

  /** Fits the drawing to a place of that many pixels. */
  resize: (width: number, height: number) => void = () => {};

  /** Draws what the hand holds: handles, connections, names. */
  hold(): void {
    const { at, state } = this;
    for (const row of this.rows) row.draw(at, state);
    const shown = state.form === "threshold" ? -state.bias : state.bias;
    const t = clamp((shown / BIAS_RANGE + 1) / 2, 0, 1);
    place(this.bias.node, [at.bias.left + t * (at.bias.right - at.bias.left), at.bias.y]);
    write(this.bias.label, fixed(shown));
    write(this.biasName, state.form === "threshold" ? "threshold θ" : "bias b");
    for (const speak of this.speak) speak();
  }

  /** Draws what Python made of it: activation curve, its point, the output. */
  derive(picture: Picture, curve: Float32Array, lamp: string): void {
    const { x, y, r } = this.at.neuron;
    const half = curve.length / 2;
    const [size, low, high] = [r * 0.68, curve[0] as number, curve[half - 1] as number];
    const tallest = Math.max(1, ...curve.subarray(half).map(Math.abs));
    const place = (z: number, a: number): Point => [
      x + size * clamp(z / Math.max(-low, high), -1, 1),
      y - size * clamp(a / tallest, -1, 1),
    ];
    const points = Array.from({ length: half }, (_, i) =>
      place(curve[i] as number, curve[half + i] as number),
    );
    set(this.curve, {
      d: `M${points.map(([px, py]) => `${px.toFixed(1)},${py.toFixed(1)}`).join("L")}`,
    });
    const [cx, cy] = place(picture.z, picture.output);
    set(this.dot, { cx, cy });
    set(this.lamp, { fill: lamp, class: picture.fires ? "lamp on" : "lamp" });
    write(this.output, fixed(picture.output));
  }

  private local(event: PointerEvent): Point {
    const box = this.node.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  }
}

/** One input: its track, its node, and its connection with the weight on it. */
class Row {
  readonly track = svg("line", { class: "track" });
  readonly connection = svg("g", { class: "connection" });
  readonly input = pill("input");
  readonly weight = pill("weight");
  readonly name = svg("text", { class: "name" });
  readonly weightName = svg("text", { class: "name" });
  private readonly line = svg("line");
  private readonly zero = svg("line", { class: "zero" });

  constructor(readonly index: number) {
    this.connection.append(this.line, this.zero);
  }

  draw(at: Layout, state: State): void {
    const y = at.rows[this.index] as number;
    const { from, to, low, high } = at.weights[this.index] as Layout["weights"][number];
    const weight = state.weights[this.index] as number;
    const input = state.inputs[this.index] as number;
    set(this.track, { x1: at.left, y1: y, x2: at.right, y2: y });
    const [x1, y1] = [at.right, y];
    set(this.line, {
      x1,
      y1,
      x2: to[0],
      y2: to[1],
      class: weight > 0 ? "positive" : weight < 0 ? "negative" : "none",
      "stroke-width": 2 + 3 * Math.abs(weight),
    });
    const [zx, zy] = between(low, high, 0.5);
    const tilt = (Math.atan2(to[1] - from[1], to[0] - from[0]) * 180) / Math.PI;
    set(this.zero, {
      x1: 0,
      y1: -12,
      x2: 0,
      y2: 12,
      transform: `translate(${zx} ${zy}) rotate(${tilt})`,
    });
    place(this.input.node, [
      at.left + ((input + INPUT_RANGE) / (2 * INPUT_RANGE)) * (at.right - at.left),
      y,
    ]);
    write(this.input.label, fixed(input));
    place(this.weight.node, between(low, high, (weight + WEIGHT_RANGE) / (2 * WEIGHT_RANGE)));
    write(this.weight.label, weight > 0 ? `+${fixed(weight)}` : fixed(weight));
    set(this.weight.node, { "data-sign": Math.sign(weight) });
    set(this.name, { x: at.left - 22, y: y - 24 });
    write(this.name, `input x${subscript(this.index + 1)}`);
    const [nx, ny] = between(from, to, 0.1);
    set(this.weightName, { x: nx, y: ny - 14, visibility: to[0] - from[0] < 220 ? "hidden" : "" });
    write(this.weightName, `w${subscript(this.index + 1)}`);
  }
}

function place(node: SVGElement, [x, y]: Point): void {
  node.setAttribute("transform", `translate(${x.toFixed(2)} ${y.toFixed(2)})`);
}
