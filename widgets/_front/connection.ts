/** Says on the page when the Python behind it is gone, for no host does, and the way back. */

import { button, html, set, write } from "./dom.ts";
import { KEEP } from "./kept.ts";

const AGAIN_AFTER = 2000; // milliseconds
const PATIENCE = 5000; // milliseconds; a network may swallow questions

interface Signal<T> {
  connect(slot: (sender: unknown, value: T) => void): void;
  disconnect(slot: (sender: unknown, value: T) => void): void;
}

interface Kernel {
  isDisposed: boolean;
  statusChanged: Signal<string>;
  connectionStatusChanged: Signal<string>;
}

const LAST = "What you see is the last state.";
const LOST = "The connection to Python is lost.";
const CONNECTION: Record<string, string> = {
  connecting: `${LOST} Trying to connect again…`,
  disconnected: `${LOST} ${LAST}`,
};

/** Loads the page anew as soon as its server answers: else the browser's error page came. */
export async function loadAnew(banner: HTMLElement, text: HTMLElement): Promise<void> {
  set(banner, { "data-trying": true }); // what is said from here on is said here
  while (banner.isConnected) {
    try {
      // Not GET, which would start a Python. Any answer will do, but that of a proxy before it.
      const signal = AbortSignal.timeout(PATIENCE);
      const { status } = await fetch(location.href, { method: "HEAD", cache: "no-store", signal });
      if (status < 500 && banner.isConnected) {
        dispatchEvent(new Event(KEEP));
        location.reload();
        return;
      }
    } catch {} // nobody is there
    write(text, "The lab does not answer yet; trying again…");
    await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER));
  }
}

/** All widgets of a page say what they know of the one Python in one notice. */
function say(root: HTMLElement, text: string): void {
  set(root, { "data-lost": text !== "" });
  const banner = document.querySelector<HTMLElement>(".lab-lost");
  if (!document.querySelector(".lab[data-lost]")) banner?.remove();
  else if (!banner)
    document.body.prepend(notice(text)); // the first that the keyboard reaches
  else if (text && !("trying" in banner.dataset)) write(banner.firstChild as HTMLElement, text);
}

function notice(text: string): HTMLElement {
  const said = html("span", {}, text);
  const anew = button("Reload with my settings");
  const banner = html("div", { class: "lab-lost", role: "alert" }, said, anew);
  if (document.querySelector(".lab[data-live]"))
    said.after(
      html("span", {}, "Your settings come back; a training begins anew. “Save” keeps a network."),
    );
  anew.addEventListener("click", () => void loadAnew(banner, said), { once: true });
  return banner;
}

/**
 * Watches the kernel of a widget's manager, as far as the host shows it: Colab shows none, and
 * other pages may have no manager, or a kernel of another kind.
 */
export function watchKernel(
  model: { widget_manager?: unknown },
  root: HTMLElement,
  signal: AbortSignal,
): void {
  const kernel = (model.widget_manager as { kernel?: Partial<Kernel> } | undefined)?.kernel;
  if (!kernel?.statusChanged?.connect || !kernel.connectionStatusChanged) return;
  let dead = false; // a restarted kernel has forgotten everything: the notice stays
  const onStatus = (_: unknown, status: string) => {
    if (!/dead|restarting|terminating/.test(status)) return;
    dead = true;
    say(root, `The Python behind this page has stopped. ${LAST}`);
  };
  const onConnection = (_: unknown, status: string) => {
    // Who leaves the page, or chooses another kernel, gives the connection up: it is not lost.
    if (!dead && !kernel.isDisposed) say(root, CONNECTION[status] ?? "");
  };
  kernel.statusChanged.connect(onStatus);
  kernel.connectionStatusChanged.connect(onConnection);
  signal.addEventListener("abort", () => {
    kernel.statusChanged?.disconnect(onStatus);
    kernel.connectionStatusChanged?.disconnect(onConnection);
    say(root, "");
  });
}
