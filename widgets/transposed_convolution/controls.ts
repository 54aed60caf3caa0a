/** The rows above the stage: what is looked at, an example, and the settings of the stamp. */

import { type Choice, choice } from "../_front/choice.ts";
import { html, set } from "../_front/dom.ts";
import { segments } from "../_front/segments.ts";
import { type Change, MODES, resized, type Settings, type State, sizeOf } from "./state.ts";

const OWN = "your own";

function counts(from: number, to: number): [number, string][] {
  return Array.from({ length: to - from + 1 }, (_, i) => [from + i, String(from + i)]);
}

const SQUARES = [1, 2, 3, 4, 5].map((n) => [`${n} × ${n}`, `${n} × ${n}`] as const);

export class Controls {
  readonly node = html("div", { class: "controls" });
  readonly top = html("div", { class: "control-row" });
  private readonly settings = html("div", { class: "control-row" });
  private readonly compared = html("div", { class: "control-row" });
  private readonly choices: Choice[];
  private readonly modes;

  constructor(
    private readonly state: State,
    change: Change,
    examples: Record<string, Settings>,
    signal: AbortSignal,
  ) {
    this.modes = segments("View", MODES, (mode) => change({ mode }), signal);
    const names = Object.keys(examples);
    const present = () =>
      names.find((name) =>
        Object.entries(examples[name] as Settings).every(
          ([key, value]) => JSON.stringify(state[key as keyof State]) === JSON.stringify(value),
        ),
      ) ?? OWN;
    const example = choice(
      "Example",
      [...names, OWN].map((name) => [name, name] as const),
      present,
      (name) => {
        if (examples[name]) change({ ...examples[name], stamp: 0, output_cell: 0 });
      },
      signal,
    );
    const size = (label: string, key: "input" | "kernel") =>
      choice(
        label,
        SQUARES,
        () => sizeOf(state[key]).join(" × "),
        (text) => {
          const [rows, columns] = text.split(" × ").map(Number) as [number, number];
          change({ [key]: resized(state[key], rows, columns), stamp: 0, output_cell: 0 });
        },
        signal,
      );
    const number = <
      K extends "stride" | "padding" | "output_padding" | "dilation" | "compared_stride",
    >(
      label: string,
      key: K,
      from: number,
      to: number,
    ) =>
      choice(
        label,
        counts(from, to),
        () => state[key] as number,
        (value) => change({ [key]: value }),
        signal,
      );
    const settings = [
      size("Input", "input"),
      size("Kernel", "kernel"),
      number("Stride", "stride", 1, 3),
      number("Padding", "padding", 0, 4),
      number("Output padding", "output_padding", 0, 2),
      number("Dilation", "dilation", 1, 3),
    ];
    const stride = number("Stride", "compared_stride", 1, 3);
    this.choices = [example, ...settings, stride];
    this.top.append(this.modes.node, example.node);
    this.settings.append(...settings.map(({ node }) => node));
    this.compared.append(
      stride.node,
      html(
        "span",
        { class: "note" },
        "The input is 5 × 5 ones, the kernels are ones: what counts is how often a cell is hit.",
      ),
    );
    this.node.append(this.top, this.settings, this.compared);
  }

  hold(): void {
    this.modes.show(this.state.mode);
    for (const one of this.choices) one.show();
    const compares = this.state.mode === "checkerboard";
    set(this.settings, { hidden: compares });
    set(this.compared, { hidden: !compares });
    set(this.choices[0]?.node as Element, { hidden: compares });
  }
}
