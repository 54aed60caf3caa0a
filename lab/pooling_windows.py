"""Every step of a pooling, for one small grid; the steps are those of ``lab.windows``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.pooling import counts, max_pool2d, pooling_axes
from lab.sweeps import pair
from lab.windows import Windows, cells_within, one_image, window_places

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lab.sweeps import Pair

    Floats = NDArray[Any]
    Integers = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class PoolingWindows(Windows):
    """Every step of a pooling of one image.

    Attributes:
        kind: ``"max"`` or ``"average"``.
        input: ``(C, H, W)``.
        cells: ``(C, oH, oW, kH, kW)``, the input within each window; 0 where there is no cell.
        shares: ``(C, oH, oW, kH, kW)``, with what share a cell goes into the value and the value's
            gradient goes back to the cell: for max 1 for the winner alone.
        winners: ``(C, oH, oW, 2)``, row and column of the largest cell, the first of equal ones;
            −1 where a window holds none. What wins is marked for max alone.
        values: ``(C, oH, oW)``.

    """

    kind: str
    input: Floats
    cells: Floats
    shares: Floats
    winners: Integers
    values: Floats

    def send_back(self, gradient: ArrayLike) -> Floats:
        """Return ∂C/∂input from ∂C/∂values, ``(C, H, W)``."""
        channels, height, width = self.input.shape
        gradient = np.asarray(gradient, dtype=np.float64).reshape(self.values.shape)
        result = np.zeros((channels, height + 1, width + 1))
        down, across = self.rows[:, None, :, None], self.columns[None, :, None, :]
        for channel, back in zip(result, self.shares * gradient[..., None, None], strict=True):
            np.add.at(channel, (down, across), back)
        return result[:, :-1, :-1]

    def wins(self) -> Integers:
        """Return in how many windows each cell is the largest, ``(C, H, W)``."""
        result = np.zeros(self.input.shape, dtype=np.intp)
        for count, places in zip(result, self.winners, strict=True):
            row, column = places[(places >= 0).all(-1)].T
            np.add.at(count, (row, column), 1)
        return result


def pooling_windows(
    input: ArrayLike,  # noqa: A002 - PyTorch's name
    kernel_size: Pair,
    *,
    kind: str = "max",
    stride: Pair | None = None,
    padding: Pair = 0,
    dilation: Pair = 1,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> PoolingWindows:
    """Return every step of ``max_pool2d`` or ``avg_pool2d`` for one image.

    Global pooling is a window of the input's size. An average has no dilation.
    """
    if kind not in {"max", "average"}:
        raise ValueError(f"kind is 'max' or 'average', but it is {kind!r}.")
    if kind == "average" and pair("dilation", dilation, 1) != (1, 1):
        raise ValueError("An average pooling has no dilation: set it to 1, or take max pooling.")
    x = one_image(input)
    sweep: dict[str, Any] = {
        "stride": stride,
        "padding": padding,
        "dilation": dilation,
        "ceil_mode": ceil_mode,
    }
    rows, columns = pooling_axes(x.shape, kernel_size, **sweep)
    where = window_places(rows, columns)
    cells = cells_within(x, where)
    values, places = max_pool2d(x, kernel_size, return_indices=True, **sweep)
    row, column = np.divmod(places, x.shape[-1])
    winners = np.stack([row, np.where(places < 0, -1, column)], -1)
    down, across = where[0][:, None, :, None], where[1][None, :, None, :]
    if kind == "max":
        won = (down == row[..., None, None]) & (across == column[..., None, None]) & (down >= 0)
        return PoolingWindows(*where, kind, x, cells, won * 1.0, winners, values)
    divisor = np.outer(counts(rows, count_include_pad), counts(columns, count_include_pad))
    covered = (down >= 0) & (across >= 0)
    shares = np.broadcast_to(covered / divisor[..., None, None], cells.shape)
    values = (shares * cells).sum((-2, -1))
    return PoolingWindows(*where, kind, x, cells, shares, winners, values)
