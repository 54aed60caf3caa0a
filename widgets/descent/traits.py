"""Traits of a race: who runs, and the points that make a surface."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from numbers import Real
from typing import Any

from traitlets import TraitError

from widgets._traits import Trait, finite, row_of, signed

MOST_RACERS = 4
MOST_POINTS = 60
REACH = 100.0
KEYS = ("optimizer", "learning_rate", "momentum", "schedule", "options")

Racer = dict[str, Any]


class Racers(Trait[list[Racer], Any]):
    """One to four racers, each a table with the keys of ``KEYS``."""

    def validate(self, obj: Any, value: Any) -> list[Racer]:  # noqa: ANN401, ARG002
        """Return the racers as plain tables, or say in a sentence what would be right."""
        rows = row_of(value, "racers must be a row of optimizers such as ['momentum', 'adam']")
        if not 1 <= len(rows) <= MOST_RACERS:
            raise TraitError(f"From 1 to {MOST_RACERS} racers can start, but {len(rows)} came.")
        return [_racer(row) for row in rows]


class Points(Trait["tuple[tuple[float, float], ...]", Any]):
    """Up to ``MOST_POINTS`` points ``(x, y)``; none where the surface is not made of points."""

    def validate(self, obj: Any, value: Any) -> tuple[tuple[float, float], ...]:  # noqa: ANN401, ARG002
        """Return the points as pairs of floats, or say in a sentence what would be right."""
        rows = row_of(value, "points must be a row of pairs such as [(0, 1), (1, 3)]")
        if len(rows) > MOST_POINTS:
            raise TraitError(f"There can be {MOST_POINTS} points at most, not {len(rows)}.")
        return tuple(_point(row, i) for i, row in enumerate(rows, start=1))


class Place(Trait["tuple[float, ...]", Any]):
    """A place ``(x, y)``; with ``empty`` it may also be none."""

    def __init__(self, default: tuple[float, ...], *, empty: bool = False, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(default, **kwargs)
        self.empty = empty

    def validate(self, obj: Any, value: Any) -> tuple[float, ...]:  # noqa: ANN401, ARG002
        """Return the place as floats, or say in a sentence what would be right."""
        row = row_of(value, f"{self.name} must be two numbers such as (1, 0.5)")
        if len(row) != 2 and not (self.empty and not row):
            raise TraitError(f"{self.name} must be two numbers, but {len(row)} came.")
        return tuple(finite(number, f"A number of {self.name}", -1e6, 1e6) for number in row)


def learning_rate_of(value: object) -> float:
    """Return a learning rate, or say in a sentence why it is none."""
    advice = "The learning rate must be a positive number such as 0.1"
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TraitError(f"{advice}, not {value!r:.40}.")
    number = float(value)
    if not isfinite(number) or number <= 0:
        raise TraitError(f"{advice}, but it is {signed(number)}.")
    return number


def _racer(value: object) -> Racer:
    if not isinstance(value, Mapping):
        raise TraitError(f"A racer is a table with the keys {', '.join(KEYS)}, not {value!r:.60}.")
    unknown = [key for key in value if key not in KEYS]
    if unknown or "optimizer" not in value or "learning_rate" not in value:
        raise TraitError(
            f"A racer has the keys {', '.join(KEYS)}; this one has {', '.join(map(str, value))}."
        )
    options = value.get("options") or {}
    if not isinstance(options, Mapping):
        raise TraitError(f"The options of a racer are a table, not {options!r:.60}.")
    return {
        "optimizer": str(value["optimizer"]),
        "learning_rate": learning_rate_of(value["learning_rate"]),
        "momentum": finite(value.get("momentum", 0), "The momentum", 0, 0.9999),
        "schedule": str(value.get("schedule", "constant")),
        "options": dict(options),
    }


def _point(value: object, number: int) -> tuple[float, float]:
    row = row_of(value, f"Point {number} must be a pair of numbers")
    if len(row) != 2:
        raise TraitError(f"Point {number} must be a pair of numbers, but {len(row)} came.")
    x, y = (finite(part, f"Point {number}", -REACH, REACH) for part in row)
    return x, y
