/** One setting each: a number on a track, a list, a box to tick, a line to write into. */

import { type Choice, choice } from "../_front/choice.ts";
import { dial } from "../_front/dial.ts";
import { html, set } from "../_front/dom.ts";
import { clamp, fixed, short } from "../_front/numbers.ts";
import type { Value } from "./state.ts";

/** Where a setting's value is kept, and what happens with a new one. */
export interface Place {
  get(): Value;
  set(value: Value): void;
}

export interface Field {
  node: HTMLElement;
  show(): void;
}

/** How a number lies on its track, and how it is written. */
export interface Track {
  low: number;
  high: number;
  step: number;
  to(value: number): number;
  from(place: number): number;
  text(value: number): string;
  /** What 1 stands for where it is typed: a hundredth in percent. */
  unit?: number;
  /** Whether only whole numbers are meant: a comma then stands between thousands. */
  whole?: boolean;
}

/** Evenly from `low` to `high`. */
export const even = (low: number, high: number, step: number, digits: number): Track => ({
  low,
  high,
  step,
  to: (value) => value,
  from: (place) => Number((Math.round(place / step) * step).toFixed(4)),
  text: (value) => fixed(value, digits),
  whole: digits === 0,
});

/** By powers of ten, as short numbers; the lowest place may stand for 0. */
export const powers = (low: number, high: number, zero = false): Track => ({
  low,
  high,
  step: 0.1,
  to: (value) => (value > 0 ? clamp(Math.log10(value), low, high) : low),
  from: (place) => (zero && place <= low ? 0 : Number((10 ** place).toPrecision(2))),
  text: short,
});

/** 1, 2, 4, 8, … */
export const doublings = (high: number): Track => ({
  low: 0,
  high,
  step: 1,
  to: (value) => Math.log2(value),
  from: (place) => 2 ** Math.round(place),
  text: short,
  whole: true,
});

export function number(label: string, track: Track, place: Place, signal: AbortSignal): Field {
  const value = () => Number(place.get() ?? 0);
  return dial({
    ...track,
    label,
    value: () => track.to(value()),
    // A value that was typed need not lie on the track.
    text: (at) => track.text(at === track.to(value()) ? value() : track.from(at)),
    input: (at) => place.set(track.from(at)),
    typed: (text) => place.set(read(text, track)),
    signal,
  });
}

/** What was typed as a number; what is none goes to Python as it is, which says what is wrong. */
export function read(text: string, { unit = 1, whole = false }: Partial<Track> = {}): Value {
  const bare = text
    .replace(/(%|°|: 1)\s*$/, "")
    .trim()
    .replace("−", "-");
  const thousands = whole && /^-?\d{1,3}(,\d{3})+$/.test(bare);
  const plain = thousands ? bare.replaceAll(",", "") : bare.replace(",", ".");
  const value = plain === "" ? Number.NaN : Number(plain);
  return Number.isFinite(value) ? Number((value * unit).toPrecision(12)) : text;
}

/** What of some new values is not so already. */
export function differing<T extends object>(asked: Partial<T>, own: T): Partial<T> {
  const is = (value: unknown, name: string) =>
    JSON.stringify(own[name as keyof T]) === JSON.stringify(value);
  return Object.fromEntries(
    Object.entries(asked).filter(([name, value]) => !is(value, name)),
  ) as Partial<T>;
}

export function list(
  label: string,
  names: string[],
  words: Record<string, string>,
  place: Place,
  signal: AbortSignal,
): Field {
  const field: Choice = choice(
    label,
    names.map((name) => [name, words[name] ?? name.replaceAll("_", " ")] as const),
    () => String(place.get()),
    place.set,
    signal,
  );
  return field;
}

export function tick(label: string, place: Place, signal: AbortSignal): Field {
  const box = html("input", { type: "checkbox" });
  box.addEventListener("change", () => place.set(box.checked), { signal });
  return {
    node: html("label", { class: "control" }, label, box),
    show: () => {
      box.checked = place.get() === true;
    },
  };
}

export function line(label: string, numeric: boolean, place: Place, signal: AbortSignal): Field {
  const input = html("input", { type: "text", spellcheck: "false", autocomplete: "off" });
  if (numeric) set(input, { inputmode: "numeric" });
  const take = () =>
    place.set(numeric ? read(input.value, { whole: true }) : input.value.trim() || null);
  input.addEventListener("change", take, { signal });
  return {
    node: html("label", { class: "control" }, label, input),
    show: () => {
      if (document.activeElement !== input) input.value = String(place.get() ?? "");
    },
  };
}
