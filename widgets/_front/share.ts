/** "Share": what the hand holds as a link or a short text, and the way back from one. */

import { asking } from "./ask.ts";
import { copy as copyText } from "./copy.ts";
import { button, html, on, write } from "./dom.ts";
import type { AnyModel, Host, Shared } from "./host.ts";
import { isDashboard } from "./page.ts";
import { placeBelow } from "./popover.ts";

/** The link to a page where `anchor` has that state; what it says of other widgets stays in it. */
export function linkTo(page: string, anchor: string, text: string): string {
  const [address, fragment = ""] = page.split("#", 2);
  const others = fragment
    .split("&")
    .filter((part) => part.includes("=") && !part.startsWith(`${anchor}=`));
  return `${address}#${[...others, `${anchor}=${text}`].join("&")}`;
}

/** What a link says of `anchor`; none where it says nothing. */
export function stateIn(link: string, anchor: string): string | undefined {
  const parts = (link.split("#", 2)[1] ?? "").split("&");
  return parts.find((part) => part.startsWith(`${anchor}=`))?.slice(anchor.length + 1);
}

/**
 * Returns the button, to be put at the end of a widget's controls, and opens what the page's own
 * address says of this widget. Python writes and reads the texts: their form is known only there.
 */
export function share<M extends Shared>(
  model: AnyModel<M>,
  { signal, restored }: Host,
): HTMLElement {
  const anchor = model.get("anchor");
  const ask = asking(model, signal);
  const open = async (text: string) => {
    await ask({ share: "text" }); // what the hand still held is on its way before the next question
    return (await ask({ share: "open", text })).problem ?? "";
  };
  const openAddress = () => {
    const text = stateIn(location.href, anchor);
    if (text !== undefined) void open(text);
  };
  window.addEventListener("hashchange", openAddress, { signal });
  if (!restored) openAddress();

  const link = button("Copy link");
  const text = button("Copy text");
  const copied = html("input", { type: "text", readonly: true, "aria-label": "To be copied" });
  const pasted = html("input", { type: "text", spellcheck: "false", autocomplete: "off" });
  const said = html("p", { role: "status" });
  const form = html(
    "form",
    {},
    html("label", {}, "Open a link or a text", pasted),
    html("button", { type: "submit" }, "Open"),
  );
  const row = html("div", {}, ...(isDashboard() ? [link, text] : [text]));
  const panel = html("div", { popover: "auto", class: "share" }, row, copied, form, said);
  const opener = button("Share");
  opener.popoverTargetElement = panel;

  let state = "";
  const refresh = async () => {
    for (const copy of [link, text]) copy.disabled = true;
    copied.value = "";
    write(said, "");
    await ask({ share: "text" }); // as above: this answer may be older than what the page shows
    state = (await ask({ share: "text" })).text ?? "";
    for (const copy of [link, text]) copy.disabled = false;
    copied.value = isDashboard() ? linkTo(location.href, anchor, state) : state;
  };
  on(panel, "beforetoggle", signal, (event) => {
    if ((event as ToggleEvent).newState !== "open") return;
    placeBelow(opener, panel, 4);
    void refresh();
  });
  on(panel, "focusout", signal, ({ relatedTarget: next }) => {
    // Who goes on with the widget makes the text in the panel an old one.
    if (next instanceof Node && next !== opener && !panel.contains(next)) panel.hidePopover();
  });
  const copy = async (what: string) => {
    copied.value = what;
    copied.select();
    if (await copyText(what)) {
      write(said, "Copied.");
      return;
    }
    copied.select();
    write(said, "This page may not copy by itself: press Ctrl+C, or ⌘C on a Mac.");
  };
  const copyLink = () => {
    const whole = linkTo(location.href, anchor, state);
    history.replaceState(history.state, "", whole); // the next widget's link keeps this one's state
    void copy(whole);
  };
  on(link, "click", signal, copyLink);
  on(text, "click", signal, () => void copy(state));
  on(pasted, "keydown", signal, (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault(); // a browser submits by itself, but not inside JupyterLab
    form.requestSubmit();
  });
  on(form, "submit", signal, async (event) => {
    event.preventDefault();
    const problem = await open(pasted.value);
    write(said, problem);
    if (problem) return;
    pasted.value = "";
    panel.hidePopover();
  });
  return html("span", { class: "share-place" }, opener, panel);
}
