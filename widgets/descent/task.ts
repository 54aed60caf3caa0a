/** A task: first it is thought about, then it is walked and judged. */

import { button, html, on, set, write } from "../_front/dom.ts";
import type { Change, Picture, State } from "./state.ts";

export function taskForm(state: State, change: Change, signal: AbortSignal) {
  const question = html("span", { class: "question" });
  const label = html("span");
  const number = html("input", { type: "number", step: "any", min: 0 });
  const asked = html("label", { class: "control" }, label, number);
  const walk = button("");
  const verdict = html("span", { class: "said", role: "status" });
  const node = html("div", { class: "task" }, question, asked, walk, verdict);
  const answer = () => {
    const guess = number.valueAsNumber;
    if (asked.hidden) change({ revealed: true, step: state.steps });
    else if (Number.isFinite(guess)) change({ guess: [guess], revealed: true, step: state.steps });
    else number.focus();
  };
  on(number, "keydown", signal, (event) => {
    if (event.key === "Enter") answer();
  });
  on(walk, "click", signal, answer);
  return {
    node,
    derive({ task }: Picture): void {
      node.hidden = task === null;
      if (!task) return;
      write(question, task.question);
      write(label, task.asks);
      asked.hidden = task.asks === "";
      write(walk, task.asks ? "Answer" : "Walk");
      set(verdict, { "data-solved": task.solved });
      write(verdict, state.revealed ? `${task.solved ? "✓ " : ""}${task.hint}` : "");
    },
  };
}
