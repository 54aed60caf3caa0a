/** The rows above the stage: a stack to start from, the image, and the settings of one layer. */

import { type Choice, choice } from "../_front/choice.ts";
import { html, set, write } from "../_front/dom.ts";
import { type Change, KINDS, type Layer, MOST_LAYERS, type Stack, type State } from "./state.ts";

const MIDDLE = [99, 99] as const; // beyond every plane: Python goes to the middle
const OWN = "your own";
const SIZES = [8, 12, 16, 20, 24, 28, 32, 40, 48];
const NUMBERS = [
  ["Kernel", 1, 9],
  ["Stride", 1, 4],
  ["Padding", 0, 8],
  ["Dilation", 1, 8],
] as const;

function counts(from: number, to: number): [number, string][] {
  return Array.from({ length: to - from + 1 }, (_, i) => [from + i, String(from + i)]);
}

export class Controls {
  readonly node = html("div", { class: "controls" });
  readonly top = html("div", { class: "control-row" });
  private readonly choices: Choice[];
  private readonly layers = html("div", { class: "segments", role: "group" });
  private readonly add = html("button", { type: "button" }, "Add a layer after it");
  private readonly remove = html("button", { type: "button" }, "Remove it");

  constructor(
    private readonly state: State,
    private readonly change: Change,
    examples: Record<string, Stack>,
    private readonly signal: AbortSignal,
  ) {
    const names = Object.keys(examples);
    const same = ({ layers, size }: Stack) =>
      JSON.stringify([layers, size]) === JSON.stringify([state.layers, state.size]);
    const example = choice(
      "Stack",
      [...names, OWN].map((name) => [name, name] as const),
      () => names.find((name) => same(examples[name] as Stack)) ?? OWN,
      (name) => {
        const stack = examples[name];
        if (stack) this.take(stack.layers, stack.layers.length, stack.size);
      },
      signal,
    );
    const size = choice(
      "Image",
      SIZES.map((n) => [n, `${n} × ${n}`] as const),
      () => state.size,
      (value) => change({ size: value }),
      signal,
    );
    const image = choice(
      "of",
      [
        ["flower", "a flower"],
        ["temple", "a temple"],
      ] as const,
      () => state.image,
      (value) => change({ image: value }),
      signal,
    );
    const kind = choice(
      "",
      KINDS,
      () => this.chosen()[0],
      (value) => this.put(0, value),
      signal,
    );
    set(kind.select, { "aria-label": "Kind of the layer" });
    const numbers = NUMBERS.map(([label, low, high], i) =>
      choice(
        label,
        counts(low, high),
        () => this.chosen()[i + 1] as number,
        (value) => this.put(i + 1, value),
        signal,
      ),
    );
    this.choices = [example, size, image, kind, ...numbers];
    set(this.layers, { "aria-label": "The layer to change" });
    this.add.addEventListener("click", () => this.insert(), { signal });
    this.remove.addEventListener("click", () => this.drop(), { signal });
    this.top.append(example.node, size.node, image.node);
    const second = html("div", { class: "control-row" });
    second.append(
      html("span", { class: "control" }, "Layer", this.layers),
      kind.node,
      ...numbers.map(({ node }) => node),
      this.add,
      this.remove,
    );
    this.node.append(this.top, second);
  }

  private chosen(): Layer {
    const { layers, chosen } = this.state;
    return layers[Math.min(chosen, layers.length) - 1] as Layer;
  }

  /** A stack of other layers; what is looked at is the middle of the last one's plane. */
  private take(layers: Layer[], chosen: number, size = this.state.size): void {
    this.change({ layers, chosen, size, at: [layers.length, ...MIDDLE] });
  }

  private put(index: number, value: string | number): void {
    const { layers, chosen } = this.state;
    const changed = this.chosen().with(index, value) as Layer;
    this.change({ layers: layers.with(chosen - 1, changed) });
  }

  private insert(): void {
    const { layers, chosen } = this.state;
    const added: Layer = ["convolution", 3, 1, 1, 1];
    this.take(layers.toSpliced(chosen, 0, added), chosen + 1);
  }

  private drop(): void {
    const { layers, chosen } = this.state;
    this.take(layers.toSpliced(chosen - 1, 1), Math.max(1, chosen - 1));
  }

  hold(): void {
    const { layers, chosen } = this.state;
    for (const one of this.choices) one.show();
    if (this.layers.children.length !== layers.length) this.offer(layers.length);
    [...this.layers.children].forEach((button, i) => {
      set(button, { "aria-pressed": String(i + 1 === chosen) });
    });
    set(this.add, { disabled: layers.length >= MOST_LAYERS });
    set(this.remove, { disabled: layers.length <= 1 });
  }

  private offer(count: number): void {
    const { signal } = this;
    const buttons = Array.from({ length: count }, (_, i) => {
      const button = html("button", { type: "button" });
      write(button, String(i + 1));
      button.addEventListener("click", () => this.change({ chosen: i + 1 }), { signal });
      return button;
    });
    this.layers.replaceChildren(...buttons);
  }
}
