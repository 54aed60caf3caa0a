/** The states of a run: each as a word and a shape, and what the main button does in it. */

import type { RunState } from "./live.ts";

interface Shown {
  shape: string;
  word: string;
  button: string;
  does: "start" | "pause";
}

const AGAIN = { button: "Train again", does: "start" } as const;

/** @param begin what the main button says where nothing is learnt yet. */
export function stateOf(state: RunState, begin: string): Shown {
  const first = { button: begin, does: "start" } as const;
  return {
    starting: { shape: "◌", word: "Loading", ...first },
    ready: { shape: "●", word: "Ready", ...first },
    running: { shape: "▶", word: "Training", button: "Pause", does: "pause" } as const,
    paused: { shape: "❚❚", word: "Paused", button: "Go on", does: "start" } as const,
    finished: { shape: "✓", word: "Finished", ...AGAIN },
    stopped: { shape: "■", word: "Stopped", ...AGAIN },
    diverged: { shape: "⚠", word: "Diverged", ...AGAIN },
    failed: { shape: "⚠", word: "Failed", button: "Try again", does: "start" } as const,
  }[state];
}
