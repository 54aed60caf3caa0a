/** The film of a round: what is known at a frame, and who takes part in it. No DOM. */

import { clamp } from "../_front/numbers.ts";

export type Kind = "start" | "forward" | "error" | "delta" | "weight" | "bias" | "update" | "new";
/** What is done, and where; −1 where it belongs to no layer or neuron. */
export type Frame = [kind: Kind, layer: number, to: number, source: number];

const PHASES: Record<Kind, string> = {
  start: "Start",
  forward: "Forward",
  error: "Error",
  delta: "Back",
  weight: "Gradients",
  bias: "Gradients",
  update: "Update",
  new: "New error",
};

export interface Phase {
  name: string;
  first: number;
  count: number;
}

/** The named parts of a film, in order. */
export function phases(film: readonly Frame[]): Phase[] {
  const parts: Phase[] = [];
  film.forEach(([kind], first) => {
    const last = parts.at(-1);
    if (last?.name === PHASES[kind]) last.count += 1;
    else parts.push({ name: PHASES[kind], first, count: 1 });
  });
  return parts;
}

/** Pixels of each part on a bar: room for its name, and the rest shared by the frames. */
export function spread(parts: readonly Phase[], width: number, name: number): number[] {
  const least = Math.min(name, width / parts.length);
  const frames = parts.reduce((sum, { count }) => sum + count, 0);
  const rest = width - least * parts.length;
  return parts.map(({ count }) => least + (rest * count) / frames);
}

/** Where the middle of a frame lies on the bar. */
export function placeOf(step: number, parts: readonly Phase[], widths: readonly number[]): number {
  let left = 0;
  for (const [i, { first, count }] of parts.entries()) {
    const width = widths[i] as number;
    if (step < first + count) return left + ((step - first + 0.5) / count) * width;
    left += width;
  }
  return left;
}

/** The frame whose middle lies at a place of the bar; the reverse of `placeOf`, between frames too. */
export function frameAt(x: number, parts: readonly Phase[], widths: readonly number[]): number {
  let left = 0;
  for (const [i, { first, count }] of parts.entries()) {
    const width = widths[i] as number;
    if (x < left + width || i === parts.length - 1)
      return first + ((x - left) / width) * count - 0.5;
    left += width;
  }
  return 0;
}

export class Moment {
  private readonly at = new Map<string, number>();
  readonly frame: Frame;

  /** `hidden`: the gradient of this frame is still to be guessed. */
  constructor(
    film: readonly Frame[],
    private readonly step: number,
    private readonly hidden = false,
  ) {
    film.forEach((frame, i) => {
      this.at.set(frame.join(), i);
    });
    this.frame = film[clamp(step, 0, film.length - 1)] as Frame;
  }

  private reached(...frame: Frame): boolean {
    const index = this.at.get(frame.join()) ?? Number.POSITIVE_INFINITY;
    return index < this.step || (index === this.step && !this.hidden);
  }

  knowsActivation = (layer: number, neuron: number): boolean =>
    this.reached("forward", layer, neuron, -1);

  knowsDelta = (layer: number, neuron: number): boolean => this.reached("delta", layer, neuron, -1);

  knowsGradient = (layer: number, to: number, source: number): boolean =>
    this.reached("weight", layer, to, source);

  isUpdated = (layer: number): boolean => this.reached("update", layer, -1, -1);

  /** Whether the way forward is gone again, with the new weights. */
  get isNew(): boolean {
    return this.frame[0] === "new";
  }

  /** Whether the error is on its way back, so that connections show gradients. */
  isBack(layer: number): boolean {
    return this.reached("error", -1, -1, -1) && !this.isUpdated(layer);
  }

  /** Whether a connection takes part in this frame. */
  uses = (layer: number, to: number, source: number): boolean => {
    const [kind, l, j, k] = this.frame;
    switch (kind) {
      case "forward":
        return layer === l && to === j;
      case "delta": // through the weights to the next layer
        return layer === l + 1 && source === j;
      case "weight":
        return layer === l && to === j && source === k;
      case "update":
        return layer === l;
      default:
        return kind === "new";
    }
  };

  /** Whether a node takes part; column 0 holds the inputs, the last one of `columns` the outputs. */
  involves(column: number, node: number, columns: number): boolean {
    const [kind, l, j, k] = this.frame;
    const here = column === l + 1 && node === j;
    switch (kind) {
      case "start":
        return column === 0;
      case "error":
      case "new":
        return column === columns - 1;
      case "weight":
        return here || (column === l && node === k);
      case "bias":
        return column === l + 1;
      default:
        return here;
    }
  }

  usesBias(layer: number, neuron: number): boolean {
    const [kind, l, j] = this.frame;
    if (kind === "forward") return layer === l && neuron === j;
    return (kind === "bias" || kind === "update") && layer === l;
  }

  /** Which way something flows along the connections that take part. */
  get flow(): "forward" | "back" | "none" {
    const [kind] = this.frame;
    if (kind === "forward" || kind === "new") return "forward";
    return kind === "delta" || kind === "weight" ? "back" : "none";
  }
}

/** Fixed digits; powers of ten where a number is too small for them; a true minus sign. */
export function number(value: number, digits = 3): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size >= 10 ** -digits && size < 1e4) return value.toFixed(digits).replace("-", "−");
  const [mantissa, exponent] = value.toExponential(1).split("e") as [string, string];
  const raised = exponent.replace(/[+]/g, "").replace(/[-\d]/g, raise);
  return `${mantissa}·10${raised}`.replace("-", "−");
}

const raise = (sign: string): string => (sign === "-" ? "⁻" : ("⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(sign)] ?? ""));

/** ¹ ² ³ … for the number of a layer. */
export function superscript(layer: number): string {
  return raise(String(layer));
}
