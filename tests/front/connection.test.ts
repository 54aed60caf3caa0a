import { expect, test, vi } from "vitest";
import { watchKernel } from "../../widgets/_front/connection.ts";

const root = { setAttribute() {}, removeAttribute() {} } as unknown as HTMLElement;
vi.stubGlobal("document", { querySelector: () => null }); // no notice

class Told<T> {
  slots: ((sender: unknown, value: T) => void)[] = [];
  connect(slot: (sender: unknown, value: T) => void): void {
    this.slots.push(slot);
  }
  disconnect(slot: (sender: unknown, value: T) => void): void {
    this.slots = this.slots.filter((one) => one !== slot);
  }
}

test.each([
  {},
  { widget_manager: undefined },
  { widget_manager: null },
  { widget_manager: {} },
  { widget_manager: { kernel: null } },
  { widget_manager: { kernel: { status: "idle" } } },
  { widget_manager: { kernel: { statusChanged: {}, connectionStatusChanged: {} } } },
])("a page that shows no kernel, or another kind of one, is left alone: %o", (model) => {
  const ending = new AbortController();
  expect(() => watchKernel(model, root, ending.signal)).not.toThrow();
  expect(() => ending.abort()).not.toThrow();
});

test("a kernel is watched until the view ends", () => {
  const kernel = { statusChanged: new Told<string>(), connectionStatusChanged: new Told<string>() };
  const ending = new AbortController();
  watchKernel({ widget_manager: { kernel } }, root, ending.signal);
  expect(kernel.statusChanged.slots).toHaveLength(1);
  expect(kernel.connectionStatusChanged.slots).toHaveLength(1);
  ending.abort();
  expect(kernel.statusChanged.slots).toHaveLength(0);
  expect(kernel.connectionStatusChanged.slots).toHaveLength(0);
});
