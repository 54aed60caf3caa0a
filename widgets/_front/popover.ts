/** Where a panel opens: just below its opener, so far from the page's right edge as that. */

/** Tells the style sheet the place. */
export function placeBelow(opener: Element, panel: HTMLElement, gap: number): void {
  const page = document.documentElement.getBoundingClientRect();
  const { right, bottom } = opener.getBoundingClientRect();
  panel.style.setProperty("--right", `${page.right - right}px`);
  panel.style.setProperty("--top", `${bottom - page.top + gap}px`);
}
