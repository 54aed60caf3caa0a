"""Traits for the parts of a network: sizes, numbers layer by layer, places, points."""

from __future__ import annotations

from numbers import Integral
from typing import Any

from traitlets import TraitError

from lab.activations import ACTIVATIONS
from widgets._traits import Trait, finite, row_of

Nested = tuple[Any, ...]


class Sizes(Trait[tuple[int, ...], Any]):
    """How many neurons each hidden layer has: up to ``most`` layers of 1 to ``widest``."""

    def __init__(self, default: tuple[int, ...], most: int, widest: int, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__(default, **kwargs)
        self.most, self.widest = most, widest

    def validate(self, obj: Any, value: Any) -> tuple[int, ...]:  # noqa: ANN401, ARG002
        """Return the sizes as a tuple, or say in a sentence what would be right."""
        row = row_of(value, f"{self.name} must be a row of whole numbers such as [4, 2]")
        if len(row) > self.most:
            raise TraitError(f"There can be {self.most} hidden layers at most, not {len(row)}.")
        for size in row:
            whole = isinstance(size, Integral) and not isinstance(size, bool)
            if not whole or not 1 <= size <= self.widest:
                raise TraitError(
                    f"A layer has 1 to {self.widest} neurons, a whole number; not {size!r}."
                )
        return tuple(int(size) for size in row)


class Tables(Trait[Nested, Any]):
    """Finite numbers, nested ``depth`` deep: ``[layer][neuron]`` or ``[layer][to][from]``."""

    def __init__(self, depth: int, limit: float, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__((), **kwargs)
        self.depth, self.limit = depth, limit

    def validate(self, obj: Any, value: Any) -> Nested:  # noqa: ANN401, ARG002
        """Return nested tuples of floats, or say in a sentence what would be right."""
        nested: Nested = self._nested(value, self.depth)
        return nested

    def _nested(self, value: Any, depth: int) -> Any:  # noqa: ANN401
        if depth == 1 and type(value) is list and self._holds(value):
            return tuple(value)  # what a training gives, often: looked at once and for all
        if depth:
            row = row_of(value, f"{self.name} must be rows of numbers, layer by layer")
            return tuple(self._nested(item, depth - 1) for item in row)
        return finite(value, f"A number of {self.name}", -self.limit, self.limit)

    def _holds(self, row: list[Any]) -> bool:
        return all(type(number) is float and abs(number) <= self.limit for number in row)


class Places(Trait[Nested, Any]):
    """Places in a network: rows of ``width`` whole numbers, counted from 0."""

    def __init__(self, width: int, **kwargs: Any) -> None:  # noqa: ANN401
        super().__init__((), **kwargs)
        self.width = width

    def validate(self, obj: Any, value: Any) -> Nested:  # noqa: ANN401, ARG002
        """Return sorted tuples, each once, or say in a sentence what would be right."""
        advice = f"{self.name} must be rows of {self.width} whole numbers"
        rows = [tuple(row_of(row, advice)) for row in row_of(value, advice)]
        for row in rows:
            whole = all(isinstance(n, Integral) and not isinstance(n, bool) for n in row)
            if len(row) != self.width or not whole or min(row) < 0:
                raise TraitError(f"{advice}, counted from 0; {list(row)!r} is none.")
        return tuple(sorted({tuple(int(n) for n in row) for row in rows}))


class Activations(Trait[Nested, Any]):
    """The activation of each hidden layer: one name, or one for each of its neurons."""

    def validate(self, obj: Any, value: Any) -> Nested:  # noqa: ANN401, ARG002
        """Return names and tuples of names, or say in a sentence what would be right."""
        advice = f"{self.name} must name an activation for each hidden layer"
        layers = []
        for layer in row_of(value, advice):
            names = [layer] if isinstance(layer, str) else list(row_of(layer, advice))
            for name in names:
                if name not in ACTIVATIONS:
                    known = ", ".join(ACTIVATIONS)
                    raise TraitError(
                        f"There is no activation {name!r} for a neuron; choose one of {known}."
                    )
            layers.append(names[0] if len(set(names)) == 1 else tuple(names))
        return tuple(layers)
