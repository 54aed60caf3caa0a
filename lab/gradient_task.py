"""The task to say the sign of a gradient before it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lab.backpropagation_notation import SIGNS, sign, source_symbol, symbol

if TYPE_CHECKING:
    from lab.backpropagation import Frame, Round


@dataclass(frozen=True)
class SignTask:
    """A question, and what can be said of an answer to it.

    Attributes:
        question: which gradient it is about.
        hint: what leads on from the answer that was given; empty when none was.
        solved: whether the answer is right.

    """

    question: str
    hint: str
    solved: bool


def predict_sign(done: Round, frame: Frame, guess: str) -> SignTask:
    """Ask for the sign of a weight's gradient, and look at the answer.

    Args:
        done: the round.
        frame: its frame of kind ``"weight"``.
        guess: ``"+"``, ``"0"``, ``"−"``, or empty for no answer yet.

    """
    i, j, k = frame.layer, frame.to, frame.source
    x, delta = float(done.forward.inputs[i][k]), float(done.backward.errors[i][j])
    x_name, delta_name, weight = source_symbol(i, k), symbol("δ", i, j), symbol("w", i, j, k)
    question = f"Before you see it: what sign has ∂C/∂{weight} = {x_name}·{delta_name}?"
    both = f"{delta_name} is {SIGNS[sign(delta)]} and {x_name} is {SIGNS[sign(x)]}"
    solved = guess == sign(done.gradient(frame))
    if not guess:
        hint = ""
    elif solved:
        hint = f"Yes: {both}, so the product is {SIGNS[guess]}."
    elif x == 0 or delta == 0:
        zero = x_name if x == 0 else delta_name
        hint = f"Look at {zero}: it is 0. What becomes of a product when one factor is 0?"
    elif guess == "0":
        hint = f"{both}: neither is 0. Can their product be 0?"
    else:
        hint = f"{both}: what sign has the product of the two?"
    return SignTask(question, hint, solved)
