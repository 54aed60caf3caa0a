/** The thin layer between a view and Jupyter: what every `view.ts` does first. */

import type { AnyModel, RenderProps } from "@anywidget/types";
import { onThemeChange, paperOf, type Rgb } from "./colour.ts";
import { watchKernel } from "./connection.ts";
import { html, write } from "./dom.ts";
import { carryOver } from "./kept.ts";

export type { AnyModel };

export interface Host {
  root: HTMLElement;
  signal: AbortSignal;
  /** Whether the widget takes over what the page has kept of its state. */
  restored: boolean;
  /** Calls back now and whenever one of the traits, or the theme, changes. */
  follow(names: string[], callback: () => void): void;
  /** Calls back with the size of an element, now and whenever it changes. */
  fit(element: HTMLElement, callback: (width: number, height: number) => void): void;
  /** The colour of the page behind the widget. */
  paper(): Rgb;
  /** Tells tests and scripts that the first whole picture is on the screen. */
  ready(): void;
}

/** What every widget's Python shares with its view. */
export interface Shared {
  problem: string;
  answered: number;
  anchor: string;
  keeps: string[];
}

/** Renders with one AbortSignal for everything that must end with the view. */
export function view<M extends Shared>(
  name: string,
  draw: (model: AnyModel<M>, host: Host) => void,
): { render(props: RenderProps<M>): () => void } {
  return {
    render({ model, el }) {
      const ending = new AbortController();
      const { signal } = ending;
      const root = html("div", { class: `lab ${name}` });
      const problem = html("p", { class: "problem", role: "alert" });
      el.append(root);
      let paper: Rgb | null = null;
      const forget = () => {
        paper = null;
      };
      onThemeChange(forget, signal); // before any view hears of it
      const host: Host = {
        root,
        signal,
        restored: carryOver(model, root, signal),
        follow(names, callback) {
          for (const key of names) {
            const event = `change:${key}` as `change:${string & keyof M}`;
            model.on(event, callback);
            signal.addEventListener("abort", () => model.off(event, callback));
          }
          onThemeChange(callback, signal);
          callback();
        },
        fit(element, callback) {
          const observer = new ResizeObserver(() => {
            const { width, height } = element.getBoundingClientRect();
            if (width > 0 && height > 0) callback(width, height);
          });
          observer.observe(element);
          signal.addEventListener("abort", () => observer.disconnect());
        },
        paper: () => {
          if (!root.isConnected) return paperOf(root);
          paper ??= paperOf(root); // asking for a style costs a frame's time: once a theme
          return paper;
        },
        ready: () => {
          root.dataset.ready = "";
        },
      };
      watchKernel(model, root, signal);
      draw(model, host);
      root.append(problem);
      host.follow(["problem"], () => write(problem, model.get("problem")));
      return () => ending.abort();
    },
  };
}
