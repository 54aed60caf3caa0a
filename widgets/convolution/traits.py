"""Traits of a convolution: grids of numbers, and a padding that is a number or a word."""

from __future__ import annotations

from typing import Any

from traitlets import TraitError

from widgets._traits import Trait, finite, one_of, row_of, whole

Grid = tuple[Any, ...]

PADDINGS = ("same", "valid")


class Grids(Trait[Grid, Any]):
    """Finite numbers nested as deep as there are axes, in rows of one length.

    Args:
        default: the numbers; fewer axes than named are filled up in front.
        axes: what each axis counts, with the least and the most there can be of it.
        limit: the numbers lie between −limit and limit.

    """

    def __init__(
        self, default: Grid, axes: tuple[tuple[str, tuple[int, ...]], ...], limit: float
    ) -> None:
        super().__init__(())
        self.default_value = default
        self.axes, self.limit = axes, limit

    def validate(self, obj: Any, value: Any) -> Grid:  # noqa: ANN401, ARG002
        """Return nested tuples of floats, or say in a sentence what would be right."""
        grid = value.tolist() if hasattr(value, "tolist") else value
        axes = depth(grid)
        if axes in (2, len(self.axes)):
            for _ in range(len(self.axes) - axes):
                grid = [grid]
        nested: Grid = self._nested(grid, self.axes)
        return nested

    def _nested(self, value: Any, axes: tuple[tuple[str, tuple[int, ...]], ...]) -> Any:  # noqa: ANN401
        name = self.name or "grid"
        if not axes:
            return finite(value, f"Each number of {name}", -self.limit, self.limit)
        (what, counts), *rest = axes
        row = row_of(value, f"{name} must be rows of numbers, such as [[1, 0], [0, 1]]")
        if len(row) not in counts:
            raise TraitError(f"{name} must have {one_of(counts)} {what}, but it has {len(row)}.")
        if len({len(item) if isinstance(item, (list, tuple)) else 0 for item in row}) > 1:
            raise TraitError(f"The rows of {name} must all be of one length.")
        return tuple(self._nested(item, tuple(rest)) for item in row)


def depth(value: object) -> int:
    """Count how deep rows are nested, along the first of each."""
    levels = 0
    while isinstance(value, (list, tuple)) and value:
        levels += 1
        value = value[0]
    return levels


class Padding(Trait["int | str", Any]):
    """Cells around the input: a whole number, ``"same"`` or ``"valid"``."""

    def __init__(self, most: int) -> None:
        super().__init__(0)
        self.most = most

    def validate(self, obj: Any, value: Any) -> int | str:  # noqa: ANN401, ARG002
        """Return the padding, or say in a sentence what would be right."""
        if isinstance(value, str):
            if value not in PADDINGS:
                raise TraitError(f"padding is a number, 'same' or 'valid', not {value!r:.40}.")
            return value
        return whole(value, "padding", 0, self.most)


class Guess(Trait["float | None", Any]):
    """A prediction: a finite number, or None as long as there is none."""

    def __init__(self) -> None:
        super().__init__(None, allow_none=True)

    def validate(self, obj: Any, value: Any) -> float | None:  # noqa: ANN401, ARG002
        """Return the number, or say in a sentence what would be right."""
        return finite(value, "Your prediction", -1e6, 1e6)
