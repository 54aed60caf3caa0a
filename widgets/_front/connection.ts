/** Says on the page when the Python kernel behind it is gone: no host does. */

import { html } from "./dom.ts";

interface Signal<T> {
  connect(slot: (sender: unknown, value: T) => void): void;
  disconnect(slot: (sender: unknown, value: T) => void): void;
}

interface Kernel {
  statusChanged: Signal<string>;
  connectionStatusChanged: Signal<string>;
}

const STOPPED = "The Python behind this page has stopped. What you see is the last state.";
const STATUS: Record<string, string> = {
  restarting: STOPPED,
  autorestarting: STOPPED,
  dead: STOPPED,
  terminating: STOPPED,
};
const CONNECTION: Record<string, string> = {
  connecting: "The connection to Python is lost. Trying to connect again…",
  disconnected: "The connection to Python is lost. What you see is the last state.",
};

function notice(text: string | undefined): void {
  const present = document.querySelector(".lab-lost");
  if (text === undefined) {
    present?.remove();
    return;
  }
  const reload = html("button", { type: "button" }, "Reload the page");
  reload.addEventListener("click", () => location.reload());
  const banner = html("div", { class: "lab-lost", role: "alert" }, html("span", {}, text), reload);
  if (present) present.replaceWith(banner);
  else document.body.append(banner);
}

/**
 * Watches the kernel of a widget's manager, as far as the host shows it: Colab shows none, and
 * other pages may have no manager, or a kernel of another kind.
 */
export function watchKernel(model: { widget_manager?: unknown }, signal: AbortSignal): void {
  const kernel = (model.widget_manager as { kernel?: Partial<Kernel> } | undefined)?.kernel;
  if (!kernel?.statusChanged?.connect || !kernel.connectionStatusChanged) return;
  let dead = false;
  const onStatus = (_: unknown, status: string) => {
    if (!STATUS[status]) return;
    dead = true; // a restarted kernel has forgotten everything: the notice stays
    notice(STATUS[status]);
  };
  const onConnection = (_: unknown, status: string) => {
    if (!dead) notice(CONNECTION[status]);
  };
  kernel.statusChanged.connect(onStatus);
  kernel.connectionStatusChanged.connect(onConnection);
  signal.addEventListener("abort", () => {
    kernel.statusChanged?.disconnect(onStatus);
    kernel.connectionStatusChanged?.disconnect(onConnection);
  });
}
