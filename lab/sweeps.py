"""Where the windows of a convolution or a pooling lie, and how many there are.

Notation and formulas: Dumoulin & Visin, A guide to convolution arithmetic for deep learning (2016),
https://arxiv.org/abs/1603.07285.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[Any]
    Integers = NDArray[np.intp]
    Pair = int | Sequence[int]

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
"""What lies around the input, in the spelling of ``torch.nn.Conv2d``."""


@dataclass(frozen=True)
class Axis:
    """How a window moves along the rows, or along the columns.

    Attributes:
        name: ``"rows"`` or ``"columns"``.
        size: cells of the input.
        kernel: cells of the window.
        stride: cells from one window to the next.
        before, after: cells of padding at either end.
        dilation: cells from one cell of the window to its next.
        ceil_mode: whether a last window may reach beyond the padding.

    """

    name: str
    size: int
    kernel: int
    stride: int = 1
    before: int = 0
    after: int = 0
    dilation: int = 1
    ceil_mode: bool = False

    def __post_init__(self) -> None:
        padded = self.before + self.size + self.after
        if self.outputs < 1:
            what = "padded input" if self.before + self.after else "input"
            raise ValueError(
                f"The kernel reaches over {self.reach} {self.name}, but the {what} has only "
                f"{padded}: take a smaller kernel, less dilation or more padding."
            )

    @property
    def reach(self) -> int:
        """Count the cells from the window's first to its last, holes included."""
        return self.dilation * (self.kernel - 1) + 1

    @property
    def outputs(self) -> int:
        """Count the windows."""
        room = self.before + self.size + self.after - self.reach
        if not self.ceil_mode:
            return room // self.stride + 1
        outputs = -(-room // self.stride) + 1
        # a window that would start behind the input, in the padding at its end, is left out
        return outputs - ((outputs - 1) * self.stride >= self.before + self.size)

    @property
    def spanned(self) -> int:
        """Count the cells of the padded input, what the last window needs included."""
        return max(
            self.before + self.size + self.after, self.stride * (self.outputs - 1) + self.reach
        )

    def places(self) -> Integers:
        """Return where each window's cells lie, ``(outputs, kernel)``; the input starts at 0."""
        starts = self.stride * np.arange(self.outputs) - self.before
        return np.asarray(starts[:, None] + self.dilation * np.arange(self.kernel))

    def sources(self, places: Integers, mode: str = "zeros") -> Integers:
        """Return which cell of the input stands at each place: −1 where none does."""
        last = self.size - 1
        if mode == "reflect":
            return np.asarray(last - np.abs(last - np.abs(places)))
        if mode == "replicate":
            return np.asarray(places.clip(0, last))
        if mode == "circular":
            return np.asarray(places % self.size)
        return np.where((places >= 0) & (places <= last), places, -1)


def output_size(
    size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int | str = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> int:
    """Return how many windows fit along one axis: ⌊(size + 2p − d(k − 1) − 1) / s⌋ + 1."""
    return _axis(size, kernel_size, stride, padding, dilation, ceil_mode=ceil_mode).outputs


def output_size_sentence(
    size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int | str = 0,
    dilation: int = 1,
    ceil_mode: bool = False,
) -> str:
    """Write the formula of ``output_size`` out: ``⌊(5 + 2·1 − 1·(3 − 1) − 1) / 1⌋ + 1 = 5``."""
    axis = _axis(size, kernel_size, stride, padding, dilation, ceil_mode=ceil_mode)
    before, after = axis.before, axis.after
    padded = f"{size} + 2·{before}" if before == after else f"{size} + {before} + {after}"
    left, right = "⌈⌉" if ceil_mode else "⌊⌋"
    windows = f"{left}({padded} − {dilation}·({kernel_size} − 1) − 1) / {stride}{right} + 1"
    room = before + size + after - axis.reach
    dropped = -(-room // stride) + 1 - axis.outputs if ceil_mode else 0
    # the last window would start behind the input
    return f"{windows}{' − 1' if dropped else ''} = {axis.outputs}"


def transposed_size(
    size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> int:
    """Return the size that ``conv_transpose2d`` gives: (size − 1)s − 2p + d(k − 1) + op + 1."""
    size, kernel_size = whole("size", size, 1), whole("kernel_size", kernel_size, 1)
    stride, padding = whole("stride", stride, 1), whole("padding", padding, 0)
    dilation = whole("dilation", dilation, 1)
    output_padding = whole("output_padding", output_padding, 0)
    if output_padding >= max(stride, dilation):
        raise ValueError(
            f"output_padding chooses between the sizes that the stride leaves open: it must be "
            f"smaller than the stride ({stride}) or the dilation ({dilation}), but it is "
            f"{output_padding}."
        )
    full = (size - 1) * stride + dilation * (kernel_size - 1) + output_padding + 1
    if full - 2 * padding < 1:
        raise ValueError(
            f"A padding of {padding} takes {2 * padding} cells away from {full}: nothing is left. "
            "Take less padding."
        )
    return full - 2 * padding


def transposed_size_sentence(
    size: int,
    kernel_size: int,
    *,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
    dilation: int = 1,
) -> str:
    """Write the formula out: ``(3 − 1)·2 − 2·1 + 1·(3 − 1) + 0 + 1 = 5``."""
    total = transposed_size(
        size,
        kernel_size,
        stride=stride,
        padding=padding,
        output_padding=output_padding,
        dilation=dilation,
    )
    return (
        f"({size} − 1)·{stride} − 2·{padding} + {dilation}·({kernel_size} − 1) + {output_padding} "
        f"+ 1 = {total}"
    )


def axes(
    shape: Sequence[int],
    kernel_shape: Sequence[int],
    *,
    stride: Pair,
    padding: Pair | str,
    dilation: Pair,
    padding_mode: str = "zeros",
) -> tuple[Axis, Axis]:
    """Return how a kernel moves over an input, from shapes that end in rows and columns."""
    strides, dilations = pair("stride", stride, 1), pair("dilation", dilation, 1)
    both = (padding, padding) if isinstance(padding, str) else pair("padding", padding, 0)
    rows, columns = (
        _axis(shape[i - 2], kernel_shape[i - 2], strides[i], both[i], dilations[i], name=name)
        for i, name in enumerate(("rows", "columns"))
    )
    if padding_mode not in PADDING_MODES:
        raise ValueError(
            f"There is no padding_mode {padding_mode!r}; choose one of {', '.join(PADDING_MODES)}."
        )
    most = {"reflect": -1, "circular": 0}
    for axis in (rows, columns):
        wide = max(axis.before, axis.after)
        if padding_mode in most and wide > (limit := axis.size + most[padding_mode]):
            raise ValueError(
                f"The input has {axis.size} {axis.name}: the padding mode {padding_mode} can add "
                f"at most {limit} of them, but the padding is {wide}."
            )
    return rows, columns


def transposed_axes(
    shape: Sequence[int],
    kernel_shape: Sequence[int],
    *,
    stride: Pair,
    padding: Pair,
    output_padding: Pair,
    dilation: Pair,
) -> tuple[Axis, Axis]:
    """Return how a stamp moves over the output: as the window of the convolution that undoes it.

    Along each axis ``size`` is the output's, and the first windows are those of the input's cells
    (output padding may leave room for more, which nothing stamps).
    """
    strides, dilations = pair("stride", stride, 1), pair("dilation", dilation, 1)
    paddings, extra = pair("padding", padding, 0), pair("output_padding", output_padding, 0)
    made = []
    for i, name in enumerate(("rows", "columns")):
        s, p, o, d = strides[i], paddings[i], extra[i], dilations[i]
        k = kernel_shape[i - 2]
        size = transposed_size(shape[i - 2], k, stride=s, padding=p, output_padding=o, dilation=d)
        made.append(Axis(name, size, k, s, p, p, d))
    return made[0], made[1]


def pad(x: Floats, rows: Axis, columns: Axis, mode: str = "zeros", fill: float = 0.0) -> Floats:
    """Return an input with its padding, ``(..., rows spanned, columns spanned)``."""
    if mode == "zeros":
        padded = np.full((*x.shape[:-2], rows.spanned, columns.spanned), fill, x.dtype)
        down, right = (slice(axis.before, axis.before + axis.size) for axis in (rows, columns))
        padded[..., down, right] = x
        return padded
    row, column = (
        axis.sources(np.arange(-axis.before, axis.size + axis.after), mode)
        for axis in (rows, columns)
    )
    return np.ascontiguousarray(x[..., row[:, None], column])


def batch(input: ArrayLike) -> Floats:  # noqa: A002 - as the arguments are named
    """Return an input as ``(N, C, H, W)``, checked."""
    x = numbers("input", input)
    if x.ndim not in (2, 3, 4):
        raise ValueError(
            "The input must have the shape (rows, columns), (channels, rows, columns) or "
            f"(images, channels, rows, columns), but it is {x.shape}."
        )
    return x.reshape((1,) * (4 - x.ndim) + x.shape)


def unbatch(result: Floats, dimensions: int, kernel_dimensions: int = 2) -> Floats:
    """Return a result ``(N, C, H, W)`` in as many dimensions as the input had."""
    if dimensions == 2 and kernel_dimensions == 2:
        return np.asarray(result[0, 0])
    return np.asarray(result if dimensions == 4 else result[0])


def pair(name: str, value: Pair, least: int) -> tuple[int, int]:
    """Return a number, or a pair of them for rows and columns, as a pair."""
    values = list(value) if isinstance(value, (tuple, list)) else [value]
    if len(values) not in (1, 2):
        raise ValueError(
            f"{name} is one whole number, or two for rows and columns, but it is {value!r}."
        )
    return whole(name, values[0], least), whole(name, values[-1], least)


def whole(name: str, value: object, least: int) -> int:
    """Return a whole number from ``least`` on; a sentence names the argument otherwise."""
    try:
        number = index(value)  # type: ignore[arg-type]
    except TypeError:
        number = least - 1
    if number < least or isinstance(value, bool):
        raise ValueError(f"{name} must be a whole number from {least} on, but it is {value!r}.")
    return number


def _axis(
    size: int,
    kernel: int,
    stride: int,
    padding: int | str,
    dilation: int,
    *,
    name: str = "cells",
    ceil_mode: bool = False,
) -> Axis:
    size, kernel = whole("size", size, 1), whole("kernel_size", kernel, 1)
    stride, dilation = whole("stride", stride, 1), whole("dilation", dilation, 1)
    if padding == "same":
        if stride != 1:
            raise ValueError(
                f"padding 'same' keeps the size, which a stride of {stride} cannot: set the "
                "stride to 1, or the padding to a number."
            )
        total = dilation * (kernel - 1)  # where it is odd, PyTorch adds the odd one at the end
        before, after = total // 2, total - total // 2
    elif isinstance(padding, str) and padding != "valid":
        raise ValueError(f"padding is a number, 'same' or 'valid', but it is {padding!r}.")
    else:
        before = after = 0 if padding == "valid" else whole("padding", padding, 0)
    return Axis(name, size, kernel, stride, before, after, dilation, ceil_mode)


def numbers(name: str, values: ArrayLike) -> Floats:
    """Return finite numbers as an array; float32 stays float32, all else becomes float64."""
    try:
        array = np.asarray(values)
    except ValueError:
        array = np.empty(0, dtype=object)
    if array.dtype.kind not in "buif":
        raise ValueError(f"The {name} must be numbers in rows of one length.")
    if not array.size:
        raise ValueError(f"The {name} is empty: it needs at least one cell.")
    if array.dtype != np.float32:
        array = array.astype(np.float64, copy=False)
    if not np.isfinite(array).all():
        raise ValueError(f"The {name} must be finite numbers: there is a NaN or an infinity in it.")
    return array
