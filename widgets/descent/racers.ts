/** Who races: a chip for each, and the settings of the chosen one. */

import { choice } from "../_front/choice.ts";
import { button, html, on, set, write } from "../_front/dom.ts";
import { clamp, short } from "../_front/numbers.ts";
import { dial } from "./dial.ts";
import { badge } from "./paths.ts";
import { type Change, MOST_RACERS, type Offers, RATES, type Racer, type State } from "./state.ts";
import { three } from "./walk.ts";

interface Chip {
  node: HTMLElement;
  name: HTMLElement;
}

export function racerRow(state: State, offers: Offers, change: Change, signal: AbortSignal) {
  const chips = html("span", { class: "chips", role: "group", "aria-label": "Racers" });
  const add = button("+", { "aria-label": "Add a racer" });
  const remove = button("✕", { "aria-label": "Remove this racer" });
  const known: Chip[] = [];
  let shown = -1;
  const current = () => state.racers[state.chosen] as Racer;

  const optimizer = choice(
    "",
    offers.optimizers.map(({ name, label }) => [name, label] as const),
    () => current().optimizer,
    (name) => edit(fresh(name)),
    signal,
  );
  set(optimizer.select, { "aria-label": "Optimizer" });
  const schedule = choice(
    "Schedule",
    offers.schedules,
    () => current().schedule,
    (schedule) => edit({ schedule }),
    signal,
  );
  const rate = dial({
    label: "Learning rate",
    low: RATES[0],
    high: RATES[1],
    step: 0.05,
    value: () => clamp(Math.log10(current().learning_rate), RATES[0], RATES[1]),
    text: () => three(current().learning_rate),
    input: (power) => edit({ learning_rate: Number((10 ** power).toPrecision(3)) }),
    signal,
  });
  const momentum = dial({
    label: "Momentum",
    low: 0,
    high: 0.99,
    step: 0.01,
    value: () => current().momentum,
    text: (value) => String(Number(value.toFixed(3))),
    input: (momentum) => edit({ momentum: Number(momentum.toFixed(3)) }),
    signal,
  });
  on(add, "click", signal, () => {
    const taken = state.racers.map(({ optimizer }) => optimizer);
    const free = offers.optimizers.find(({ name }) => !taken.includes(name));
    const racers = [...state.racers, fresh(free?.name ?? "adam")];
    change({ racers, chosen: racers.length - 1 });
  });
  on(remove, "click", signal, () => {
    const racers = state.racers.filter((_, i) => i !== state.chosen);
    change({ racers, chosen: Math.min(state.chosen, racers.length - 1) });
  });
  const node = html("div", { class: "controls racers" });
  const own = html("span", { class: "chip own" }); // of the chosen one: its list instead of a button
  chips.append(own);
  node.append(chips, add, remove, rate.node, momentum.node, schedule.node);

  function hold(): void {
    while (known.length > state.racers.length) known.pop()?.node.remove();
    while (known.length < state.racers.length) addChip();
    state.racers.forEach(({ optimizer }, i) => {
      const { node, name } = known[i] as Chip;
      const label = offers.optimizers.find((one) => one.name === optimizer)?.label ?? optimizer;
      write(name, label);
      node.hidden = i === state.chosen;
    });
    if (shown !== state.chosen) {
      shown = state.chosen;
      own.replaceChildren(badge(shown), optimizer.select);
      known[shown]?.node.after(own);
    }
    set(add, { disabled: state.racers.length >= MOST_RACERS });
    set(remove, { disabled: state.racers.length <= 1 });
    const offer = offers.optimizers.find(({ name }) => name === current().optimizer);
    set(optimizer.select, { title: offer?.sentence ?? "" });
    optimizer.show();
    schedule.show();
    rate.hold();
    momentum.hold();
    // An option that Python gave wins: no dial turns it.
    momentum.node.hidden = !offer?.momentum || offer.momentum_option in current().options;
    if (offer?.momentum) momentum.rename(offer.momentum);
  }

  /** Where the chosen one's learning rate begins to diverge; null where nobody knows. */
  function limit(beyond: number | null): void {
    const words = beyond === null ? "" : `limit ${short(Number(beyond.toPrecision(3)))}`;
    rate.mark(beyond === null ? null : Math.log10(beyond), words);
  }

  function fresh(name: string): Racer {
    const offer = offers.optimizers.find((one) => one.name === name);
    return {
      optimizer: name,
      learning_rate: offer?.learning_rate ?? 0.1,
      momentum: offer?.momentum_default ?? 0,
      schedule: "constant",
      options: {},
    };
  }

  function edit(part: Partial<Racer>): void {
    change({ racers: state.racers.with(state.chosen, { ...current(), ...part }) });
  }

  function addChip(): void {
    const index = known.length;
    const name = html("span");
    const node = html("button", { type: "button", class: "chip" }, badge(index), name);
    on(node, "click", signal, () => change({ chosen: index }));
    known.push({ node, name });
    chips.append(node);
  }
  return { node, hold, limit };
}
