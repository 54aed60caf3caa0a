/** What can be compared, what is predicted, and the buttons of both runs. */

import { type Choice, choice } from "../_front/choice.ts";
import { html, set, write } from "../_front/dom.ts";
import { duration } from "../_front/numbers.ts";
import { segments } from "../_front/segments.ts";
import { stateOf } from "../_front/states.ts";
import type { ComparisonFrame, Model, State } from "./state.ts";

const EPOCHS = [5, 10, 20, 40].map((n) => [n, String(n)] as const);
const REPEATS = [1, 3, 6, 10, 20].map((n) => [n, n === 1 ? "1 pair" : `${n} pairs`] as const);
const BEGIN = "Train both";

export class Controls {
  private readonly lists: Choice[];
  private readonly shared = html("span", { class: "shared" });
  private readonly question = html("p", { class: "question" });
  private readonly answers = html("div", { class: "answers" });
  private readonly buttons: Record<"main" | "stop" | "reset", HTMLButtonElement>;
  private readonly shape = html("span", { class: "shape", "aria-hidden": "true" });
  private readonly word = html("strong", { role: "status" });
  private readonly where = html("span");
  private readonly bar = html("div", { class: "bar" });
  private readonly track = html(
    "div",
    { class: "track", role: "progressbar", "aria-label": "Progress" },
    this.bar,
  );
  readonly node: HTMLElement;
  private offered = "";
  private showAnswer: (value: string) => void = () => {};

  constructor(
    pairs: Model["pairs"],
    private readonly state: State,
    private readonly change: (part: Partial<State>) => void,
    command: (name: string) => void,
    private readonly signal: AbortSignal,
  ) {
    const list = <K extends "pair" | "epochs" | "repeats">(
      label: string,
      key: K,
      options: readonly (readonly [State[K], string])[],
    ) =>
      choice<State[K]>(
        label,
        options,
        () => state[key],
        (value) => change(key === "pair" ? wholePair(pairs, String(value)) : { [key]: value }),
        signal,
      );
    this.lists = [
      list(
        "Compare",
        "pair",
        pairs.map(({ key, title }) => [key, title] as const),
      ),
      list("Epochs", "epochs", EPOCHS),
      list("Repeats", "repeats", REPEATS),
    ];
    const button = (text: string, does: string) => {
      const node = html("button", { type: "button" }, text);
      node.addEventListener("click", () => command(node.dataset.does ?? does), { signal });
      return node;
    };
    this.buttons = {
      main: button(BEGIN, "start"),
      stop: button("Stop", "stop"),
      reset: button("Reset", "reset"),
    };
    this.buttons.main.classList.add("first");
    const status = html("span", { class: "state" }, this.shape, this.word);
    this.node = html(
      "div",
      { class: "controls" },
      html("div", { class: "choose" }, ...this.lists.map(({ node }) => node), this.shared),
      html("div", { class: "predict" }, this.question, this.answers),
      html(
        "div",
        { class: "go" },
        ...Object.values(this.buttons),
        html(
          "div",
          { class: "how-far" },
          html("div", { class: "where" }, status, this.where),
          this.track,
        ),
      ),
    );
  }

  hold(): void {
    for (const list of this.lists) list.show();
    this.showAnswer(this.state.prediction);
  }

  derive(frame: ComparisonFrame): void {
    const state = stateOf(frame.state, BEGIN);
    const { main, stop, reset } = this.buttons;
    write(main, state.button);
    main.dataset.does = state.does;
    const running = frame.state === "running";
    set(main, { disabled: frame.state === "starting" });
    set(stop, { disabled: !running && frame.state !== "paused" });
    set(reset, { disabled: frame.state === "starting" || frame.state === "ready" });
    for (const { select } of this.lists) set(select, { disabled: running || frame.given });
    write(this.shared, frame.shared);
    write(this.question, frame.question);
    this.offer(frame.answers);
    write(this.shape, state.shape);
    write(this.word, state.word);
    this.bar.style.transform = `scaleX(${frame.share})`;
    write(this.where, where(frame));
    set(this.track, { "aria-valuenow": Math.round(100 * frame.share) });
  }

  private offer(answers: readonly string[]): void {
    const key = answers.join("|");
    if (key === this.offered) return;
    this.offered = key;
    const values = ["a", "same", "b"] as const;
    const row = segments(
      "Your prediction",
      values.map((value, i) => [value, answers[i] as string] as const),
      (prediction) => this.change({ prediction }),
      this.signal,
    );
    this.answers.replaceChildren(row.node);
    this.showAnswer = (value) => row.show(value as "a");
    this.showAnswer(this.state.prediction);
  }
}

/** Another question: its epochs, its loss, and no prediction yet. */
function wholePair(pairs: Model["pairs"], pair: string): Partial<State> {
  const chosen = pairs.find(({ key }) => key === pair);
  return { pair, prediction: "", ...(chosen && { epochs: chosen.epochs, curve: chosen.curve }) };
}

function where({ state, pairs, repeats, secondsLeft }: ComparisonFrame): string {
  if (state !== "running" && state !== "paused") return "";
  const pair = repeats > 1 ? `pair ${Math.min(pairs + 1, repeats)} of ${repeats}` : "";
  return [pair, secondsLeft === null ? "" : `${duration(secondsLeft)} left`]
    .filter(Boolean)
    .join(" · ");
}
