/** A drawer that opens over the page and leaves what lies beside it in reach. */

import { html, set } from "../_front/dom.ts";

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
      const [page, { right, bottom }] = [document.documentElement, opener].map((element) =>
        element.getBoundingClientRect(),
      ) as [DOMRect, DOMRect];
      panel.style.setProperty("--right", `${page.right - right}px`);
      panel.style.setProperty("--top", `${bottom - page.top + 8}px`);
      panel.style.setProperty("--seen", `${innerHeight - Math.max(0, bottom) - 24}px`);
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
