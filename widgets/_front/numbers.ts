/** Numbers as people read them. */

/** Fixed digits, so that numbers do not dance while they change; a true minus sign, no "−0.00". */
export function fixed(value: number, digits = 2): string {
  const text = Math.abs(value).toFixed(digits);
  return value < 0 && Number(text) !== 0 ? `−${text}` : text;
}

/** As few digits as the number needs, a true minus sign. */
export function short(value: number): string {
  return String(Number(value.toPrecision(6))).replace("-", "−");
}

/** Commas between thousands. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** A time as one says it. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.ceil(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${fixed(seconds / 3600, 1)} h`;
}

export function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}

/** Rounds to a multiple of `step`, without the dust of binary fractions. */
export function snap(value: number, step: number): number {
  return Number((Math.round(value / step) * step).toFixed(6));
}

/** ₁ ₂ ₃ … for the index of a weight. */
export function subscript(index: number): string {
  return String(index).replace(/\d/g, (digit) => String.fromCodePoint(0x2080 + Number(digit)));
}

/** Steps of 1, 2 or 5 times a power of ten: about `count` ticks from `low` to `high`. */
export function ticks(low: number, high: number, count: number): number[] {
  if (!(high > low)) return [low];
  const raw = (high - low) / Math.max(1, count);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = ([1, 2, 5, 10].find((m) => m * power >= raw * 0.999) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) =>
    Number(((first + i) * step).toFixed(10)),
  );
}
