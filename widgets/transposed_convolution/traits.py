"""A trait for a table of numbers: the cells of an input or of a kernel."""

from __future__ import annotations

from typing import Any

from traitlets import TraitError, TraitType

from widgets._traits import finite, row_of

Table = tuple[tuple[float, ...], ...]


class Cells(TraitType["Table", Any]):
    """1 to ``most`` rows of as many finite numbers between ``−limit`` and ``limit``."""

    def __init__(self, default: Table, most: int, limit: float) -> None:
        super().__init__(default)
        self.most, self.limit = most, limit

    def validate(self, obj: Any, value: Any) -> Table:  # noqa: ANN401, ARG002
        """Return the table as tuples of floats, or say in a sentence what would be right."""
        name = self.name or "table"
        advice = f"{name} must be rows of numbers such as [[1, 0], [0, 1]]"
        plain = value.tolist() if hasattr(value, "tolist") else value  # of numpy or torch
        rows = [row_of(row, advice) for row in row_of(plain, advice)]
        lengths = {len(row) for row in rows}
        if len(lengths) > 1:
            raise TraitError(f"The rows of {name} must all be of one length.")
        if not (1 <= len(rows) <= self.most and 1 <= max(lengths) <= self.most):
            raise TraitError(
                f"{name} must have 1 to {self.most} rows and columns, but it has "
                f"{len(rows)} × {max(lengths, default=0)}."
            )
        return tuple(
            tuple(
                finite(cell, f"{name}, row {r}, column {c},", -self.limit, self.limit)
                for c, cell in enumerate(row, start=1)
            )
            for r, row in enumerate(rows, start=1)
        )
