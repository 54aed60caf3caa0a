/** The page's side of a run: draws the latest frame, says that it is drawn, sends commands. */

import type { AnyModel, Host, Shared } from "./host.ts";

const REMINDER = 2000; // milliseconds; a frame or an answer may be lost on its way
const HEARTBEAT = 20_000; // milliseconds; a hidden tab's timers fire once a minute

export type RunState =
  | "starting"
  | "ready"
  | "running"
  | "paused"
  | "finished"
  | "stopped"
  | "diverged"
  | "failed";

export interface Frame {
  sequence: number;
  state: RunState;
}

export interface Live<F extends Frame> extends Shared {
  frame: F;
}

/**
 * Says again and again that the page is there, also from a hidden tab: a training that nobody shows
 * any more pauses after a while.
 */
export function keepAlive(model: { send(content: unknown): void }, signal: AbortSignal): void {
  const alive = () => model.send({ alive: true });
  const heart = setInterval(alive, HEARTBEAT);
  signal.addEventListener("abort", () => clearInterval(heart));
  alive();
}

/** Calls back with the latest frame, once per screen refresh at most, and tells Python when it is drawn. */
export function followFrames<F extends Frame>(
  model: AnyModel<Live<F>>,
  host: Host,
  draw: (frame: F) => void,
): void {
  host.root.dataset.live = ""; // what the notice of a lost Python asks
  let waiting = 0;
  let drawn = -1;
  const now = () => {
    waiting = 0;
    const frame = model.get("frame");
    if (frame.sequence === undefined) return;
    draw(frame);
    if (frame.state !== "starting") host.ready(); // until then there is nothing to see
    if (frame.sequence > drawn) {
      drawn = frame.sequence;
      model.send({ drawn });
    }
  };
  // A hidden page gets no animation frames: it draws nothing, answers nothing, and costs nothing.
  const soon = () => {
    waiting ||= requestAnimationFrame(now);
  };
  host.follow(["frame"], soon);
  const reminder = setInterval(() => {
    if (!document.hidden && drawn >= 0) model.send({ drawn });
  }, REMINDER);
  keepAlive(model, host.signal);
  host.signal.addEventListener("abort", () => {
    clearInterval(reminder);
    cancelAnimationFrame(waiting);
  });
}

/** Asks the run for something; Python answers with a frame, or with a sentence in `problem`. */
export function command(
  model: { send(content: unknown): void },
  name: string,
  value: unknown = null,
): void {
  model.send({ do: name, value });
}
