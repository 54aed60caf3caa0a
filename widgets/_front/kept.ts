/** What the hand has set is carried along when a page that has lost its Python is loaded anew. */

import { asking } from "./ask.ts";
import { inHand } from "./hand.ts";
import type { AnyModel, Shared } from "./host.ts";
import { isDashboard } from "./page.ts";

/** The event by which the page says to its widgets that it will be loaded anew. */
export const KEEP = "lab-keep";

/**
 * Keeps the state of a widget in this tab when the page is loaded anew without its Python. Has Python
 * open what was kept before, and says whether there was any: each is opened once.
 */
export function carryOver<M extends Shared>(
  model: AnyModel<M>,
  root: HTMLElement,
  signal: AbortSignal,
): boolean {
  const key = `lab ${location.pathname}#${model.get("anchor")}`;
  const keep = ({ type }: Event) => {
    if ("lost" in root.dataset && (type === KEEP || isDashboard()))
      sessionStorage.setItem(key, JSON.stringify(inHand(model, model.get("keeps") as never[])));
  };
  for (const event of [KEEP, "beforeunload"]) addEventListener(event, keep, { signal });
  let text: string | null = null;
  try {
    text = sessionStorage.getItem(key);
  } catch {} // a browser may refuse the page its storage
  if (text === null) return false;
  void asking(model, signal)({ share: "open", text }).then(() => sessionStorage.removeItem(key));
  return true;
}
