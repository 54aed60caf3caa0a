/** Questions about a widget's state: Python writes and reads its texts, their form is known only there. */

import type { AnyModel, Shared } from "./host.ts";

const LOST_AFTER = 2000; // milliseconds; servers drop messages under load

interface Answer {
  share: number;
  text?: string;
  problem?: string;
}

export type Ask = (
  question: { share: "text" } | { share: "open"; text: string },
) => Promise<Answer>;

/** Asks Python, and again where no answer comes: each question may be put twice. */
export function asking<M extends Shared>(model: AnyModel<M>, signal: AbortSignal): Ask {
  return (question) =>
    new Promise((resolve) => {
      const turn = 1 + Math.floor(Math.random() * 2 ** 31); // another view's answer is not ours
      const send = () => model.send({ ...question, turn });
      const again = setInterval(send, LOST_AFTER);
      const end = () => {
        clearInterval(again);
        model.off("msg:custom", hear);
        signal.removeEventListener("abort", end);
      };
      const hear = (message: Answer) => {
        if (message?.share !== turn) return;
        end();
        resolve(message);
      };
      model.on("msg:custom", hear);
      signal.addEventListener("abort", end);
      send();
    });
}
