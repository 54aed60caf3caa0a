/** A row of buttons of which one is chosen (ARIA radio group: arrows choose). */

import { html, set } from "./dom.ts";

export interface Segments<T> {
  node: HTMLElement;
  show(value: T): void;
}

export function segments<T extends string | number>(
  label: string,
  choices: readonly (readonly [value: T, text: string])[],
  choose: (value: T) => void,
  signal: AbortSignal,
): Segments<T> {
  const buttons = choices.map(([value, text]) => {
    const button = html("button", { type: "button", role: "radio" }, text);
    button.addEventListener("click", () => choose(value), { signal });
    return button;
  });
  const node = html(
    "div",
    { class: "segments", role: "radiogroup", "aria-label": label },
    ...buttons,
  );
  node.addEventListener(
    "keydown",
    (event) => {
      const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      const present = buttons.findIndex((button) => button.getAttribute("aria-checked") === "true");
      const next = (present + by + buttons.length) % buttons.length;
      choose((choices[next] as readonly [T, string])[0]);
      buttons[next]?.focus();
    },
    { signal },
  );
  return {
    node,
    show(value) {
      choices.forEach(([choice], i) => {
        const chosen = choice === value;
        set(buttons[i] as Element, { "aria-checked": String(chosen), tabindex: chosen ? 0 : -1 });
      });
    },
  };
}
