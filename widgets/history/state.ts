/** What Python sends of the time machine. */

import type { Packed } from "../_front/arrays.ts";
import type { Shared } from "../_front/host.ts";
import type { Frame } from "../_front/live.ts";

export interface HistoryFrame extends Frame {
  step: number;
  /** The step that every view shows; −1 is now. */
  lookedAt: number;
  moments: Packed;
  /** Of each moment: epochs done, the last test accuracy until then, the step of that test, the loss. */
  epochs: Packed;
  accuracy: Packed;
  testedAt: Packed;
  loss: Packed;
}

export interface Model extends Shared {
  frame: HistoryFrame;
}

/** The moments as the page draws them. */
export interface Moments {
  now: number;
  steps: ArrayLike<number>;
  epochs: ArrayLike<number>;
  accuracy: ArrayLike<number>;
  testedAt: ArrayLike<number>;
  loss: ArrayLike<number>;
}

export const NOW = -1;
