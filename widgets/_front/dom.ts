/** Makes elements: `html("p", { class: "note" }, "text")`, `svg("circle", { r: 5 })`. */

type Attributes = Record<string, string | number | boolean>;
type Child = Node | string;

function fill<E extends Element>(node: E, attributes: Attributes, children: Child[]): E {
  set(node, attributes);
  node.append(...children);
  return node;
}

export function html<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  return fill(document.createElement(tag), attributes, children);
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
}

/** Listens to an element until the signal ends it. */
export function on<K extends keyof HTMLElementEventMap>(
  node: HTMLElement | SVGElement,
  type: K,
  signal: AbortSignal,
  act: (event: HTMLElementEventMap[K]) => void,
): void {
  node.addEventListener(type, act as EventListener, { signal });
}

/** A button that does what it says; one of the browser's own kind would submit a form. */
export function button(text: string, attributes: Attributes = {}): HTMLButtonElement {
  return html("button", { type: "button", ...attributes }, text);
}

/** Sets attributes; one that is already so is left alone, because writing it costs a new style. */
export function set(node: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false) {
      node.removeAttribute(name);
      continue;
    }
    const text = value === true ? "" : String(value);
    if (node.getAttribute(name) !== text) node.setAttribute(name, text);
  }
}

/** Writes text only where it changed: a live region must not speak twice. */
export function write(node: Element, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}
