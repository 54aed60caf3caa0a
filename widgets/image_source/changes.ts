/** The dials that turn an image, move it and make it noisy. */

import { type Dial, dial } from "../_front/dial.ts";
import { html } from "../_front/dom.ts";
import { clamp, fixed } from "../_front/numbers.ts";
import { STILL, type State } from "./state.ts";

type Name = keyof typeof STILL;

interface Kind {
  name: Name;
  label: string;
  low: number;
  high: number;
  step: number;
  /** What one is in the unit that is shown. */
  unit(size: readonly [number, number]): number;
  text(value: number): string;
}

const KINDS: Kind[] = [
  {
    name: "rotate",
    label: "Turn",
    low: -180,
    high: 180,
    step: 5,
    unit: () => 1,
    text: (value) => `${fixed(value, 0)}°`,
  },
  {
    name: "right",
    label: "Right",
    low: -0.5,
    high: 0.5,
    step: 0.05,
    unit: ([, width]) => width,
    text: (value) => `${fixed(value, 1)} px`,
  },
  {
    name: "down",
    label: "Down",
    low: -0.5,
    high: 0.5,
    step: 0.05,
    unit: ([height]) => height,
    text: (value) => `${fixed(value, 1)} px`,
  },
  {
    name: "noise",
    label: "Noise",
    low: 0,
    high: 0.5,
    step: 0.05,
    unit: () => 100,
    text: (value) => `${fixed(value, 0)} %`,
  },
];

export class Changes {
  readonly node = html("div", { class: "changes" });
  private readonly dials: Dial[];
  readonly back = html("button", { type: "button", class: "back" }, "Undo all");

  constructor(
    private readonly state: State,
    change: (part: Partial<State>) => void,
    size: () => readonly [number, number],
    signal: AbortSignal,
  ) {
    this.dials = KINDS.map(({ name, label, low, high, step, unit, text }) =>
      dial({
        label,
        low,
        high,
        step,
        value: () => state[name],
        text: (value) => text(value * unit(size())),
        input: (value) => change({ [name]: value }),
        typed: (words) => {
          const number = Number.parseFloat(words.replace("−", "-").replace(",", "."));
          if (!Number.isNaN(number)) change({ [name]: clamp(number / unit(size()), low, high) });
        },
        signal,
      }),
    );
    this.back.addEventListener("click", () => change({ ...STILL }), { signal });
    this.node.append(...this.dials.map(({ node }) => node));
  }

  show(): void {
    for (const { show } of this.dials) show();
    const still = KINDS.every(({ name }) => this.state[name] === 0);
    this.back.hidden = still;
  }
}
