/** The neuron as a diagram: inputs on the left, weights on their connections, output on the right. */

import { set, svg, write } from "../_front/dom.ts";
import { share } from "../_front/graph.ts";
import { clamp, fixed, subscript } from "../_front/numbers.ts";
import { slider } from "../_front/slider.ts";
import { type Layout, layout } from "./geometry.ts";
import { pill, place, Row } from "./parts.ts";
import { Soma } from "./soma.ts";
import { BIAS_RANGE, INPUT_RANGE, type Picture, type State, WEIGHT_RANGE } from "./state.ts";

export class Diagram {
  readonly node = svg("svg", { class: "diagram", role: "group", "aria-label": "The neuron" });
  private readonly soma = new Soma();
  private readonly bias = pill("bias");
  private readonly biasName = svg("text", { class: "name", "text-anchor": "end", dy: "0.36em" });
  private readonly biasTrack = svg("line", { class: "track" });
  private readonly rows: Row[];
  private readonly speak: (() => void)[];
  private at: Layout;

  constructor(
    private readonly state: State,
    private readonly change: (part: Partial<State>) => void,
    private readonly signal: AbortSignal,
  ) {
    this.at = layout(600, 400, state.inputs.length);
    this.rows = state.inputs.map((_, i) => new Row(i));
    for (const row of this.rows) this.node.append(row.connection, row.track);
    this.node.append(...this.soma.nodes, this.biasTrack, this.biasName);
    for (const row of this.rows) this.node.append(...row.handles);
    this.node.append(this.bias.node); // last: the order of the Tab key
    this.speak = [...this.rows.flatMap((row) => this.dragRow(row)), this.dragBias()];
  }

  /** How many inputs this drawing has: another number needs another drawing. */
  get inputs(): number {
    return this.rows.length;
  }

  /** Fits the drawing to a place of that many pixels. */
  resize(width: number, height: number): void {
    this.at = layout(width, height, this.rows.length);
    const { bias } = this.at;
    set(this.node, { width, height, viewBox: `0 0 ${width} ${height}` });
    set(this.biasTrack, { x1: bias.left, y1: bias.y, x2: bias.right, y2: bias.y });
    set(this.biasName, { x: bias.left - 8, y: bias.y });
    this.soma.resize(this.at);
    this.hold();
  }

  /** Draws what the hand holds: handles, connections, names. */
  hold(): void {
    const { at, state } = this;
    for (const row of this.rows) row.draw(at, state);
    const shown = this.sign * state.bias;
    const t = clamp((shown / BIAS_RANGE + 1) / 2, 0, 1);
    place(this.bias.node, [at.bias.left + t * (at.bias.right - at.bias.left), at.bias.y]);
    write(this.bias.label, fixed(shown));
    write(this.biasName, this.sign < 0 ? "threshold θ" : "bias b");
    for (const speak of this.speak) speak();
  }

  /** Draws what Python made of it. */
  derive(picture: Picture, curve: Float32Array, lamp: string): void {
    this.soma.derive(this.at, picture, curve, lamp);
  }

  /** The threshold is the bias with the other sign. */
  private get sign(): 1 | -1 {
    return this.state.form === "threshold" ? -1 : 1;
  }

  private dragRow({ index, input, weight }: Row): (() => void)[] {
    const { state, signal } = this;
    const i = index;
    return [
      slider(input.node, {
        label: `Input ${i + 1}`,
        low: -INPUT_RANGE,
        high: INPUT_RANGE,
        step: 0.1,
        within: this.node,
        at: (x, y) => {
          const { left, right } = this.at;
          return (share([x, y], [left, 0], [right, 0]) * 2 - 1) * INPUT_RANGE;
        },
        value: () => state.inputs[i] as number,
        text: (value) => `x${subscript(i + 1)} = ${fixed(value)}`,
        input: (value) => this.change({ inputs: state.inputs.with(i, value) }),
        signal,
      }),
      slider(weight.node, {
        label: `Weight ${i + 1}`,
        low: -WEIGHT_RANGE,
        high: WEIGHT_RANGE,
        step: 0.1,
        within: this.node,
        at: (x, y) => {
          const { low, high } = this.at.weights[i] as Layout["weights"][number];
          return (share([x, y], low, high) * 2 - 1) * WEIGHT_RANGE;
        },
        value: () => state.weights[i] as number,
        text: (value) => `w${subscript(i + 1)} = ${fixed(value)}`,
        input: (value) => this.change({ weights: state.weights.with(i, value) }),
        signal,
      }),
    ];
  }

  private dragBias(): () => void {
    const [name, symbol] = this.sign < 0 ? ["Threshold", "θ"] : ["Bias", "b"];
    return slider(this.bias.node, {
      label: name as string,
      low: -BIAS_RANGE,
      high: BIAS_RANGE,
      step: 0.1,
      within: this.node,
      at: (x, y) => {
        const { left, right } = this.at.bias;
        return (share([x, y], [left, 0], [right, 0]) * 2 - 1) * BIAS_RANGE;
      },
      value: () => this.sign * this.state.bias,
      text: (value) => `${symbol} = ${fixed(value)}`,
      input: (value) => this.change({ bias: this.sign * value || 0 }), // never −0
      signal: this.signal,
    });
  }
}
