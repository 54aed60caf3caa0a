"""One unit of a convolution at work: the windows under its kernel, the products, their sum.

::

    value = sum(windows * kernel) + bias
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[Any]


@dataclass(frozen=True, eq=False)
class UnitAtWork:
    """What one unit of a convolution adds up.

    Attributes:
        windows: ``(in, kH, kW)``, what lies under the kernel; 0 where that is padding.
        kernel: ``(in, kH, kW)``, the weights of the unit's channel.
        inputs: the places of the maps that it looks at, among all that enter the layer: of a
            grouped convolution only some.
        parts: ``(in,)``, the sum of the products in each.
        bias: what is added at the end.
        value: what comes out.
    """

    windows: Floats
    kernel: Floats
    inputs: range
    parts: Floats
    bias: float
    value: float


def unit_at_work(
    inputs: Floats,
    kernels: Floats,
    biases: Floats,
    convolution: Mapping[str, Any],
    *,
    channel: int,
    unit: tuple[int, int],
) -> UnitAtWork:
    """Return what the unit of a channel, at a row and a column, adds up.

    Args:
        inputs: ``(C, H, W)``, the maps that enter the convolution.
        kernels: ``(out, C / groups, kH, kW)``.
        biases: ``(out,)``, or empty where there are none.
        convolution: ``stride``, ``padding`` and ``dilation``, each of rows and columns, and
            ``groups``.
        channel: which output channel, counted from 0.
        unit: row and column, counted from 0.

    Raises:
        ValueError: there is no such channel.
    """
    if not 0 <= channel < len(kernels):
        raise ValueError(f"There are the channels 0 to {len(kernels) - 1}, so not {channel}.")
    kernel = kernels[channel].astype(np.float64)
    per_group = kernel.shape[0]
    first = channel // (len(kernels) // convolution["groups"]) * per_group
    seen = inputs[first : first + per_group]
    rows, columns = (
        at * stride - padding + dilation * np.arange(size)
        for at, stride, padding, dilation, size in zip(
            unit,
            convolution["stride"],
            convolution["padding"],
            convolution["dilation"],
            kernel.shape[1:],
            strict=True,
        )
    )
    inside = ((rows >= 0) & (rows < seen.shape[1]))[:, None] & (
        (columns >= 0) & (columns < seen.shape[2])
    )
    picked = seen[:, rows.clip(0, seen.shape[1] - 1)][:, :, columns.clip(0, seen.shape[2] - 1)]
    windows = np.where(inside, picked, 0.0)
    parts = (windows * kernel).sum(axis=(1, 2))
    bias = float(biases[channel]) if len(biases) else 0.0
    span = range(first, first + per_group)
    return UnitAtWork(windows, kernel, span, parts, bias, float(parts.sum() + bias))
