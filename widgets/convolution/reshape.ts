/** Another size, another number of channels or filters: what remains keeps its numbers. No DOM. */

import type { Preset, State, Table } from "./state.ts";

const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** A kernel with other sizes: its middle stays, weights that come are 0. */
export function sizedKernel(table: Table, rows: number, columns: number): Table {
  const shift = (from: number, to: number) => Math.trunc((from - to) / 2);
  const [down, across] = [shift(table.length, rows), shift(table[0]?.length ?? 1, columns)];
  return range(rows).map((r) => range(columns).map((c) => table[r + down]?.[c + across] ?? 0));
}

/** An input with other sizes: it is cut off, or repeated. */
export function sizedInput(table: Table, rows: number, columns: number): Table {
  return range(rows).map((r) =>
    range(columns).map((c) => {
      const row = table[r % table.length] as number[];
      return row[c % row.length] as number;
    }),
  );
}

/** Red, green and blue begin as the table, the table upside down and the table from right to left. */
export function withChannels(state: State, count: number): Partial<State> {
  if (count === state.input.length) return {};
  const table = (state.input[state.channel] ?? state.input[0]) as Table;
  const others = [table, [...table].reverse(), table.map((row) => [...row].reverse())];
  return {
    input: others.slice(0, count),
    kernel: state.kernel.map((filter) =>
      range(count).map((c) => (filter[count === 1 ? state.channel : c] ?? filter[0]) as Table),
    ),
    channel: 0,
  };
}

/** Further filters begin as kernels that others do not have, with sums to divide by. */
export function withFilters(state: State, presets: Preset[], count: number): Partial<State> {
  const [first] = state.kernel as [Table[]];
  const [rows, columns] = [first[0]?.length ?? 1, first[0]?.[0]?.length ?? 1];
  const known = JSON.stringify(state.kernel);
  const spare = ["sharpen", "identity", "box"]
    .flatMap((name) => presets.filter((preset) => preset.name === name))
    .map(({ cells }) => sizedKernel(cells, rows, columns))
    .filter((cells) => !known.includes(JSON.stringify(cells)));
  const another = () => {
    const cells = spare.shift();
    return cells ? first.map(() => cells) : first; // so small a table has few kernels
  };
  return {
    kernel: range(count).map((f) => state.kernel[f] ?? another()),
    bias: range(count).map((f) => state.bias[f] ?? 0),
    chosen: count > state.kernel.length ? count - 1 : Math.min(state.chosen, count - 1),
  };
}

/** A filter divided by its sum; one whose sum is 0 stays. */
export function divided(filter: Table[]): Table[] {
  const by = sum(filter) || 1;
  return filter.map((table) => table.map((row) => row.map((weight) => weight / by)));
}

const sum = (filter: Table[]) => filter.flat(2).reduce((total, weight) => total + weight, 0);

/**
 * The chosen filter becomes a preset; all filters take its size. They share one switch: where one is
 * to be divided by its sum and another is not, numbers are divided and the switch is off.
 */
export function withPreset(state: State, { cells, normalise }: Preset): Partial<State> {
  const [rows, columns] = [cells.length, cells[0]?.length ?? 1];
  const chosen = Math.min(state.chosen, state.kernel.length - 1);
  const kernel = state.kernel.map((filter, f) =>
    filter.map((table) => (f === chosen ? cells : sizedKernel(table, rows, columns))),
  );
  if (kernel.length === 1 || normalise === state.normalise) return { kernel, normalise };
  if (sum(kernel[chosen] as Table[]) === 1) return { kernel }; // divided or not, it is the same
  return {
    kernel: kernel.map((filter, f) =>
      (f === chosen ? normalise : state.normalise) ? divided(filter) : filter,
    ),
    normalise: false,
  };
}

/** A table with another number in one place. */
export function replaced(table: Table, row: number, column: number, value: number): Table {
  return table.map((line, r) =>
    r === row ? line.map((old, c) => (c === column ? value : old)) : line,
  );
}
