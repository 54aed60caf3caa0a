/** Keeps the identity of what is arranged anew: everything goes to its new place from where it was. */

const TRAVEL = 300; // milliseconds

const arranged = new WeakMap<HTMLElement, number>(); // when each was arranged last

export function travel(parent: HTMLElement, arrange: () => void): void {
  const children = () => [...parent.children] as HTMLElement[];
  const before = new Map(children().map((node) => [node, [node.offsetLeft, node.offsetTop]]));
  arrange();
  const now = performance.now();
  const hurried = now - (arranged.get(parent) ?? -Infinity) < 2 * TRAVEL;
  arranged.set(parent, now);
  if (hurried) return; // what changes faster than it could travel would only flicker
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  for (const node of children()) {
    const [x, y] = before.get(node) ?? [];
    if (x === undefined || y === undefined) continue; // it is new
    const [dx, dy] = [x - node.offsetLeft, y - node.offsetTop];
    if (dx === 0 && dy === 0) continue;
    const from = { transform: `translate(${dx}px, ${dy}px)` };
    node.animate([from, { transform: "none" }], { duration: TRAVEL, easing: "ease-out" });
  }
}
