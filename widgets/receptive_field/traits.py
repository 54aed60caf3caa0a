"""Traits of a stack of layers."""

from __future__ import annotations

from typing import Any, NamedTuple

from traitlets import TraitError

from lab.receptive_field import Stage
from widgets._traits import Trait, row_of, whole

KINDS = ("convolution", "max pooling")
RANGES = {"kernel": (1, 9), "stride": (1, 4), "padding": (0, 8), "dilation": (1, 8)}


class Layer(NamedTuple):
    """A convolution or a pooling."""

    kind: str
    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1

    @property
    def stage(self) -> Stage:
        """The layer as ``lab.receptive_field`` has it."""
        return Stage(self.kernel, self.stride, self.padding, self.dilation)


class Layers(Trait["tuple[Layer, ...]", Any]):
    """``1`` to ``most`` rows of kind, kernel, stride, padding and dilation."""

    def __init__(self, default: tuple[Layer, ...], most: int) -> None:
        super().__init__(default)
        self.most = most

    def validate(self, obj: Any, value: Any) -> tuple[Layer, ...]:  # noqa: ANN401, ARG002
        """Return the layers, or say in a sentence what would be right."""
        advice = 'layers must be rows such as ("convolution", 3, 1, 0, 1)'
        rows = [row_of(row, advice) for row in row_of(value, advice)]
        if not 1 <= len(rows) <= self.most:
            raise TraitError(f"There can be 1 to {self.most} layers, but {len(rows)} came.")
        return tuple(_layer(number, row) for number, row in enumerate(rows, start=1))


def _layer(number: int, row: list[Any]) -> Layer:
    if not 2 <= len(row) <= 5:
        raise TraitError(
            f"Layer {number} must hold a kind, then kernel, stride, padding and dilation, but it "
            f"holds {len(row)} things."
        )
    kind, *numbers = row
    if kind not in KINDS:
        raise TraitError(f"Layer {number} is one of {', '.join(KINDS)}, not {kind!r:.40}.")
    found = []
    for (name, (low, high)), value in zip(RANGES.items(), numbers, strict=False):
        found.append(whole(value, f"The {name} of layer {number}", low, high))
    return Layer(kind, *found)


class Place(Trait["tuple[int, int, int]", Any]):
    """A layer, counted from 1, and the row and the column of one of its cells, from 0."""

    def validate(self, obj: Any, value: Any) -> tuple[int, int, int]:  # noqa: ANN401, ARG002
        """Return the three numbers, or say in a sentence what would be right."""
        name = self.name or "place"
        row = row_of(value, f"{name} must be a layer, a row and a column such as [1, 0, 0]")
        if len(row) != 3:
            raise TraitError(f"{name} must be a layer, a row and a column, not {len(row)} numbers.")
        layer, down, across = (whole(item, f"Each number of {name}", 0, 99) for item in row)
        if layer == 0:
            raise TraitError(f"The first layer of {name} is 1: a cell of the image sees itself.")
        return layer, down, across
