"""Traits for layers: finite numbers in rows, layer by layer, and the names of activations."""

from __future__ import annotations

from typing import Any

from traitlets import TraitError

from lab.activations import ACTIVATIONS
from widgets._traits import Trait, finite, row_of

MOST_LAYERS = 3
MOST_NEURONS = 6
NAMES = (*ACTIVATIONS, "softmax")
ADVICE = "{} must be a row, such as [0.5, −1]"


class Rows(Trait["tuple[Any, ...]", Any]):
    """Finite numbers from −limit to limit: ``[layer][neuron]``, or ``[layer][to][from]``."""

    def __init__(self, default: tuple[Any, ...], depth: int, limit: float) -> None:
        super().__init__(default)
        self.depth, self.limit = depth, limit

    def validate(self, obj: Any, value: Any) -> tuple[Any, ...]:  # noqa: ANN401, ARG002
        """Return nested tuples of floats, or say in a sentence what would be right."""
        name = self.name or "values"
        layers = row_of(value, ADVICE.format(name))
        if not 1 <= len(layers) <= MOST_LAYERS:
            raise TraitError(
                f"{name} must be given for 1 to {MOST_LAYERS} layers, but there are {len(layers)}."
            )
        return tuple(
            self._nested(layer, self.depth - 1, f"{name} of layer {number}")
            for number, layer in enumerate(layers, start=1)
        )

    def _nested(self, value: object, depth: int, name: str) -> Any:  # noqa: ANN401
        if depth == 0:
            return finite(value, f"{name},", -self.limit, self.limit)
        row = row_of(value, ADVICE.format(name))
        if not 1 <= len(row) <= MOST_NEURONS:
            what = "inputs" if self.depth == 3 and depth == 1 else "neurons"
            raise TraitError(
                f"{name} must be for 1 to {MOST_NEURONS} {what}, but there are {len(row)}."
            )
        part = "neuron" if depth == self.depth - 1 else "number"
        return tuple(
            self._nested(item, depth - 1, f"{name}, {part} {number}")
            for number, item in enumerate(row, start=1)
        )


class Names(Trait["tuple[str, ...]", Any]):
    """The name of an activation for each layer."""

    def validate(self, obj: Any, value: Any) -> tuple[str, ...]:  # noqa: ANN401, ARG002
        """Return the names as a tuple, or say in a sentence which there are."""
        names = row_of(value, ADVICE.format(self.name or "activations"))
        for name in names:
            if name not in NAMES:
                raise TraitError(
                    f"There is no activation {name!r}; choose one of {', '.join(NAMES)}."
                )
        return tuple(names)
