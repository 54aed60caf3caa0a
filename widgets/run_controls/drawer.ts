/** A drawer that opens over the page and leaves what lies beside it in reach. */

import { html, set } from "../_front/dom.ts";
import { placeBelow } from "../_front/popover.ts";

export interface Drawer {
  opener: HTMLElement;
  panel: HTMLElement;
}

export function drawer(name: string, notice: Node, content: Node[], signal: AbortSignal): Drawer {
  const close = html("button", { type: "button", class: "close", "aria-label": "Close" }, "✕");
  const panel = html(
    "div",
    { popover: "manual", class: "drawer", role: "dialog", "aria-label": name },
    html("div", { class: "drawer-head" }, html("h3", {}, name), notice, close),
    ...content,
  );
  const opener = html("button", { type: "button", class: "opener", "aria-expanded": false }, name);
  opener.popoverTargetElement = panel;
  const shut = () => {
    panel.hidePopover();
    opener.focus();
  };
  close.addEventListener("click", shut, { signal });
  panel.addEventListener(
    "keydown",
    (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      event.stopPropagation();
      shut();
    },
    { signal },
  );
  panel.addEventListener(
    "beforetoggle",
    (event) => {
      if ((event as ToggleEvent).newState !== "open") return;
      placeBelow(opener, panel, 8);
      const below = innerHeight - Math.max(0, opener.getBoundingClientRect().bottom);
      panel.style.setProperty("--seen", `${below - 24}px`);
    },
    { signal },
  );
  panel.addEventListener(
    "toggle",
    (event) => {
      const open = (event as ToggleEvent).newState === "open";
      set(opener, { "aria-expanded": String(open) });
      if (open) panel.querySelector<HTMLElement>("[role=slider]")?.focus();
    },
    { signal },
  );
  return { opener, panel };
}
