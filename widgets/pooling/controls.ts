/** The rows above the stage: an example, how the window moves, what stands beside, the task. */

import { type Choice, choice } from "../_front/choice.ts";
import { html, set } from "../_front/dom.ts";
import { segments } from "../_front/segments.ts";
import {
  type Change,
  KINDS,
  resized,
  type Settings,
  type State,
  sizeOf,
  withKind,
} from "./state.ts";

const OWN = "your own";

function counts(from: number, to: number): [number, string][] {
  return Array.from({ length: to - from + 1 }, (_, i) => [from + i, String(from + i)]);
}

export class Controls {
  readonly node = html("div", { class: "controls" });
  readonly top = html("div", { class: "control-row" });
  private readonly windows = html("span", { class: "control-row" });
  private readonly choices: Choice[];
  private readonly kinds;
  private readonly beside;
  private readonly ceil = html("input", { type: "checkbox" });
  private readonly include = html("input", { type: "checkbox" });
  private readonly included: HTMLElement;

  constructor(
    private readonly state: State,
    change: Change,
    examples: Record<string, Settings>,
    signal: AbortSignal,
  ) {
    this.kinds = segments("Pooling", KINDS, (kind) => change(withKind(state, kind)), signal);
    this.beside = segments(
      "What stands beside",
      [
        ["picture", "a picture"],
        ["gradient", "the gradient"],
      ] as const,
      (beside) => change({ beside }),
      signal,
    );
    const names = Object.keys(examples);
    const present = () =>
      names.find((name) =>
        Object.entries(examples[name] as Settings).every(
          ([key, value]) => JSON.stringify(state[key as keyof State]) === JSON.stringify(value),
        ),
      ) ?? OWN;
    const anew = { step: 0, picked: [], gradient: [] };
    const example = choice(
      "Example",
      [...names, OWN].map((name) => [name, name] as const),
      present,
      (name) => {
        if (examples[name]) change({ ...examples[name], ...anew });
      },
      signal,
    );
    const task = choice(
      "Task",
      [
        ["none", "none"],
        ["may change", "which cell may change?"],
      ] as const,
      () => state.task,
      (value) => change({ task: value, picked: [] }),
      signal,
    );
    const size = choice(
      "Input",
      counts(2, 8).map(([n]) => [`${n} × ${n}`, `${n} × ${n}`] as const),
      () => sizeOf(state.input).join(" × "),
      (text) => {
        const side = Number.parseInt(text, 10);
        change({ input: resized(state.input, side), shift: [0, 0], ...anew });
      },
      signal,
    );
    const number = (label: string, key: "kernel_size" | "stride" | "padding", options: Options) =>
      choice(
        label,
        options,
        () => state[key],
        (value) => change({ [key]: value, picked: [] }),
        signal,
      );
    const settings = [
      number(
        "Window",
        "kernel_size",
        counts(1, 8).map(([n]) => [n, `${n} × ${n}`]),
      ),
      number("Stride", "stride", counts(1, 8)),
      number("Padding", "padding", counts(0, 4)),
    ];
    const tick = (box: HTMLInputElement, key: "ceil_mode" | "count_include_pad", label: string) => {
      box.addEventListener("change", () => change({ [key]: box.checked, picked: [] }), { signal });
      return html("label", { class: "control" }, box, label);
    };
    this.included = tick(this.include, "count_include_pad", "count the padding");
    const ceil = tick(this.ceil, "ceil_mode", "ceil mode");
    this.windows.append(...settings.map(({ node }) => node), ceil, this.included);
    this.choices = [example, task, size, ...settings];
    this.top.append(this.kinds.node, example.node, task.node);
    const beside = html("span", { class: "control" }, "Beside it", this.beside.node);
    const second = html("div", { class: "control-row" }, size.node, this.windows, beside);
    this.node.append(this.top, second);
  }

  hold(): void {
    const { kind, beside, ceil_mode, count_include_pad } = this.state;
    this.kinds.show(kind);
    this.beside.show(beside);
    for (const one of this.choices) one.show();
    this.ceil.checked = ceil_mode;
    this.include.checked = count_include_pad;
    set(this.windows, { hidden: kind.startsWith("global") });
    set(this.included, { hidden: kind !== "average" });
  }
}

type Options = (readonly [number, string])[];
