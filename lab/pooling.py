"""Pooling as ``torch.nn.functional`` has it, in numpy alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

import numpy as np
from numpy.lib.stride_tricks import as_strided

from lab.sweeps import Axis, batch, pad, pair, unbatch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from lab.sweeps import Pair

    Floats = NDArray[Any]
    Integers = NDArray[np.intp]


@overload
def max_pool2d(
    input: ArrayLike,
    kernel_size: Pair,
    *,
    stride: Pair | None = ...,
    padding: Pair = ...,
    dilation: Pair = ...,
    ceil_mode: bool = ...,
    return_indices: Literal[False] = ...,
) -> Floats: ...
@overload
def max_pool2d(
    input: ArrayLike,
    kernel_size: Pair,
    *,
    stride: Pair | None = ...,
    padding: Pair = ...,
    dilation: Pair = ...,
    ceil_mode: bool = ...,
    return_indices: Literal[True],
) -> tuple[Floats, Integers]: ...
def max_pool2d(
    input: ArrayLike,  # noqa: A002 - PyTorch's name
    kernel_size: Pair,
    *,
    stride: Pair | None = None,
    padding: Pair = 0,
    dilation: Pair = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Floats | tuple[Floats, Integers]:
    """Keep the largest cell of each window, as ``torch.nn.functional.max_pool2d`` does.

    Args:
        input: ``(H, W)``, ``(C, H, W)`` or ``(N, C, H, W)`` finite numbers.
        kernel_size: rows and columns of the window, alike or a pair.
        stride: cells from one window to the next; None is the window's size.
        padding: cells around the input, at most half of the window. They never win.
        dilation: cells from one cell of the window to its next.
        ceil_mode: whether a last window may reach beyond the padding.
        return_indices: whether to return the winners too.

    Returns:
        The pooled input; with ``return_indices`` also the place of each window's winner in its
        channel, row · W + column. Of equal cells the first wins, by rows. A dilated window at the
        border can step over the whole input: −∞ then, and the place −1.

    Raises:
        ValueError: in one sentence, for arguments that do not fit together.

    """
    x = batch(input)
    rows, columns = pooling_axes(
        x.shape,
        kernel_size,
        stride=stride,
        padding=padding,
        dilation=dilation,
        ceil_mode=ceil_mode,
    )
    padded = pad(x, rows, columns, fill=-np.inf)
    if not return_indices:  # along the columns first, then along the rows
        for axis, number in ((columns, -1), (rows, -2)):
            padded = _along(padded, axis, number, np.maximum)
        return unbatch(padded, np.ndim(input))
    *outer, down, right = padded.strides
    windows = as_strided(
        padded,
        (*x.shape[:2], rows.outputs, columns.outputs, rows.kernel, columns.kernel),
        (
            *outer,
            rows.stride * down,
            columns.stride * right,
            rows.dilation * down,
            columns.dilation * right,
        ),
        writeable=False,
    )
    cells = windows.reshape(*windows.shape[:4], -1)
    best = cells.argmax(-1)
    values = np.take_along_axis(cells, best[..., None], -1)[..., 0]
    i, j = np.divmod(best, columns.kernel)
    row = rows.places()[np.arange(rows.outputs)[:, None], i]
    column = columns.places()[np.arange(columns.outputs), j]
    places = np.where(np.isfinite(values), row * columns.size + column, -1)
    return unbatch(values, np.ndim(input)), unbatch(places, np.ndim(input))


def avg_pool2d(
    input: ArrayLike,  # noqa: A002 - PyTorch's name
    kernel_size: Pair,
    *,
    stride: Pair | None = None,
    padding: Pair = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
) -> Floats:
    """Take the mean of each window, as ``torch.nn.functional.avg_pool2d`` does.

    Args:
        input: ``(H, W)``, ``(C, H, W)`` or ``(N, C, H, W)`` finite numbers.
        kernel_size: rows and columns of the window, alike or a pair.
        stride: cells from one window to the next; None is the window's size.
        padding: cells of zeros around the input, at most half of the window.
        ceil_mode: whether a last window may reach beyond the padding.
        count_include_pad: whether to divide by the cells of the padding too.

    Returns:
        The pooled input.

    Raises:
        ValueError: in one sentence, for arguments that do not fit together.

    """
    x = batch(input)
    rows, columns = pooling_axes(
        x.shape, kernel_size, stride=stride, padding=padding, ceil_mode=ceil_mode
    )
    sums = pad(x, rows, columns)
    for axis, number in ((columns, -1), (rows, -2)):
        sums = _along(sums, axis, number, np.add)
    divisors = np.outer(counts(rows, count_include_pad), counts(columns, count_include_pad))
    return unbatch(sums / divisors.astype(x.dtype), np.ndim(input))


def counts(axis: Axis, include_padding: bool) -> Integers:
    """Return by how many cells each window divides along one axis, ``(outputs,)``.

    What lies beyond the padding (ceil_mode) never counts.
    """
    places = axis.places()
    end = axis.size + axis.after if include_padding else axis.size
    start = -axis.before if include_padding else 0
    return np.asarray(((places >= start) & (places < end)).sum(1))


def pooling_axes(
    shape: Sequence[int],
    kernel_size: Pair,
    *,
    stride: Pair | None = None,
    padding: Pair = 0,
    dilation: Pair = 1,
    ceil_mode: bool = False,
) -> tuple[Axis, Axis]:
    """Return how a pooling window moves over an input, from a shape that ends in rows, columns."""
    kernels, paddings = pair("kernel_size", kernel_size, 1), pair("padding", padding, 0)
    strides = kernels if stride is None else pair("stride", stride, 1)
    dilations = pair("dilation", dilation, 1)
    for k, p in zip(kernels, paddings, strict=True):
        if 2 * p > k:
            raise ValueError(
                f"The padding of a pooling is at most half of the window, so that no window lies "
                f"in the padding alone: {k} cells allow {k // 2}, but the padding is {p}."
            )
    rows, columns = (
        Axis(
            name,
            shape[i - 2],
            kernels[i],
            strides[i],
            paddings[i],
            paddings[i],
            dilations[i],
            ceil_mode,
        )
        for i, name in enumerate(("rows", "columns"))
    )
    return rows, columns


def _along(x: Floats, axis: Axis, number: int, combine: np.ufunc) -> Floats:
    """Combine the cells of each window along one axis of x."""
    x = np.moveaxis(x, number, 0)
    span = axis.stride * (axis.outputs - 1) + 1
    result = x[: span : axis.stride].copy()
    for i in range(1, axis.kernel):
        start = i * axis.dilation
        combine(result, x[start : start + span : axis.stride], out=result)
    return np.asarray(np.moveaxis(result, 0, number))
