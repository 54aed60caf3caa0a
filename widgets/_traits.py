"""Trait types that validate in the learner's words."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from numbers import Real
from typing import Any

from traitlets import TraitError, TraitType


def signed(value: float) -> str:
    """Write a number with a true minus sign."""
    return f"{value:g}".replace("-", "−")


class Number(TraitType[float, float]):
    """One finite number between ``low`` and ``high``, both included."""

    def __init__(self, default: float, low: float, high: float, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(default, **kwargs)
        self.low, self.high = low, high

    def validate(self, obj: Any, value: Any) -> float:  # noqa: ANN401, ARG002
        """Return the value as a float, or say in a sentence what would be right."""
        return finite(value, self.name or "value", self.low, self.high)


class Numbers(TraitType["tuple[float, ...]", Any]):
    """A row of ``shortest`` to ``longest`` finite numbers between ``low`` and ``high``."""

    def __init__(
        self,
        default: tuple[float, ...],
        low: float,
        high: float,
        shortest: int,
        longest: int,
        **kwargs: Any,  # noqa: ANN401
    ) -> None:
        super().__init__(default, **kwargs)
        self.low, self.high, self.shortest, self.longest = low, high, shortest, longest

    def validate(self, obj: Any, value: Any) -> tuple[float, ...]:  # noqa: ANN401, ARG002
        """Return the values as a tuple of floats, or say in a sentence what would be right."""
        name = self.name or "values"
        row = row_of(value, f"{name} must be a row of numbers such as [1, 0.5]")
        if not self.shortest <= len(row) <= self.longest:
            raise TraitError(
                f"{name} must hold {self.shortest} to {self.longest} numbers, but {len(row)} came."
            )
        return tuple(
            finite(item, f"{name}, number {i},", self.low, self.high)
            for i, item in enumerate(row, start=1)
        )


def row_of(value: object, advice: str) -> list[Any]:
    """Return a row as a list; else raise a TraitError that begins with the advice."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise TraitError(f"{advice}, not {value!r}.")
    return list(value)


def finite(value: object, name: str, low: float, high: float) -> float:
    """Return a number as a float if it is finite and in range; else raise a TraitError."""
    if isinstance(value, bool) or not isinstance(value, Real) or not _is_finite(value):
        raise TraitError(f"{name} must be a finite number, not {value!r}.")
    number = float(value)
    if not low <= number <= high:
        raise TraitError(
            f"{name} must lie between {signed(low)} and {signed(high)}, but it is {signed(number)}."
        )
    return number


def _is_finite(value: Real) -> bool:
    try:
        return isfinite(value)
    except OverflowError:  # a whole number beyond what a float holds
        return False
