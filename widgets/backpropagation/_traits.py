"""The shape of a network, and its tables of weights, as traits."""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from typing import Any

from traitlets import TraitError

from widgets._traits import Trait, finite

FEWEST, MOST = 2, 6  # columns: the inputs and 1 to 5 layers
TALLEST = 5


class Sizes(Trait["tuple[int, ...]", Any]):
    """Inputs, then the neurons of each of 1 to 5 layers; 1 to 5 each."""

    def validate(self, obj: Any, value: Any) -> tuple[int, ...]:  # noqa: ANN401, ARG002
        """Return the sizes as a tuple, or say in a sentence what would be right."""
        row = list(value) if isinstance(value, Iterable) and not isinstance(value, str) else []
        if not FEWEST <= len(row) <= MOST or not all(map(_is_size, row)):
            raise TraitError(
                f"{self.name} must be the number of inputs and then of neurons in each of 1 to 5 "
                f"layers, all from 1 to {TALLEST}, such as (2, 2, 2); it is {value!r}."
            )
        return tuple(int(size) for size in row)


class Tables(Trait["tuple[Any, ...]", Any]):
    """An array of one or two dimensions for each layer, as nested tuples; empty: not chosen."""

    def __init__(self, dimensions: int, bound: float, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__((), **kwargs)
        self.dimensions, self.bound = dimensions, bound

    def validate(self, obj: Any, value: Any) -> tuple[Any, ...]:  # noqa: ANN401, ARG002
        """Return nested tuples of floats, or say in a sentence what would be right."""
        return tuple(
            self._read(array, f"{self.name} of layer {i}", self.dimensions)
            for i, array in enumerate(_rows(value, str(self.name)), start=1)
        )

    def _read(self, value: Any, name: str, dimensions: int) -> Any:  # noqa: ANN401
        if dimensions == 0:
            return finite(value, name, -self.bound, self.bound)
        rows = tuple(
            self._read(one, f"{name}, number {i}", dimensions - 1)
            for i, one in enumerate(_rows(value, name), start=1)
        )
        if dimensions > 1 and len(set(map(len, rows))) > 1:
            raise TraitError(f"{name} must have rows of one length.")
        return rows


def _rows(value: object, name: str) -> list[Any]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        raise TraitError(f"{name} must be a row, not {value!r}.")
    return list(value)


def _is_size(size: object) -> bool:
    return type(size) is not bool and isinstance(size, Integral) and 1 <= int(size) <= TALLEST
