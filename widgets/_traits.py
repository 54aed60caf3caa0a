"""Trait types that validate in the learner's words."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import isfinite
from numbers import Real
from typing import TYPE_CHECKING, Any

from traitlets import TraitError, TraitType

Table = tuple[tuple[float, ...], ...]

if TYPE_CHECKING:
    Trait = TraitType
else:

    class Trait(TraitType):
        """A trait type of which a subclass may say what it holds: ``Trait[float, float]``.

        That of traitlets before 5.8, such as Colab has, cannot be subscripted.
        """

        def __class_getitem__(cls, _types: object) -> type[Trait]:
            return cls


def signed(value: float) -> str:
    """Write a number with a true minus sign."""
    return f"{value:g}".replace("-", "−")


class Number(Trait[float, float]):
    """One finite number between ``low`` and ``high``, both included."""

    def __init__(self, default: float, low: float, high: float, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(default, **kwargs)
        self.low, self.high = low, high

    def validate(self, obj: Any, value: Any) -> float:  # noqa: ANN401, ARG002
        """Return the value as a float, or say in a sentence what would be right."""
        return finite(value, self.name or "value", self.low, self.high)


class Numbers(Trait["tuple[float, ...]", Any]):
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


class Whole(Trait[int, int]):
    """One whole number between ``low`` and ``high``, both included."""

    def __init__(self, default: int, low: int, high: int) -> None:
        super().__init__(default)
        self.low, self.high = low, high

    def validate(self, obj: Any, value: Any) -> int:  # noqa: ANN401, ARG002
        """Return the number, or say in a sentence what would be right."""
        return whole(value, self.name or "value", self.low, self.high)


class Wholes(Trait["tuple[int, ...]", Any]):
    """A row of whole numbers between ``low`` and ``high``, as many as one of ``lengths``."""

    def __init__(
        self, default: tuple[int, ...], low: int, high: int, lengths: Sequence[int]
    ) -> None:
        super().__init__(default)
        self.low, self.high, self.lengths = low, high, lengths

    def validate(self, obj: Any, value: Any) -> tuple[int, ...]:  # noqa: ANN401, ARG002
        """Return the numbers as a tuple, or say in a sentence what would be right."""
        name = self.name or "values"
        row = row_of(value, f"{name} must be a row of whole numbers such as [0, 1]")
        if len(row) not in self.lengths:
            counts = one_of(self.lengths)
            raise TraitError(f"{name} must hold {counts} whole numbers, but {len(row)} came.")
        return tuple(whole(item, name, self.low, self.high) for item in row)


class Cells(Trait["Table", Any]):
    """``least`` to ``most`` rows and columns of finite numbers between −limit and limit."""

    def __init__(self, default: Table, least: int, most: int, limit: float) -> None:
        super().__init__(default)
        self.least, self.most, self.limit = least, most, limit

    def validate(self, obj: Any, value: Any) -> Table:  # noqa: ANN401, ARG002
        """Return the table as tuples of floats, or say in a sentence what would be right."""
        name = self.name or "table"
        advice = f"{name} must be rows of numbers such as [[1, 0], [0, 1]]"
        plain = value.tolist() if hasattr(value, "tolist") else value  # of numpy or torch
        rows = [row_of(row, advice) for row in row_of(plain, advice)]
        lengths = {len(row) for row in rows}
        if len(lengths) > 1:
            raise TraitError(f"The rows of {name} must all be of one length.")
        columns = max(lengths, default=0)
        if not (len(rows) <= self.most and columns <= self.most) or (
            min(len(rows), columns) < self.least
        ):
            raise TraitError(
                f"{name} must have {self.least} to {self.most} rows and columns, but it has "
                f"{len(rows)} × {columns}."
            )
        return tuple(
            tuple(
                finite(cell, f"{name}, row {r}, column {c},", -self.limit, self.limit)
                for c, cell in enumerate(row, start=1)
            )
            for r, row in enumerate(rows, start=1)
        )


def one_of(counts: Sequence[int]) -> str:
    """Write counts that there may be: "2", "1 or 3", "1 to 12"."""
    return f"{counts[0]} to {counts[-1]}" if len(counts) > 2 else " or ".join(map(str, counts))


def row_of(value: object, advice: str) -> list[Any]:
    """Return a row as a list; else raise a TraitError that begins with the advice."""
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise TraitError(f"{advice}, not {value!r}.")
    return list(value)


def finite(value: object, name: str, low: float, high: float) -> float:
    """Return a number as a float if it is finite and in range; else raise a TraitError."""
    if value is None:  # what is no number, or too large for one, comes from the page as None
        raise TraitError(f"{name} must be a finite number such as 2, but what came is none.")
    if isinstance(value, bool) or not isinstance(value, Real) or not _is_finite(value):
        raise TraitError(f"{name} must be a finite number, not {value!r}.")
    number = float(value)
    if not low <= number <= high:
        raise TraitError(
            f"{name} must lie between {signed(low)} and {signed(high)}, but it is {signed(number)}."
        )
    return number


def whole(value: object, name: str, low: int, high: int) -> int:
    """Return a whole number if it is in range; else raise a TraitError."""
    number = finite(value, name, low, high)
    if number != int(number):
        span = f"{signed(low)} to {signed(high)}"
        raise TraitError(f"{name} must be a whole number from {span}, not {signed(number)}.")
    return int(number)


def _is_finite(value: Real) -> bool:
    try:
        return isfinite(value)
    except OverflowError:  # a whole number beyond what a float holds
        return False
