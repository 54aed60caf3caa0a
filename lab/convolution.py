"""Convolution and transposed convolution as ``torch.nn.functional`` has them, in numpy alone.

Like PyTorch's, this convolution does not turn the kernel round (mathematics calls it a
cross-correlation).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from lab.pooling import avg_pool2d, max_pool2d
from lab.sweeps import (
    PADDING_MODES,
    axes,
    batch,
    numbers,
    output_size,
    output_size_sentence,
    pad,
    transposed_axes,
    transposed_size,
    transposed_size_sentence,
    unbatch,
    whole,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from lab.sweeps import Pair

    Floats = NDArray[Any]

__all__ = [
    "PADDING_MODES",
    "avg_pool2d",
    "conv2d",
    "conv_transpose2d",
    "max_pool2d",
    "output_size",
    "output_size_sentence",
    "transposed_size",
    "transposed_size_sentence",
]

BLOCK = 2**18
"""So many cells of windows are copied at a time: more of them leave the processor's cache."""


def conv2d(
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
) -> Floats:
    """Convolve as ``torch.nn.functional.conv2d`` does.

    Args:
        input: ``(H, W)``, ``(C_in, H, W)`` or ``(N, C_in, H, W)`` finite numbers. float32 stays
            float32; everything else is computed in float64.
        kernel: ``(C_out, C_in/groups, kH, kW)``; ``(kH, kW)`` is one filter of one channel.
        bias: ``(C_out,)``, or one number for one filter.
        stride: cells from one window to the next, rows and columns alike or a pair.
        padding: cells around the input; ``"valid"`` is none, ``"same"`` keeps the size.
        dilation: cells from one cell of the window to its next.
        groups: into so many parts the channels are divided, each with filters of its own.
        padding_mode: one of ``PADDING_MODES``.
        normalise: divide what each filter finds by the filter's sum, before the bias.

    Returns:
        ``(N, C_out, oH, oW)``, without N if the input has none, and without C_out if input and
        kernel are both plain grids.

    Raises:
        ValueError: in one sentence, for arguments that do not fit together.

    """
    x, weights = batch(input), filters(kernel)
    weights = weights.astype(x.dtype, copy=False)
    rows, columns = axes(
        x.shape,
        weights.shape,
        stride=stride,
        padding=padding,
        dilation=dilation,
        padding_mode=padding_mode,
    )
    groups = check_groups(groups, x.shape[1], weights.shape)
    outputs, per_group, *size = weights.shape
    bias = biases(bias, outputs)
    padded = pad(x, rows, columns, padding_mode)
    n, channels = x.shape[:2]
    *outer, down, right = padded.strides
    windows = as_strided(
        padded,
        (n, channels, *size, rows.outputs, columns.outputs),
        (
            *outer,
            rows.dilation * down,
            columns.dilation * right,
            rows.stride * down,
            columns.stride * right,
        ),
        writeable=False,
    )
    # one matrix product for a block of output rows: (C_out, cells of a window) @ (cells, windows)
    matrices = weights.reshape(groups, outputs // groups, -1)
    result = np.empty((n, *matrices.shape[:2], rows.outputs * columns.outputs), x.dtype)
    height = max(1, BLOCK // (n * channels * size[0] * size[1] * columns.outputs))
    for top in range(0, rows.outputs, height):
        block = windows[..., top : top + height, :]
        cells = block.reshape(n, groups, per_group * size[0] * size[1], -1)
        start = top * columns.outputs
        np.matmul(matrices, cells, out=result[..., start : start + cells.shape[-1]])
    result = result.reshape(n, outputs, rows.outputs, columns.outputs)
    if normalise:
        result /= divisors(weights)[:, None, None].astype(x.dtype)
    result += bias[:, None, None].astype(x.dtype)
    return unbatch(result, np.ndim(input), np.ndim(kernel))


def conv_transpose2d(
    input: ArrayLike,  # noqa: A002 - PyTorch's name
    kernel: ArrayLike,
    *,
    bias: ArrayLike | None = None,
    stride: Pair = 1,
    padding: Pair = 0,
    output_padding: Pair = 0,
    dilation: Pair = 1,
    groups: int = 1,
) -> Floats:
    """Stamp the kernel once for each input cell, as ``torch.nn.functional.conv_transpose2d`` does.

    Args:
        input: ``(H, W)``, ``(C_in, H, W)`` or ``(N, C_in, H, W)`` finite numbers.
        kernel: ``(C_in, C_out/groups, kH, kW)``, as PyTorch has it here; or ``(kH, kW)``.
        bias: ``(C_out,)``, or one number for one output channel.
        stride: cells from one stamp to the next.
        padding: cells that are cut off around the output.
        output_padding: rows at the bottom and columns at the right that are cut off less.
        dilation: cells from one cell of the stamp to its next.
        groups: into so many parts the channels are divided.

    Returns:
        ``(N, C_out, oH, oW)``, in as many dimensions as ``conv2d`` returns.

    Raises:
        ValueError: in one sentence, for arguments that do not fit together.

    """
    x, weights = batch(input), filters(kernel)
    weights = weights.astype(x.dtype, copy=False)
    rows, columns = transposed_axes(
        x.shape,
        weights.shape,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
    )
    n, channels, height, width = x.shape
    _, per_group, kernel_rows, kernel_columns = weights.shape
    groups = check_transposed_groups(groups, channels, weights.shape)
    outputs = groups * per_group
    bias = biases(bias, outputs)
    # each input cell times each kernel cell, summed over the input channels
    matrices = weights.reshape(groups, channels // groups, -1).transpose(0, 2, 1)
    cells = x.reshape(n, groups, channels // groups, height * width)
    stamps = (matrices @ cells).reshape(n, outputs, kernel_rows, kernel_columns, height, width)
    whole = np.zeros((n, outputs, rows.spanned, columns.spanned), x.dtype)
    for i in range(kernel_rows):
        for j in range(kernel_columns):
            down = slice(i * rows.dilation, None, rows.stride)
            right = slice(j * columns.dilation, None, columns.stride)
            whole[:, :, down, right][:, :, :height, :width] += stamps[:, :, i, j]
    result = whole[
        :,
        :,
        rows.before : rows.before + rows.size,
        columns.before : columns.before + columns.size,
    ]
    result = result + bias[:, None, None].astype(x.dtype)
    return unbatch(result, np.ndim(input), np.ndim(kernel))


def filters(kernel: ArrayLike) -> Floats:
    """Return a kernel in four dimensions, checked."""
    weights = numbers("kernel", kernel)
    if weights.ndim not in (2, 4):
        raise ValueError(
            "The kernel must have the shape (rows, columns) or (filters, channels, rows, columns), "
            f"but it is {weights.shape}."
        )
    return weights.reshape((1,) * (4 - weights.ndim) + weights.shape)


def biases(bias: ArrayLike | None, outputs: int) -> Floats:
    """Return one bias for each output channel, ``(C_out,)``."""
    if bias is None:
        return np.zeros(outputs)
    values = np.atleast_1d(numbers("bias", bias))
    if values.shape != (outputs,):
        raise ValueError(
            f"There must be one bias for each of the {outputs} output channels, but bias has the "
            f"shape {values.shape}."
        )
    return values


def divisors(weights: Floats) -> Floats:
    """Return the sum of each filter, ``(C_out,)``, to divide by."""
    sums = weights.sum((1, 2, 3), dtype=np.float64)
    dust = np.finfo(weights.dtype).eps * np.abs(weights).sum((1, 2, 3), dtype=np.float64)
    if (np.abs(sums) <= dust).any():
        raise ValueError(
            "The kernel's cells sum to 0, so that nothing can be divided by their sum: leave "
            "normalise off for this kernel, or change one of its cells."
        )
    return np.asarray(sums)


def check_groups(groups: int, channels: int, kernel_shape: Sequence[int]) -> int:
    """Check that filters ``(C_out, C_in/groups, ...)`` fit an input of so many channels."""
    groups = whole("groups", groups, 1)
    outputs, per_group = kernel_shape[:2]
    if channels % groups or outputs % groups:
        raise ValueError(
            f"{groups} groups must divide the input's {channels} channels and the kernel's "
            f"{outputs} filters without a rest."
        )
    if per_group * groups != channels:
        raise ValueError(
            f"The input has {channels} channels, so each filter needs {channels // groups}, but "
            f"the kernel's filters have {per_group}."
        )
    return groups


def check_transposed_groups(groups: int, channels: int, kernel_shape: Sequence[int]) -> int:
    """Check that a kernel ``(C_in, C_out/groups, ...)`` fits an input of so many channels."""
    groups = whole("groups", groups, 1)
    if kernel_shape[0] != channels:
        raise ValueError(
            f"The input has {channels} channels, so the kernel of a transposed convolution needs "
            f"the shape ({channels}, …), but its first size is {kernel_shape[0]}."
        )
    if channels % groups:
        raise ValueError(
            f"{groups} groups must divide the input's {channels} channels without a rest."
        )
    return groups
