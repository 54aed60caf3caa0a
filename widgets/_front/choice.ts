/** A list to choose from, with its label. */

import { html, on } from "./dom.ts";
import { short } from "./numbers.ts";

export interface Choice {
  /** The label with its list. */
  node: HTMLElement;
  select: HTMLSelectElement;
  /** Shows the present value; one that is not in the list, set from Python, is added. */
  show(): void;
}

export function choice<T extends string | number>(
  label: string,
  options: readonly (readonly [value: T, text: string])[],
  value: () => T,
  choose: (value: T) => void,
  signal: AbortSignal,
): Choice {
  const select = html("select");
  const values = options.map(([one]) => one);
  const add = (text: string, one: T) => select.append(html("option", { value: String(one) }, text));
  for (const [one, text] of options) add(text, one);
  on(select, "change", signal, () => choose(values[select.selectedIndex] as T));
  return {
    node: html("label", { class: "control" }, label, select),
    select,
    show() {
      const present = value();
      if (!values.includes(present)) {
        values.push(present);
        add(typeof present === "number" ? short(present) : present, present);
      }
      select.selectedIndex = values.indexOf(present);
    },
  };
}
