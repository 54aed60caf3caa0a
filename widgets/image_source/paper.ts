/** Paper to draw on, with a finger, a pen, the mouse or the keyboard: bright on dark. */

import { html, set } from "../_front/dom.ts";
import { grasp } from "../_front/grasp.ts";
import { Pen } from "./pen.ts";
import type { Stroke } from "./state.ts";

const SIDE = 256; // samples
const PEN = 0.09; // as Python draws it
const NEAR = 0.008; // what is nearer to the last place is no new one

export class Paper {
  readonly node = html("canvas", {
    class: "paper",
    width: SIDE,
    height: SIDE,
    role: "img",
    "aria-label": "Paper to draw on",
  });
  /** The pen that the keyboard moves; it lies on the paper. */
  readonly pen: HTMLElement;
  private strokes: Stroke[] = [];

  constructor(drawn: (strokes: Stroke[]) => void, signal: AbortSignal) {
    const placeAt = (x: number, y: number): [number, number] => {
      const round = (one: number) => Number(one.toFixed(3));
      const within = (one: number) => Math.min(1.5, Math.max(-0.5, one));
      const { clientWidth, clientHeight } = this.node;
      return [round(within(x / clientWidth)), round(within(y / clientHeight))];
    };
    const add = (stroke: Stroke) => {
      this.strokes = [...this.strokes.slice(0, -1), stroke];
      this.paint();
      drawn(this.strokes);
    };
    const begin = (place: [number, number]) => {
      this.strokes = [...this.strokes, []];
      add([place]);
    };
    const { node } = new Pen(
      {
        begin,
        go: (place) => add([...(this.strokes.at(-1) ?? []), place]),
        erase: () => {
          this.show(this.strokes.slice(0, -1));
          drawn(this.strokes);
        },
      },
      signal,
    );
    this.pen = node;
    grasp(this.node, {
      within: this.node,
      take: (x, y) => begin(placeAt(x, y)),
      move: (x, y) => {
        const stroke = this.strokes.at(-1) ?? [];
        const [last, here] = [stroke.at(-1), placeAt(x, y)];
        if (last && Math.hypot(here[0] - last[0], here[1] - last[1]) < NEAR) return;
        add([...stroke, here]);
      },
      signal,
    });
  }

  show(strokes: Stroke[]): void {
    this.strokes = strokes;
    this.paint();
  }

  private paint(): void {
    const context = this.node.getContext("2d");
    if (!context) return;
    context.fillStyle = "#000";
    context.fillRect(0, 0, SIDE, SIDE);
    context.strokeStyle = "#fff";
    context.lineWidth = PEN * SIDE;
    context.lineCap = context.lineJoin = "round";
    for (const stroke of this.strokes) {
      context.beginPath();
      for (const [x, y] of stroke) context.lineTo(x * SIDE, y * SIDE);
      if (stroke.length === 1) {
        const [[x, y]] = stroke as [[number, number]];
        context.lineTo(x * SIDE + 0.01, y * SIDE); // a dot
      }
      context.stroke();
    }
    set(this.node, { "aria-label": `Paper to draw on, ${this.strokes.length} strokes` });
  }
}
