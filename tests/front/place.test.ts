import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Pair, place } from "../../widgets/_front/place.ts";

/** As much of an element as a handle asks for, without a page. */
class Handle extends EventTarget {
  private readonly attributes = new Map<string, string>();
  getAttribute = (name: string) => this.attributes.get(name) ?? null;
  setAttribute = (name: string, value: string) => this.attributes.set(name, value);
  press(type: string, key: string): void {
    this.dispatchEvent(Object.assign(new Event(type), { key }));
  }
}

beforeEach(() => {
  vi.stubGlobal("DOMRect", class {});
});
afterEach(() => {
  vi.unstubAllGlobals();
});

function handle() {
  const element = new Handle();
  const seen = { at: [0.5, 0.2] as Pair, released: 0 };
  place(element as unknown as SVGElement, {
    label: "ball",
    low: () => [-1, -2],
    high: () => [1, 2],
    step: () => [0.1, 0.2],
    within: element as unknown as Element,
    at: (x, y) => [x, y],
    value: () => seen.at,
    text: () => "",
    input: (x, y) => {
      seen.at = [x, y];
    },
    release: () => {
      seen.released += 1;
    },
    signal: new AbortController().signal,
  });
  return { element, seen };
}

test("Home and End lead to the ends of x", () => {
  const { element, seen } = handle();
  element.press("keydown", "Home");
  expect(seen.at).toEqual([-1, 0.2]);
  element.press("keydown", "End");
  expect(seen.at).toEqual([1, 0.2]);
});

test("a key that is let go elsewhere is let go", () => {
  const { element, seen } = handle();
  element.dispatchEvent(new Event("blur"));
  expect(seen.released).toBe(0);
  element.press("keydown", "ArrowUp");
  element.dispatchEvent(new Event("blur"));
  expect(seen.released).toBe(1);
  element.press("keyup", "ArrowUp");
  expect(seen.released).toBe(1);
});
