"""The trait that holds a drawing."""

from __future__ import annotations

from typing import Any

from traitlets import TraitError

from widgets._traits import Trait, finite, row_of

Drawing = tuple[tuple[tuple[float, float], ...], ...]

MOST = 5000
"""The most places of all strokes together."""


class Strokes(Trait[Drawing, Any]):
    """Strokes of a pen, each a row of places (x, y) from 0 to 1."""

    def __init__(self) -> None:
        super().__init__(())

    def validate(self, obj: Any, value: Any) -> Drawing:  # noqa: ANN401, ARG002
        """Return nested tuples of floats, or say in a sentence what would be right."""
        name = self.name or "strokes"
        advice = f"{name} must be rows of places such as [[[0.2, 0.5], [0.8, 0.5]]]"
        strokes = [[row_of(p, advice) for p in row_of(s, advice)] for s in row_of(value, advice)]
        if sum(map(len, strokes)) > MOST:
            raise TraitError(f"A drawing holds at most {MOST:,} places: draw less.")
        if any(len(place) != 2 for stroke in strokes for place in stroke):
            raise TraitError(f"{advice}: each place has an x and a y.")
        low, high = -0.5, 1.5  # the pen may leave the paper
        return tuple(
            tuple(
                (finite(x, f"{name}, an x,", low, high), finite(y, f"{name}, a y,", low, high))
                for x, y in stroke
            )
            for stroke in strokes
            if stroke
        )
