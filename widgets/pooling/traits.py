"""Traits of a pooling: tables of numbers, and lists of cells."""

from __future__ import annotations

from typing import Any

from traitlets import TraitError, TraitType

from widgets._traits import finite, row_of

Table = tuple[tuple[float, ...], ...]


class Cells(TraitType["Table", Any]):
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


class Wholes(TraitType["tuple[int, ...]", Any]):
    """``shortest`` to ``longest`` whole numbers between ``low`` and ``high``."""

    def __init__(
        self, default: tuple[int, ...], low: int, high: int, shortest: int, longest: int
    ) -> None:
        super().__init__(default)
        self.low, self.high, self.shortest, self.longest = low, high, shortest, longest

    def validate(self, obj: Any, value: Any) -> tuple[int, ...]:  # noqa: ANN401, ARG002
        """Return the numbers as a tuple, or say in a sentence what would be right."""
        name = self.name or "values"
        row = row_of(value, f"{name} must be a row of whole numbers such as [0, 1]")
        if not self.shortest <= len(row) <= self.longest:
            span = f"{self.shortest} to {self.longest}"
            count = span if self.shortest < self.longest else str(self.longest)
            raise TraitError(f"{name} must hold {count} whole numbers, but {len(row)} came.")
        return tuple(whole(item, name, self.low, self.high) for item in row)


class Whole(TraitType[int, int]):
    """One whole number between ``low`` and ``high``, both included."""

    def __init__(self, default: int, low: int, high: int) -> None:
        super().__init__(default)
        self.low, self.high = low, high

    def validate(self, obj: Any, value: Any) -> int:  # noqa: ANN401, ARG002
        """Return the number, or say in a sentence what would be right."""
        return whole(value, self.name or "value", self.low, self.high)


def whole(value: object, name: str, low: int, high: int) -> int:
    """Return a whole number if it is in range; else raise a TraitError."""
    number = finite(value, name, low, high)
    if number != int(number):
        raise TraitError(f"{name} must be a whole number, not {number:g}.")
    return int(number)
