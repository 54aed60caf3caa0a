/** The ball where every racer starts, and the cross-hair that looks at any other place. */

import { on, set, svg, write } from "../_front/dom.ts";
import { type Pair, place } from "../_front/place.ts";
import type { Terrain } from "../_front/terrain.ts";
import type { Change, Ground, Probed, State } from "./state.ts";
import { arrow, scaled, three, unitOf } from "./walk.ts";

const ARROW = 60;
const CROSS = "M-9,0H9M0,-9V9";

export function ballOn(terrain: Terrain, state: State, change: Change, signal: AbortSignal) {
  const body = svg(
    "g",
    { class: "ball" },
    svg("circle", { class: "halo", r: 21 }),
    svg("circle", { class: "body", r: 10 }),
    svg("circle", { class: "shine", cx: -3, cy: -3.5, r: 2.4 }),
  );
  const hair = svg(
    "g",
    { class: "probe" },
    svg("circle", { class: "halo", r: 16 }),
    svg("path", { class: "probe-halo", d: CROSS }),
    svg("path", { class: "probe-cross", d: CROSS }),
  );
  const slope = svg("path", { class: "arrow-gradient" });
  const halo = svg("path", { class: "arrow-halo" });
  const loss = svg("text");
  const gradient = svg("text");
  const looked = svg("g", { class: "looked" }, halo, slope, loss, gradient);
  const { overlay } = terrain;
  terrain.over.append(looked, hair, body);
  let ground: Ground | undefined;
  let steepest = 1;

  const ends = (which: 0 | 1) => (ground?.domain.map((side) => side[which]) ?? [-1, 1]) as Pair;
  const probed = () => (state.probe.length === 2 ? (state.probe as Pair) : null);
  const words = ([x, y]: Pair) => `${ground?.axes[0]} ${three(x)}, ${ground?.axes[1]} ${three(y)}`;
  const common = {
    low: () => ends(0),
    high: () => ends(1),
    step: () => ends(1).map((end, i) => (end - (ends(0)[i] as number)) / 100) as Pair,
    within: overlay,
    at: (x: number, y: number) => terrain.at(x, y),
    signal,
  };
  const speak = [
    place(body, {
      ...common,
      label: "The ball: where every racer starts",
      value: () => state.start,
      text: () => words(state.start),
      input: (x, y) => change({ start: [x, y], probe: [] }),
    }),
    place(hair, {
      ...common,
      label: "Look at loss and gradient of a place",
      value: () => probed() ?? state.start,
      text: () => `${words(probed() ?? state.start)}: ${loss.textContent}, ${gradient.textContent}`,
      input: (x, y) => change({ probe: [x, y] }),
    }),
  ];

  // Over the ground the pointer looks; a finger taps.
  let looking = false;
  const under = ({ clientX, clientY }: PointerEvent): Pair | null => {
    const { left, top } = overlay.getBoundingClientRect();
    const at = terrain.at(clientX - left, clientY - top);
    const inside = at.every((x, i) => x >= (ends(0)[i] as number) && x <= (ends(1)[i] as number));
    return inside ? at : null;
  };
  const see = (event: PointerEvent) => {
    const handle = (event.target as Element).closest('[role="slider"]');
    if (handle === hair) return;
    const found = handle ? null : under(event);
    if (!found && !looking) return;
    looking = found !== null;
    change({ probe: found ?? [] });
  };
  const leave = () => change({ probe: [] });
  on(overlay, "pointermove", signal, (event) => {
    if (event.pointerType === "mouse" && event.buttons === 0) see(event);
  });
  on(overlay, "pointerdown", signal, see);
  on(overlay, "pointerleave", signal, (event) => {
    if (!looking || event.pointerType !== "mouse") return;
    looking = false;
    leave();
  });
  on(hair, "focus", signal, () => {
    if (!probed() && hair.matches(":focus-visible")) change({ probe: state.start });
  });
  on(hair, "blur", signal, leave);

  return {
    /** Draws what the hand holds. */
    hold(land: Ground, most: number): void {
      ground = land;
      steepest = most;
      const put = (node: Element, [x, y]: Pair) =>
        set(node, { transform: `translate(${terrain.x(x)} ${terrain.y(y)})` });
      put(body, state.start);
      put(hair, probed() ?? state.start);
      set(hair, { "data-on": probed() !== null });
      for (const one of speak) one();
    },
    /** Draws what Python says of the place that is looked at. */
    derive(seen: Probed): void {
      const { place: at } = seen;
      const on = at !== undefined && probed() !== null;
      set(looked, { "data-on": on });
      if (!on) return;
      const [x, y] = [terrain.x(at[0]), terrain.y(at[1])];
      const known = typeof seen.loss === "number";
      write(loss, known ? `loss ${three(seen.loss as number)}` : "no loss here");
      write(gradient, known ? `gradient (${seen.gradient?.map(three).join(", ")})` : "");
      const right = x < terrain.x(ends(0)[0]) + 0.55 * terrain.size;
      const anchor = { "text-anchor": right ? "start" : "end", x: x + (right ? 16 : -16) };
      const above = y > 70;
      set(loss, { ...anchor, y: y + (above ? -30 : 30) });
      set(gradient, { ...anchor, y: y + (above ? -12 : 48) });
      const [gx, gy] = seen.gradient ?? [0, 0];
      const d = arrow([x, y], scaled([-gx, -gy], steepest, ARROW, unitOf(terrain)));
      set(slope, { d });
      set(halo, { d });
      for (const one of speak) one();
    },
  };
}
