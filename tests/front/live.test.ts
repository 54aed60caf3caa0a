import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { keepAlive } from "../../widgets/_front/live.ts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

test("a page says at once and again and again that it is there, until its view ends", () => {
  const sent: unknown[] = [];
  const ending = new AbortController();
  keepAlive({ send: (content) => sent.push(content) }, ending.signal);
  expect(sent).toEqual([{ alive: true }]);
  vi.advanceTimersByTime(60_000);
  expect(sent.length).toBe(4);
  ending.abort();
  vi.advanceTimersByTime(60_000);
  expect(sent.length).toBe(4);
});
