/** What stands on a cloud: the names of the classes, the chosen point, the star, the lasso, a scale. */

import { short } from "../_front/numbers.ts";
import { barLength } from "./geometry.ts";

export interface Ink {
  ink: string;
  paper: string;
  focus: string;
  font: string;
}

type Place = readonly [x: number, y: number];

export class Overlay {
  constructor(
    private readonly context: CanvasRenderingContext2D,
    private readonly style: Ink,
  ) {}

  ring([x, y]: Place): void {
    const { context } = this;
    context.beginPath();
    context.arc(x, y, 13, 0, 2 * Math.PI);
    // Twice, so that it is seen on whatever lies below.
    Object.assign(context, { strokeStyle: this.style.paper, lineWidth: 5 });
    context.stroke();
    Object.assign(context, { strokeStyle: this.style.ink, lineWidth: 2.5 });
    context.stroke();
  }

  /** Where an image of one's own lies. */
  star([x, y]: Place): void {
    const { context } = this;
    context.beginPath();
    for (let i = 0; i < 10; i++) {
      const [radius, angle] = [i % 2 ? 7 : 16, (Math.PI * i) / 5 - Math.PI / 2];
      context.lineTo(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
    }
    context.closePath();
    Object.assign(context, { lineJoin: "round", strokeStyle: this.style.paper, lineWidth: 5 });
    context.stroke();
    context.fillStyle = this.style.focus;
    context.fill();
    Object.assign(context, { strokeStyle: this.style.ink, lineWidth: 1.5 });
    context.stroke();
  }

  /** The line that is being drawn around points: x, y, x, y, … */
  lasso(line: readonly number[]): void {
    const { context } = this;
    context.beginPath();
    for (let i = 0; i + 1 < line.length; i += 2) {
      context.lineTo(line[i] as number, line[i + 1] as number);
    }
    context.closePath();
    context.globalAlpha = 0.12;
    context.fillStyle = this.style.focus;
    context.fill();
    context.globalAlpha = 1;
    Object.assign(context, { strokeStyle: this.style.focus, lineWidth: 2 });
    context.stroke();
  }

  /** Writes each class's name at its middle, where it does not cover another's. */
  names(places: readonly (Place | null)[], names: readonly string[]): void {
    const { context, style } = this;
    context.font = `700 20px ${style.font}`;
    Object.assign(context, { textAlign: "center", textBaseline: "middle", lineJoin: "round" });
    Object.assign(context, { strokeStyle: style.paper, lineWidth: 5, fillStyle: style.ink });
    const taken: (readonly [x: number, y: number, half: number])[] = [];
    places.forEach((place, k) => {
      if (!place) return;
      const [x, y] = place;
      const half = context.measureText(names[k] ?? "").width / 2 + 4;
      const covers = ([a, b, other]: (typeof taken)[number]) =>
        Math.abs(a - x) < half + other && Math.abs(b - y) < 24;
      if (taken.some(covers)) return;
      taken.push([x, y, half]);
      context.strokeText(names[k] ?? "", x, y);
      context.fillText(names[k] ?? "", x, y);
    });
  }

  /** The scale: how long a distance of a round number is. */
  bar(reach: number, unit: number, height: number): void {
    const { context, style } = this;
    const length = barLength(reach);
    const [x, y, pixels] = [8, height - 10, length * unit];
    Object.assign(context, { strokeStyle: style.ink, lineWidth: 1.5 });
    context.beginPath();
    context.moveTo(x, y - 4);
    context.lineTo(x, y);
    context.lineTo(x + pixels, y);
    context.lineTo(x + pixels, y - 4);
    context.stroke();
    Object.assign(context, { font: `13px ${style.font}`, fillStyle: style.ink });
    Object.assign(context, { textAlign: "left", textBaseline: "alphabetic" });
    context.fillText(short(length), x + pixels + 6, y - 3);
  }
}
