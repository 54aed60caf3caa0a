import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { hand } from "../../widgets/_front/hand.ts";
import type { AnyModel, Shared } from "../../widgets/_front/host.ts";

interface Held extends Shared {
  weight: number;
  bias: number;
}

/** A model whose Python answers when the test says so. */
function model() {
  const values: Record<string, unknown> = {};
  const sent: { hand: Partial<Held>; turn: number }[] = [];
  let listener = () => {};
  return {
    sent,
    values,
    answer(turn: number) {
      values.answered = turn;
      listener();
    },
    model: {
      get: (key: string) => values[key],
      set: (key: string, value: unknown) => {
        values[key] = value;
      },
      send: (message: (typeof sent)[number]) => sent.push(message),
      on: (_: string, callback: () => void) => {
        listener = callback;
      },
      off: () => {
        listener = () => {};
      },
    } as unknown as AnyModel<Held>,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

describe("what the hand holds", () => {
  test("is sent at once, then only the latest, once Python has answered", () => {
    const { model: m, sent, values, answer } = model();
    const hold = hand(m, new AbortController().signal);
    for (const weight of [1, 2, 3]) hold({ weight });
    hold({ bias: 7 });
    expect(values).toEqual({ weight: 3, bias: 7 }); // the page is never behind
    expect(sent.map((message) => message.hand)).toEqual([{ weight: 1 }]);
    answer(-1); // another view's turn
    expect(sent).toHaveLength(1);
    answer(sent[0]?.turn as number);
    expect(sent.map((message) => message.hand)).toEqual([{ weight: 1 }, { weight: 3, bias: 7 }]);
    answer(sent[1]?.turn as number);
    expect(sent).toHaveLength(2);
  });

  test("is sent again where no answer comes, with what is newer", () => {
    const { model: m, sent } = model();
    const hold = hand(m, new AbortController().signal);
    hold({ weight: 1, bias: 1 });
    hold({ weight: 2 });
    vi.advanceTimersByTime(2100);
    expect(sent.map((message) => message.hand).at(-1)).toEqual({ weight: 2, bias: 1 });
  });

  test("goes before a command that is sent after it", () => {
    const { model: m, sent, answer } = model();
    const hold = hand(m, new AbortController().signal);
    hold({ weight: 1 });
    hold({ weight: 2 });
    hold.flush();
    hold.flush(); // nothing waits any more
    expect(sent.map((message) => message.hand)).toEqual([{ weight: 1 }, { weight: 2 }]);
    answer(sent[1]?.turn as number);
    vi.advanceTimersByTime(10_000);
    expect(sent).toHaveLength(2);
  });

  test("arrives even when the view is closed meanwhile", () => {
    const { model: m, sent } = model();
    const ending = new AbortController();
    const hold = hand(m, ending.signal);
    hold({ weight: 1 });
    hold({ weight: 2 });
    ending.abort();
    expect(sent.map((message) => message.hand).at(-1)).toEqual({ weight: 2 });
    vi.advanceTimersByTime(10_000);
    expect(sent).toHaveLength(2);
  });
});
