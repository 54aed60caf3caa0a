/** The rows above the stage: the kernel, how the window moves, the input, the task. */

import { type Choice, choice } from "../_front/choice.ts";
import { html } from "../_front/dom.ts";
import { type Segments, segments } from "../_front/segments.ts";
import {
  divided,
  sizedInput,
  sizedKernel,
  withChannels,
  withFilters,
  withPreset,
} from "./reshape.ts";
import type { Change, Preset, State, Table } from "./state.ts";
import { TASKS } from "./task.ts";

const upTo = (last: number, first = 1) =>
  Array.from({ length: last - first + 1 }, (_, i) => [first + i, String(first + i)] as const);
const INKS = [0, 1, 5, 9] as const;

export class Controls {
  readonly node = html("div", { class: "controls" });
  private readonly shows: (() => void)[] = [];
  private readonly divide = html("input", { type: "checkbox" });
  private readonly channels: Segments<number>;
  private readonly filters: Segments<number>;
  /** The value that the brush paints on the input; null where drags change values. */
  ink: number | null = null;

  constructor(
    private readonly state: State,
    change: Change,
    presets: () => Preset[],
    random: () => void,
    signal: AbortSignal,
  ) {
    const list = <T extends string | number>(
      label: string,
      options: readonly (readonly [T, string])[],
      value: () => T,
      choose: (value: T) => void,
    ): Choice => {
      const made = choice(label, options, value, choose, signal);
      this.shows.push(made.show);
      return made;
    };
    const sizes = () => {
      const [table] = state.kernel[0] as [Table];
      return [table.length, table[0]?.length ?? 1] as const;
    };
    const resize = (rows: number, columns: number) =>
      change({
        kernel: state.kernel.map((filter) =>
          filter.map((table) => sizedKernel(table, rows, columns)),
        ),
      });
    const names = [
      ...presets().map(({ name }) => [name, name] as const),
      ["random", "random"] as const,
      ["own", "your own"] as const,
    ];
    const chooseKernel = (name: string) => {
      const preset = presets().find((one) => one.name === name);
      if (preset) change(withPreset(state, preset));
      else if (name === "random") random();
      this.hold();
    };
    const kernel = list("Kernel", names, () => this.preset(presets()), chooseKernel);
    const rows = list(
      "",
      upTo(7),
      () => sizes()[0],
      (value) => resize(value, sizes()[1]),
    );
    const columns = list(
      "×",
      upTo(7),
      () => sizes()[1],
      (value) => resize(sizes()[0], value),
    );
    rows.select.ariaLabel = "Kernel rows";
    columns.select.ariaLabel = "Kernel columns";
    this.divide.addEventListener("change", () => change({ normalise: this.divide.checked }), {
      signal,
    });
    const stride = list(
      "Stride",
      upTo(5),
      () => state.stride,
      (value) => change({ stride: value }),
    );
    const padding = list<number | string>(
      "Padding",
      [...upTo(6, 0), ["same", "same"], ["valid", "valid"]],
      () => state.padding,
      (value) => change({ padding: value }),
    );
    const modes = ["zeros", "reflect", "replicate", "circular"].map((m) => [m, m] as const);
    const mode = list(
      "",
      modes,
      () => state.padding_mode,
      (m) => change({ padding_mode: m }),
    );
    mode.select.ariaLabel = "What the padding holds";
    const dilation = list(
      "Dilation",
      upTo(4),
      () => state.dilation,
      (d) => change({ dilation: d }),
    );
    const functions = ["identity", "relu", "leaky_relu", "sigmoid", "tanh"];
    const activation = list(
      "Activation",
      functions.map(
        (name) => [name, name === "identity" ? "none" : name.replace("_", " ")] as const,
      ),
      () => state.activation,
      (name) => change({ activation: name }),
    );
    const grid = list(
      "Input",
      upTo(12, 3).map(([n]) => [`${n} × ${n}`, `${n} × ${n}`] as const),
      () => `${state.input[0]?.length} × ${state.input[0]?.[0]?.length}`,
      (size) => {
        const [rows, columns] = size.split(" × ").map(Number) as [number, number];
        change({ input: state.input.map((table) => sizedInput(table, rows, columns)), at: [0, 0] });
      },
    );
    this.channels = segments(
      "Channels",
      [
        [1, "1"],
        [3, "RGB"],
      ],
      (count) => change(withChannels(state, count)),
      signal,
    );
    this.filters = segments(
      "Filters",
      upTo(3),
      (count) => change(withFilters(state, presets(), count)),
      signal,
    );
    const hand = list<number>(
      "Drag to",
      [[-1, "change a number"], ...INKS.map((ink) => [ink, `paint ${ink}`] as const)],
      () => this.ink ?? -1,
      (ink) => {
        this.ink = ink < 0 ? null : ink;
      },
    );
    const task = list<string>(
      "Task",
      TASKS,
      () => state.task,
      (name) => {
        change({ task: name, guess: null });
      },
    );
    const cluster = (...nodes: (Node | string)[]) => html("span", { class: "cluster" }, ...nodes);
    const divide = html("label", { class: "control" }, this.divide, "÷ its sum");
    this.node.append(
      cluster(kernel.node, rows.node, columns.node, divide),
      stride.node,
      cluster(padding.node, mode.node),
      dilation.node,
      activation.node,
      grid.node,
      html("span", { class: "control" }, "Channels", this.channels.node),
      html("span", { class: "control" }, "Filters", this.filters.node),
      hand.node,
      task.node,
    );
  }

  hold(): void {
    for (const show of this.shows) show();
    this.divide.checked = this.state.normalise;
    this.channels.show(this.state.input.length);
    this.filters.show(this.state.kernel.length);
  }

  /** The preset that the chosen filter is just now. */
  private preset(presets: Preset[]): string {
    const filter = this.state.kernel[this.state.chosen] ?? (this.state.kernel[0] as Table[]);
    const held = JSON.stringify(filter);
    const is = ({ cells, normalise }: Preset) => {
      const whole = filter.map(() => cells);
      return [whole, ...(normalise ? [divided(whole)] : [])].some(
        (one) => JSON.stringify(one) === held,
      );
    };
    return presets.find(is)?.name ?? "own";
  }
}
