"""Every step of a convolution or a transposed convolution, for one small grid.

The steps go along the rows: step t is the cell (t // columns, t % columns) of the output, of the
input for a transposed convolution. Rows and columns do not depend on one another, so that for each
row of steps it is enough to say which rows of cells it covers: ``rows`` is ``(steps down, kH)``,
``columns`` is ``(steps across, kW)``. There −1 is a place where there is no cell; ``row_places``
and ``column_places`` are where it lies beside the cells, which start at 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.activations import ACTIVATIONS
from lab.convolution import (
    biases,
    check_groups,
    check_transposed_groups,
    conv_transpose2d,
    divisors,
    filters,
)
from lab.sweeps import Axis, axes, batch, transposed_axes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from lab.sweeps import Pair

    Floats = NDArray[Any]
    Integers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Windows:
    """Where the windows of each step lie.

    Attributes:
        rows: ``(steps down, kH)``, which rows a step covers; −1 is padding.
        columns: ``(steps across, kW)``, which columns a step covers; −1 is padding.
        row_places: ``(steps down, kH)``, where they lie, padding counted on from the cells.
        column_places: ``(steps across, kW)``.

    """

    rows: Integers
    columns: Integers
    row_places: Integers
    column_places: Integers

    @property
    def steps(self) -> int:
        """Count the steps."""
        return len(self.rows) * len(self.columns)

    @property
    def covered(self) -> NDArray[np.bool_]:
        """Say where the windows hold cells, not padding, ``(down, across, kH, kW)``."""
        return (self.rows[:, None, :, None] >= 0) & (self.columns[None, :, None, :] >= 0)

    def meeting(self, row: int, column: int) -> Integers:
        """Return which windows cover a cell, and with which of their cells, ``(meetings, 4)``.

        Each line is the step's row and column, then the row and column within its window. For a
        convolution they are the output cells that an input cell touches; for a transposed
        convolution the input cells that feed an output cell.
        """
        down, across = np.argwhere(self.rows == row), np.argwhere(self.columns == column)
        pairs = np.stack(np.broadcast_arrays(down[:, None], across[None]), -1)  # (a, b, 2, 2)
        return np.asarray(pairs.reshape(-1, 4))

    def coverage(self, size: tuple[int, int]) -> Integers:
        """Return how often the windows cover each cell of a grid, ``size``."""
        down, across = (
            np.bincount(cells[cells >= 0], minlength=count)
            for cells, count in zip((self.rows, self.columns), size, strict=True)
        )
        return np.outer(down, across)


@dataclass(frozen=True, eq=False)
class ConvolutionWindows(Windows):
    """Every step of a convolution of one image.

    Where the padding mode copies cells, ``rows`` and ``columns`` name the copied ones.

    Attributes:
        kernel: ``(C_out, C_in/groups, kH, kW)``.
        cells: ``(C_in, oH, oW, kH, kW)``, the input within each window, padding included.
        products: ``(C_out, oH, oW, C_in/groups, kH, kW)``, each cell times its weight.
        sums: ``(C_out, oH, oW)``, the sum of each window's products.
        divisors: ``(C_out,)``, what the sums are divided by: 1 unless normalised.
        bias: ``(C_out,)``.
        z: ``(C_out, oH, oW)``, sum / divisor + bias.
        values: ``(C_out, oH, oW)``, what the activation makes of z.

    """

    kernel: Floats
    cells: Floats
    products: Floats
    sums: Floats
    divisors: Floats
    bias: Floats
    z: Floats
    values: Floats


@dataclass(frozen=True, eq=False)
class TransposedWindows(Windows):
    """Every step of a transposed convolution of one image: each input cell stamps the kernel.

    A step is an input cell; its window lies on the output, −1 is cut off by the padding.

    Attributes:
        stamps: ``(C_out, H, W, kH, kW)``, the block that each input cell adds.
        bias: ``(C_out,)``.
        values: ``(C_out, oH, oW)``, the output.
        overlaps: ``(oH, oW)``, how many stamps each output cell gets; where they differ there is a
            checkerboard (Odena et al., Deconvolution and Checkerboard Artifacts, Distill 2016).

    """

    stamps: Floats
    bias: Floats
    values: Floats
    overlaps: Integers

    def accumulated(self, steps: int) -> Floats:
        """Return what the output is after so many stamps, ``(C_out, oH, oW)``; 0 is the bias."""
        if not 0 <= steps <= self.steps:
            raise ValueError(f"There are {self.steps} steps, so {steps} of them cannot be done.")
        height, width, *size = self.stamps.shape[1:]
        done = np.arange(height * width) < steps
        done = done.reshape(height, width)
        # −1, what is cut off, lands in a row and a column more
        output = np.zeros((len(self.bias), *(extent + 1 for extent in self.values.shape[1:])))
        for i in range(size[0]):
            for j in range(size[1]):
                block = self.stamps[:, :, :, i, j] * done
                output[:, self.rows[:, i, None], self.columns[:, j]] += block
        return np.asarray(output[:, :-1, :-1] + self.bias[:, None, None])


def windows(
    input: ArrayLike,  # noqa: A002 - PyTorch's name
    kernel: ArrayLike,
    *,
    bias: ArrayLike | None = None,
    stride: Pair = 1,
    padding: Pair | str = 0,
    dilation: Pair = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
    normalise: bool = False,
    activation: str = "identity",
) -> ConvolutionWindows:
    """Return every step of ``conv2d`` with an activation after it, for one image.

    Args:
        input: ``(H, W)`` or ``(C_in, H, W)``.
        kernel: as the arguments from here to ``normalise``: see ``conv2d``.
        bias: one number for each filter.
        stride: cells from one window to the next.
        padding: cells around the input.
        dilation: cells from one cell of the window to its next.
        groups: into so many parts the channels are divided.
        padding_mode: what lies around the input.
        normalise: whether the sums are divided by the filters' sums.
        activation: a name out of ``ACTIVATIONS``.

    """
    x, weights = one_image(input), filters(kernel)
    rows, columns = axes(
        x.shape,
        weights.shape,
        stride=stride,
        padding=padding,
        dilation=dilation,
        padding_mode=padding_mode,
    )
    groups = check_groups(groups, len(x), weights.shape)
    bias = biases(bias, len(weights))
    if activation not in ACTIVATIONS:
        known = ", ".join(ACTIVATIONS)
        raise ValueError(f"There is no activation {activation!r}; choose one of {known}.")
    where = window_places(rows, columns, padding_mode)
    cells = cells_within(x, where)
    outputs, per_group = weights.shape[:2]
    grouped = cells.reshape(groups, per_group, *cells.shape[1:])
    own = weights.reshape(groups, outputs // groups, *weights.shape[1:])
    products = np.einsum("gcyxij,gocij->goyxcij", grouped, own)
    products = products.reshape(outputs, *products.shape[2:])
    sums = products.sum((3, 4, 5))
    by = divisors(weights) if normalise else np.ones(outputs)
    z = sums / by[:, None, None] + bias[:, None, None]
    values = ACTIVATIONS[activation].function(z)
    return ConvolutionWindows(*where, weights, cells, products, sums, by, bias, z, values)


def transposed_windows(
    input: ArrayLike,  # noqa: A002 - PyTorch's name
    kernel: ArrayLike,
    *,
    bias: ArrayLike | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    output_padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> TransposedWindows:
    """Return every step of ``conv_transpose2d``, whose arguments these are, for one image."""
    x, weights = one_image(input), filters(kernel)
    rows, columns = transposed_axes(
        x.shape,
        weights.shape,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
    )
    groups = check_transposed_groups(groups, len(x), weights.shape)
    bias = biases(bias, groups * weights.shape[1])
    channels, height, width = x.shape
    # output padding may leave room for windows that no input cell stamps
    down, across, row_places, column_places = window_places(rows, columns)
    where = down[:height], across[:width], row_places[:height], column_places[:width]
    own = weights.reshape(groups, channels // groups, *weights.shape[1:])
    stamps = np.einsum("gcyx,gcoij->goyxij", x.reshape(groups, -1, height, width), own)
    values = conv_transpose2d(
        x,
        weights,
        bias=bias,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
        groups=groups,
    )
    overlaps = Windows(*where).coverage((rows.size, columns.size))
    return TransposedWindows(*where, stamps.reshape(-1, *stamps.shape[2:]), bias, values, overlaps)


def one_image(input: ArrayLike) -> Floats:  # noqa: A002 - as the arguments are named
    """Return one image as ``(C, H, W)`` in float64."""
    x = batch(input)
    if len(x) > 1:
        raise ValueError(f"The steps are those of one image, but the input holds {len(x)}.")
    return np.asarray(x[0], dtype=np.float64)


def window_places(
    rows: Axis, columns: Axis, mode: str = "zeros"
) -> tuple[Integers, Integers, Integers, Integers]:
    """Return the four fields of ``Windows``."""
    down, across = rows.places(), columns.places()
    return rows.sources(down, mode), columns.sources(across, mode), down, across


def cells_within(x: Floats, where: Sequence[Integers]) -> Floats:
    """Return the cells within each window, ``(C, oH, oW, kH, kW)``; 0 where there is none."""
    down, across = where[0][:, None, :, None], where[1][None, :, None, :]
    return np.where((down >= 0) & (across >= 0), x[:, down, across], 0.0)
