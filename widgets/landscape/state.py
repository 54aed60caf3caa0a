"""What is in the hand of the learner: the traits of the landscape, and which values they take."""

from __future__ import annotations

from typing import Any

from traitlets import Bool, Dict, Enum, Int, TraitError, validate

from widgets._base import LabWidget, hand, shown
from widgets._traits import Numbers
from widgets.landscape.charts import VIEWS

FARTHEST = 1e9


class LandscapeState(LabWidget):
    """The traits of ``Landscape``; each is refused with a sentence where it does not fit."""

    view = hand(Enum(VIEWS, default_value="path"))
    """Which plane is laid through the weights."""

    first = hand(Int(0))
    """Of two weights the one across: its place among all, layer after layer, from 0."""

    second = hand(Int(1))
    """Of two weights the one upwards."""

    seed = hand(Int(0))
    """Decides the random directions; from 0."""

    logarithmic = hand(Bool(default_value=False))
    """Whether the levels lie apart by factors."""

    ball = hand(Numbers((), -FARTHEST, FARTHEST, 0, 4)).tag(transient=True)
    """Where the ball was put last: a, b, the number of the plane, and 1 while the hand has it."""

    pulse = hand(Int(0)).tag(transient=True)
    """The page's heartbeat while the network walks: each new number is an epoch."""

    subject = shown(Dict())
    """Whose landscape it is: names of weights, views, what the loss is taken over, code."""

    @validate("first", "second", "seed")
    def _not_negative(self, proposal: dict[str, Any]) -> int:
        name, value = proposal["trait"].name, int(proposal["value"])
        last = len(self.subject.get("labels", ())) - 1
        if value < 0 or (name != "seed" and 0 <= last < value):
            room = f"between 0 and {last}" if name != "seed" and last >= 0 else "0 or more"
            raise TraitError(f"{name} must be {room}, but it is {value}.".replace("-", "−"))
        return value

    @validate("ball")
    def _ball_is_a_place(self, proposal: dict[str, Any]) -> tuple[float, ...]:
        value: tuple[float, ...] = proposal["value"]
        if len(value) not in (0, 4):
            raise TraitError("ball must be a, b, the number of the plane, and 1 or 0.")
        return value
