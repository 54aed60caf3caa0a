import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadAnew } from "../../widgets/_front/connection.ts";
import type { AnyModel, Shared } from "../../widgets/_front/host.ts";
import { carryOver, KEEP } from "../../widgets/_front/kept.ts";

interface Neuron extends Shared {
  weights: number[];
  bias: number;
  picture: object;
}

class Model {
  sent: { share: string; text: string; turn: number }[] = [];
  private heard: ((message: unknown) => void)[] = [];
  private readonly values: Partial<Neuron> = {
    anchor: "neuron-2",
    keeps: ["weights", "bias"],
    weights: [0.1, -3],
    bias: 2,
    picture: {},
  };

  get = (name: keyof Neuron) => this.values[name];
  send = (content: never) => this.sent.push(content);
  on = (_: string, hear: (message: unknown) => void) => this.heard.push(hear);
  off = (_: string, hear: (message: unknown) => void) => {
    this.heard = this.heard.filter((one) => one !== hear);
  };
  answer(message: unknown): void {
    for (const hear of this.heard) hear(message);
  }
}

const KEY = "lab /lab/01_neuron.ipynb#neuron-2";
const WRITTEN = '{"weights":[0.1,-3],"bias":2}';
let kept: Map<string, string>;
let page: EventTarget;
let ending: AbortController;

beforeEach(() => {
  vi.useFakeTimers();
  kept = new Map();
  page = new EventTarget();
  ending = new AbortController();
  vi.stubGlobal("self", page);
  vi.stubGlobal("top", page);
  vi.stubGlobal("document", { body: { dataset: { voila: "voila" } } });
  vi.stubGlobal("addEventListener", page.addEventListener.bind(page));
  vi.stubGlobal("dispatchEvent", page.dispatchEvent.bind(page));
  vi.stubGlobal("location", { pathname: "/lab/01_neuron.ipynb", href: "/", reload: vi.fn() });
  vi.stubGlobal("sessionStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => kept.set(key, text),
    removeItem: (key: string) => kept.delete(key),
  });
});
afterEach(() => {
  ending.abort();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function carried(model: Model, dataset = {}): boolean {
  const root = { dataset } as unknown as HTMLElement;
  return carryOver(model as unknown as AnyModel<Neuron>, root, ending.signal);
}

test("a page that has lost its Python keeps the state of its widgets, and nothing else", () => {
  expect(carried(new Model(), { lost: "" })).toBe(false);
  page.dispatchEvent(new Event(KEEP));
  expect([...kept]).toEqual([[KEY, WRITTEN]]);
});

test("whoever loads it anew by the browser's own means has it kept too, but not in a notebook", () => {
  carried(new Model(), { lost: "" });
  vi.stubGlobal("document", { body: { dataset: {} } });
  page.dispatchEvent(new Event("beforeunload"));
  expect(kept.size).toBe(0);
  vi.stubGlobal("document", { body: { dataset: { voila: "voila" } } });
  page.dispatchEvent(new Event("beforeunload"));
  expect(kept.size).toBe(1);
});

test("a page with its Python keeps nothing, and neither does a view that has ended", () => {
  carried(new Model());
  page.dispatchEvent(new Event("beforeunload"));
  carried(new Model(), { lost: "" });
  ending.abort();
  page.dispatchEvent(new Event(KEEP));
  expect(kept.size).toBe(0);
});

test("what was kept goes to Python until it answers, and is then forgotten", async () => {
  kept.set(KEY, WRITTEN);
  kept.set("lab /lab/01_neuron.ipynb#neuron", "another's");
  const model = new Model();
  expect(carried(model)).toBe(true);
  vi.advanceTimersByTime(2000);
  expect(model.sent).toHaveLength(2);
  const { turn, ...question } = model.sent[1] as (typeof model.sent)[0];
  expect(question).toEqual({ share: "open", text: WRITTEN });
  model.answer({ share: turn + 1, problem: "" });
  await vi.advanceTimersByTimeAsync(0);
  expect(kept.size).toBe(2);
  model.answer({ share: turn, problem: "" });
  await vi.advanceTimersByTimeAsync(0);
  expect([...kept.keys()]).toEqual(["lab /lab/01_neuron.ipynb#neuron"]);
});

test("a browser that refuses its storage hinders nothing", () => {
  const refuse = () => {
    throw new DOMException("no", "SecurityError");
  };
  vi.stubGlobal("sessionStorage", { getItem: refuse, setItem: refuse });
  expect(carried(new Model(), { lost: "" })).toBe(false);
});

function banner() {
  const attributes = new Map<string, string>();
  const node = {
    isConnected: true,
    textContent: "",
    getAttribute: (name: string) => attributes.get(name) ?? null,
    setAttribute: (name: string, value: string) => attributes.set(name, value),
  };
  return { node, attributes, element: node as unknown as HTMLElement };
}

test("the page is loaded anew once the server itself answers, and not its proxy", async () => {
  const answers = [() => Promise.reject(new TypeError("refused")), status(503), status(405)];
  const asked = vi.fn(() => (answers.shift() ?? status(405))());
  vi.stubGlobal("fetch", asked);
  carried(new Model(), { lost: "" });
  const { node, attributes, element } = banner();
  void loadAnew(element, element);
  await vi.advanceTimersByTimeAsync(0);
  expect(attributes.has("data-trying")).toBe(true);
  expect(node.textContent).toBe("The lab does not answer yet; trying again…");
  await vi.advanceTimersByTimeAsync(2000);
  expect(location.reload).not.toHaveBeenCalled();
  expect(kept.size).toBe(0); // the connection may come back
  await vi.advanceTimersByTimeAsync(2000);
  expect(location.reload).toHaveBeenCalledTimes(1);
  expect(kept.size).toBe(1);
  await vi.advanceTimersByTimeAsync(9000);
  expect(asked).toHaveBeenCalledTimes(3);
});

test("where the connection comes back meanwhile the page stays", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("refused")));
  const { node, element } = banner();
  void loadAnew(element, element);
  await vi.advanceTimersByTimeAsync(0);
  node.isConnected = false;
  vi.stubGlobal("fetch", status(405));
  await vi.advanceTimersByTimeAsync(9000);
  expect(location.reload).not.toHaveBeenCalled();
});

function status(code: number) {
  return () => Promise.resolve({ status: code });
}
