/** What can be changed: the chosen block's values, its place, and which blocks there are. */

import { type Choice, choice } from "../_front/choice.ts";
import { html, set, write } from "../_front/dom.ts";
import { FIELDS } from "./fields.ts";
import {
  added,
  type Block,
  type Change,
  type Kind,
  MOST_BLOCKS,
  moved,
  removed,
  type State,
} from "./state.ts";

const KINDS: readonly (readonly [kind: Kind, text: string])[] = [
  ["convolution", "Convolution"],
  ["residual block", "Residual"],
  ["global average pooling", "Global average"],
  ["dense layer", "Dense"],
  ["localisation head", "Localisation"],
];

export interface EditorHand {
  state: State;
  change: Change;
  /** Another row of blocks, which can be undone. */
  restructure(next: State): void;
  undo(): void;
}

export class Editor {
  private readonly title = html("strong", { class: "title" });
  private readonly values = html("div", { class: "fields" });
  private readonly forms = new Map<Kind, { node: HTMLElement; choices: Choice[] }>();
  private readonly before: HTMLButtonElement;
  private readonly after: HTMLButtonElement;
  private readonly remove: HTMLButtonElement;
  private readonly undo: HTMLButtonElement;
  private readonly adders: HTMLButtonElement[];
  readonly node: HTMLElement;

  constructor(
    private readonly hand: EditorHand,
    private readonly signal: AbortSignal,
  ) {
    const { state, restructure } = hand;
    const shift = (by: number) => () => restructure(moved(state, state.chosen, state.chosen + by));
    this.before = this.button("‹", "Move the block towards the image", shift(-1));
    this.after = this.button("›", "Move the block towards the output", shift(1));
    this.remove = this.button("Remove", "Remove the block", () => restructure(removed(state)));
    this.undo = this.button("Undo", "Undo", () => hand.undo());
    this.adders = KINDS.map(([kind, text]) =>
      this.button(`+ ${text}`, `Add: ${text}`, () => restructure(added(kind, state))),
    );
    this.node = html(
      "div",
      { class: "editor" },
      html("div", { class: "values-row" }, this.title, this.values),
      html(
        "div",
        { class: "row" },
        html("span", { class: "group" }, this.before, this.after, this.remove, this.undo),
        html("span", { class: "group" }, "Add", ...this.adders),
      ),
    );
  }

  /** Shows what the hand holds; `past` says whether there is something to undo. */
  hold(past: boolean): void {
    const { blocks, chosen } = this.hand.state;
    const block = blocks[chosen];
    set(this.before, { disabled: !block || chosen === 0 });
    set(this.after, { disabled: !block || chosen === blocks.length - 1 });
    set(this.remove, { disabled: !block });
    set(this.undo, { disabled: !past });
    for (const adder of this.adders) set(adder, { disabled: blocks.length >= MOST_BLOCKS });
    if (!block) {
      write(this.title, "No block: the output looks at the pixels.");
      this.values.replaceChildren();
      return;
    }
    const { node, choices } = this.form(block.kind);
    if (this.values.firstChild !== node) this.values.replaceChildren(node);
    for (const one of choices) one.show();
  }

  /** Names the chosen block as its network does. */
  name(text: string): void {
    write(this.title, text);
  }

  private form(kind: Kind): { node: HTMLElement; choices: Choice[] } {
    const known = this.forms.get(kind);
    if (known) return known;
    const { state, change } = this.hand;
    const block = () => state.blocks[state.chosen] as Block;
    const choices = FIELDS[kind].map(({ label, options, get, set: put }) =>
      choice(
        label,
        options,
        () => get(block()),
        (value) =>
          change({ blocks: state.blocks.with(state.chosen, { ...block(), ...put(value) }) }),
        this.signal,
      ),
    );
    const nodes = choices.map(({ node }) => node);
    const said = "Takes the mean of each map: one number a channel is left.";
    const node = html("div", { class: "fields" }, ...(nodes.length ? nodes : [said]));
    const form = { node, choices };
    this.forms.set(kind, form);
    return form;
  }

  private button(text: string, label: string, press: () => void): HTMLButtonElement {
    const node = html("button", { type: "button", "aria-label": label }, text);
    node.addEventListener("click", press, { signal: this.signal });
    return node;
  }
}
