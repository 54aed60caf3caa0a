/** What the hand holds, on its way to Python: one message under way, the latest next, the last one always. */

import type { AnyModel, Shared } from "./host.ts";

const LOST_AFTER = 2000; // milliseconds; servers drop messages under load

export interface Hand<M> {
  (part: Partial<M>): void;
  /** Sends what waits at once: a command that is sent next must not overtake it. */
  flush(): void;
}

/**
 * Returns a function that takes over new values. ipywidgets would wait for the kernel to be idle
 * before it sends the next ones: up to a frame after the answer is there.
 */
export function hand<M extends Shared>(model: AnyModel<M>, signal: AbortSignal): Hand<M> {
  let waiting: Partial<M> = {};
  let underWay: Partial<M> = {};
  let turn = 0; // of the message under way; 0 when there is none
  let lost = 0;

  const send = () => {
    clearTimeout(lost);
    underWay = waiting;
    waiting = {};
    turn = 1 + Math.floor(Math.random() * 2 ** 31); // another view's turn is not ours
    model.send({ hand: underWay, turn });
    lost = window.setTimeout(() => {
      waiting = { ...underWay, ...waiting };
      send();
    }, LOST_AFTER);
  };
  const answered = () => {
    if (model.get("answered") !== turn) return;
    clearTimeout(lost);
    turn = 0;
    if (Object.keys(waiting).length > 0) send();
  };
  model.on("change:answered", answered);
  signal.addEventListener("abort", () => {
    model.off("change:answered", answered);
    clearTimeout(lost);
    if (Object.keys(waiting).length > 0) model.send({ hand: waiting, turn: 0 });
  });

  const take = (part: Partial<M>) => {
    for (const [key, value] of Object.entries(part)) model.set(key as keyof M, value as never);
    Object.assign(waiting, part);
    if (turn === 0) send();
  };
  const flush = () => {
    if (Object.keys(waiting).length > 0) send();
  };
  return Object.assign(take, { flush });
}

/** Returns what the model holds under these names: all that the hand starts from. */
export function inHand<M extends Shared, K extends keyof M & string>(
  model: AnyModel<M>,
  names: readonly K[],
): Pick<M, K> {
  return Object.fromEntries(names.map((name) => [name, model.get(name)])) as unknown as Pick<M, K>;
}

/**
 * Calls back when Python set something that the page does not hold: a cell, a link, a refusal. The
 * state holds all of the model's values then, for they fit together.
 */
export function takeOver<M extends Shared, K extends keyof M & string>(
  model: AnyModel<M>,
  names: readonly K[],
  state: Pick<M, K>,
  taken: () => void,
  signal: AbortSignal,
): void {
  for (const name of names) {
    const listen = () => {
      if (JSON.stringify(state[name]) === JSON.stringify(model.get(name))) return;
      Object.assign(state, inHand(model, names));
      taken();
    };
    model.on(`change:${name}`, listen);
    signal.addEventListener("abort", () => model.off(`change:${name}`, listen));
  }
}
