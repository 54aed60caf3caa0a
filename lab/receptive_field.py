"""Which cells of the image a cell deep in a network can see.

Notation: Dumoulin & Visin (2016), https://arxiv.org/abs/1603.07285; the recursion: Araujo, Norris &
Sim, Computing Receptive Fields of Convolutional Neural Networks, Distill (2019),
https://distill.pub/2019/computing-receptive-fields/.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.sweeps import Axis, pair

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lab.sweeps import Pair

    Integers = NDArray[np.intp]

Range = tuple[int, int]
"""The first and the last row, or column."""


@dataclass(frozen=True)
class Stage:
    """A convolution or a pooling, as far as its windows go; every number may be a pair."""

    kernel_size: Pair
    stride: Pair = 1
    padding: Pair = 0
    dilation: Pair = 1

    def __post_init__(self) -> None:
        """Check every number."""
        self.settings()

    def settings(self) -> tuple[tuple[int, int, int, int], tuple[int, int, int, int]]:
        """Return kernel, stride, padding and dilation along the rows, and along the columns."""
        kernel, stride = pair("kernel_size", self.kernel_size, 1), pair("stride", self.stride, 1)
        padding, dilation = pair("padding", self.padding, 0), pair("dilation", self.dilation, 1)
        rows, columns = zip(kernel, stride, padding, dilation, strict=True)
        return rows, columns

    def axes(self, size: Pair) -> tuple[Axis, Axis]:
        """Return how its window moves over an input of so many rows and columns."""
        rows, columns = (
            Axis(name, length, k, s, p, p, d)
            for name, length, (k, s, p, d) in zip(
                ("rows", "columns"), pair("size", size, 1), self.settings(), strict=True
            )
        )
        return rows, columns

    def output_size(self, size: Pair) -> tuple[int, int]:
        """Return how many rows and columns it makes of an input."""
        rows, columns = self.axes(size)
        return rows.outputs, columns.outputs


def sizes(layers: Sequence[Stage], size: Pair) -> list[tuple[int, int]]:
    """Return the rows and columns of the image and of what each layer makes of it."""
    made = [pair("size", size, 1)]
    for layer in layers:
        made.append(layer.output_size(made[-1]))
    return made


def receptive_field(
    layers: Sequence[Stage], cell: tuple[int, int], size: Pair | None = None
) -> tuple[Range, Range]:
    """Return the first and last row, and the first and last column, that a cell can see.

    Backwards through the layers: the window of the cells u to v begins at u·s − p and ends at
    v·s − p + d(k − 1).

    Args:
        layers: the stack, the first one at the image.
        cell: row and column in what the last layer makes, counted from 0.
        size: rows and columns of the image. Without them the field is that of an endless image and
            may begin below 0; with them it holds what is there.

    Raises:
        ValueError: with a size, for a cell that is not there or that sees nothing but padding.

    """
    if size is not None:
        rows, columns = receptive_cells(layers, cell, size)
        if not (rows.size and columns.size):
            raise ValueError(f"Cell {cell} sees nothing but padding: there is no field to show.")
        return (int(rows[0]), int(rows[-1])), (int(columns[0]), int(columns[-1]))
    ends = [(cell[0], cell[0]), (cell[1], cell[1])]
    for layer in reversed(layers):
        ends = [
            (first * s - p, last * s - p + d * (k - 1))
            for (first, last), (k, s, p, d) in zip(ends, layer.settings(), strict=True)
        ]
    return ends[0], ends[1]


def receptive_cells(
    layers: Sequence[Stage], cell: tuple[int, int], size: Pair
) -> tuple[Integers, Integers]:
    """Return the rows and the columns of an image that a cell sees: dilation leaves holes.

    A cell of the image is seen where both its row and its column are.
    """
    *inner, last = sizes(layers, size)
    for name, number, count in zip(("row", "column"), cell, last, strict=True):
        if not 0 <= number < count:
            raise ValueError(
                f"The last layer has the {name}s 0 to {count - 1}, so there is no {name} {number}."
            )
    seen = [np.array([number]) for number in cell]
    for layer, before in zip(reversed(layers), reversed(inner), strict=True):
        for i, axis in enumerate(layer.axes(before)):
            places = np.unique(axis.places()[seen[i]])
            seen[i] = places[(places >= 0) & (places < axis.size)]
    return seen[0], seen[1]


def field_size(layers: Sequence[Stage]) -> tuple[int, int]:
    """Return how many rows and columns a cell sees of an endless image: 1 + Σ d(k − 1) Π s."""
    (top, bottom), (left, right) = receptive_field(layers, (0, 0))
    return bottom - top + 1, right - left + 1
