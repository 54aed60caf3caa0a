"""A convolution as one matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.convolution import check_groups, divisors, filters
from lab.sweeps import axes
from lab.windows import window_places

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lab.sweeps import Pair

    Floats = NDArray[Any]


def convolution_matrix(
    kernel: ArrayLike,
    size: tuple[int, int],
    *,
    stride: Pair = 1,
    padding: Pair | str = 0,
    dilation: Pair = 1,
    groups: int = 1,
    padding_mode: str = "zeros",
    normalise: bool = False,
) -> Floats:
    """Return the matrix C of a convolution: the output, row by row, is C @ the input, row by row.

    Cᵀ is the transposed convolution with the same kernel (Dumoulin & Visin, ch. 4.1).

    Args:
        kernel: as the arguments from ``stride`` on: see ``conv2d``.
        size: rows and columns of the input.
        stride: cells from one window to the next.
        padding: cells around the input.
        dilation: cells from one cell of the window to its next.
        groups: into so many parts the channels are divided.
        padding_mode: what lies around the input.
        normalise: whether the sums are divided by the filters' sums.

    Returns:
        ``(C_out · oH · oW, C_in · H · W)``.

    """
    weights = filters(kernel)
    outputs, per_group, kernel_rows, kernel_columns = weights.shape
    channels = per_group * groups
    rows, columns = axes(
        size,
        weights.shape,
        stride=stride,
        padding=padding,
        dilation=dilation,
        padding_mode=padding_mode,
    )
    check_groups(groups, channels, weights.shape)
    if normalise:
        weights = weights / divisors(weights)[:, None, None, None]
    down, across, *_ = window_places(rows, columns, padding_mode)
    # one axis more takes what falls on the padding
    matrix = np.zeros((outputs, len(down), len(across), channels, size[0] + 1, size[1] + 1))
    o, y, x, c, i, j = np.ogrid[
        :outputs, : len(down), : len(across), :per_group, :kernel_rows, :kernel_columns
    ]
    channel = o // (outputs // groups) * per_group + c
    np.add.at(matrix, (o, y, x, channel, down[y, i], across[x, j]), weights[o, c, i, j])
    return matrix[..., :-1, :-1].reshape(outputs * len(down) * len(across), -1)
