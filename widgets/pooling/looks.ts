/** How an input cell looks: what wins, what is thrown away, what the learner picked. */

import type { Cell, Look } from "../_front/cells.ts";
import { type ColourMap, colourAt, type Rgb } from "../_front/colour.ts";
import { short } from "../_front/numbers.ts";
import { stepOf } from "../_front/windows.ts";
import { type Picture, type State, sizeOf } from "./state.ts";

const FADED = 0.35; // how much of its colour a cell keeps that is thrown away
const SMALL = 24; // pixels: a padding cell smaller than this stays empty

/** `value` is null on the padding. */
export function inputLook(
  cell: Cell,
  value: number | null,
  picture: Picture,
  state: State,
  map: ColourMap,
  paper: Rgb,
  side: number,
): Look {
  const [low, high] = picture.scale;
  if (value === null) {
    const text = paddingText(cell, picture, state);
    // A zero has its colour; where nothing counts there is none.
    const fill = text === "0" ? colourAt(map, 0, low, high) : `rgb(${paper.join(", ")})`;
    return { text: side < SMALL ? "" : text, fill, is: "padding" };
  }
  const is = told(cell, picture, state);
  const fill = colourAt(map, value, low, high);
  return {
    text: written(value, side),
    fill: is.includes("dropped") ? faded(fill, paper) : fill,
    is: is.join(" "),
  };
}

/** What the padding counts as; what ceil_mode reaches beyond it is not there at all. */
function paddingText([row, column]: Cell, picture: Picture, state: State): string {
  const [rows, columns] = sizeOf(picture.input);
  const { padding, kind, count_include_pad } = state;
  if (row >= rows + padding || column >= columns + padding) return "";
  if (kind === "max") return "−∞";
  return count_include_pad ? "0" : "";
}

/** What is special about an input cell. */
function told([row, column]: Cell, picture: Picture, state: State): string[] {
  if (picture.task) {
    const index = stepOf([row, column], sizeOf(picture.input));
    const pick = picture.task.picks.find((one) => one.cell === index);
    return pick ? [pick.right ? "right" : "wrong"] : [];
  }
  if (!picture.coverage[row]?.[column]) return ["dropped", "uncovered"];
  if (picture.winners.length === 0) return [];
  const winner = picture.winners[state.step];
  if (winner?.[0] === row && winner[1] === column) return ["winner", "present"];
  return [picture.wins[row]?.[column] ? "winner" : "dropped"];
}

/** A colour that is mostly the paper's. */
function faded(fill: string, paper: Rgb): string {
  const own = fill.match(/\d+/g) ?? [];
  return `rgb(${paper.map((c, i) => Math.round(c + FADED * (Number(own[i]) - c))).join(", ")})`;
}

/** As many decimals as a cell has room for. */
export function written(value: number, side: number): string {
  return short(Number(value.toFixed(side < 36 ? 1 : 2)) + 0);
}
