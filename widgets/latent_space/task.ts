/** A task that checks itself: what is asked, and how far the learner is. */

import { choice } from "../_front/choice.ts";
import { html, set, write } from "../_front/dom.ts";

/** What Python says of the task; nothing where there is none. */
export interface Asked {
  name: string;
  question: string;
  /** Whether it is answered by a button, at the right moment. */
  answer: boolean;
  solved: boolean;
  sentence: string;
}

export const TASKS = [
  ["none", "no task"],
  ["parting", "When do two classes part?"],
  ["island", "Gather an island"],
  ["stray", "A mistake among strangers"],
  ["torn", "Where the map is wrong"],
] as const;

export type TaskName = (typeof TASKS)[number][0];

export interface TaskBox {
  node: HTMLElement;
  show(name: TaskName, asked: Asked | Record<string, never>): void;
}

export function taskBox(
  take: (name: TaskName) => void,
  answer: () => void,
  signal: AbortSignal,
): TaskBox {
  let held: TaskName = "none";
  const list = choice("Task", TASKS, () => held, take, signal);
  const question = html("p", { class: "question" });
  const here = html("button", { type: "button" }, "They part here");
  here.addEventListener("click", answer, { signal });
  const verdict = html("p", { class: "verdict", role: "status" });
  const node = html("section", { class: "task" }, list.node, question, here, verdict);
  return {
    node,
    show(name, asked) {
      held = name;
      list.show();
      const there = "question" in asked && asked.name === name;
      question.hidden = verdict.hidden = !there;
      here.hidden = !there || !asked.answer;
      set(node, { "data-solved": there && asked.solved === true });
      if (!there) return;
      write(question, asked.question as string);
      write(verdict, `${asked.solved ? "✓ " : ""}${asked.sentence}`);
    },
  };
}
