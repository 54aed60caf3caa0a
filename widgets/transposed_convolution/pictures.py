"""What the page draws of a transposed convolution, computed by ``lab.convolution``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.convolution import (
    conv2d,
    conv_transpose2d,
    transposed_size_sentence,
)
from lab.convolution_matrix import convolution_matrix
from lab.windows import transposed_windows
from widgets._arrays import pack
from widgets._photographs import photograph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from widgets._traits import Table

    Floats = NDArray[np.floating[Any]]

COMPARED_INPUT = 5
"""Rows and columns of the ones whose stamps are counted."""

PICTURE_SIZE = 56


@dataclass(frozen=True)
class Settings:
    """How the stamp moves, in PyTorch's words."""

    stride: int = 1
    padding: int = 0
    output_padding: int = 0
    dilation: int = 1


def steps(input: Table, kernel: Table, settings: Settings) -> dict[str, Any]:  # noqa: A002
    """Return every step: where each input cell stamps, what it adds, what has accumulated.

    The grid of the output is drawn with the cells that padding cuts off around it, because stamps
    land on them too: ``whole`` is its size, and it begins ``padding`` cells before the output.

    Raises:
        ValueError: in one sentence, for settings that do not fit together.

    """
    x, weights = np.asarray(input, dtype=float), np.asarray(kernel, dtype=float)
    stride, padding, dilation = settings.stride, settings.padding, settings.dilation
    found = transposed_windows(x, weights, **vars(settings))
    height, width = output = found.values.shape[1:]
    # beyond the last stamp lie the rows that output padding adds, where they are not cut off
    below, beside = (
        max(0, size - 1 - int(places.max()))
        for size, places in zip(output, (found.row_places, found.column_places), strict=True)
    )
    alone = np.eye(x.size).reshape(x.size, 1, *x.shape) * x.reshape(-1, 1, 1, 1)
    stamps = conv_transpose2d(alone, weights[None, None], stride=stride, dilation=dilation)
    accumulated = np.pad(stamps[:, 0], ((0, 0), (0, below), (0, beside))).cumsum(0)
    again = conv2d(found.values[0], weights, stride=stride, padding=padding, dilation=dilation)
    matrix = convolution_matrix(
        weights, (height, width), stride=stride, padding=padding, dilation=dilation
    )
    # a large output padding leaves the convolution room for windows that no input cell stamps
    matrix = matrix.reshape(*again.shape, -1)[: x.shape[0], : x.shape[1]].reshape(x.size, -1)
    return {
        "input": input,
        "kernel": kernel,
        **vars(settings),
        "rows": found.row_places.tolist(),
        "columns": found.column_places.tolist(),
        "whole": list(accumulated.shape[1:]),
        "size": [height, width],
        "products": found.stamps.reshape(x.size, -1).tolist(),
        "accumulated": pack(accumulated),
        "output": found.values[0].tolist(),
        "again": again[: x.shape[0], : x.shape[1]].tolist(),
        "matrix": pack(matrix),
        "sentence": _size_sentence(x.shape, weights.shape, settings),
        "matrix_sentence": _matrix_sentence(matrix.shape),
        "scale": {
            "input": _scale(x),
            "kernel": _scale(weights),
            "output": _scale(accumulated),
        },
        "code": _code(input, kernel, settings),
    }


def comparison(kernels: tuple[int, int], stride: int) -> dict[str, Any]:
    """Return how often each output cell is hit, and a picture made larger, with either kernel."""
    ones = np.ones((COMPARED_INPUT, COMPARED_INPUT))
    found = []
    for size in kernels:
        kernel = np.ones((size, size))
        counts = conv_transpose2d(ones, kernel, stride=stride)
        # Divided by the mean of the hits: as bright as the picture was.
        larger = conv_transpose2d(flower(), kernel * (stride / size) ** 2, stride=stride)
        inner = slice(size - 1, -(size - 1) or None)
        found.append(
            {
                "kernel": size,
                "counts": counts.astype(int).tolist(),
                "larger": pack(larger[inner, inner]),
                "sentence": _hits_sentence(size, stride, counts),
            }
        )
    return {"stride": stride, "kernels": list(kernels), "sides": found}


@cache
def flower() -> Floats:
    """Return a photograph in grey, from 0 to 1."""
    colours = photograph("flower", PICTURE_SIZE)
    assert colours is not None, "scikit-learn, which brings the photograph, is not installed"
    return np.asarray(colours.mean(0) / 255)


def _hits_sentence(size: int, stride: int, counts: Floats) -> str:
    if size < stride:
        return f"Kernel {size} is smaller than the stride {stride}: some cells are never hit."
    edge = size - 1
    inner = counts[edge:-edge, edge:-edge] if edge else counts
    hits = sorted({int(count) for count in inner.ravel()})
    if len(hits) == 1:
        return (
            f"{size} is a multiple of the stride {stride}: each cell away from the border is hit "
            f"{_times(hits[0])}."
        )
    often = ", ".join(map(str, hits[:-1])) + f" or {hits[-1]}"
    return (
        f"{size} is no multiple of the stride {stride}: cells away from the border are hit "
        f"{often} times, in a checkerboard."
    )


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _size_sentence(
    shape: tuple[int, ...], kernel_shape: tuple[int, ...], settings: Settings
) -> list[str]:
    written = [
        transposed_size_sentence(size, kernel, **vars(settings))
        for size, kernel in zip(shape, kernel_shape, strict=True)
    ]
    if shape[0] == shape[1] and kernel_shape[0] == kernel_shape[1]:
        return [f"Rows and columns: {written[0]}"]
    return [f"Rows: {written[0]}", f"Columns: {written[1]}"]


def _matrix_sentence(shape: tuple[int, ...]) -> str:
    cells, outputs = shape
    return (
        f"C is the convolution with this kernel, stride, padding and dilation, as a matrix: it "
        f"turns {outputs} numbers into {cells}. Its transpose Cᵀ turns {cells} into {outputs}: "
        f"that is the transposed convolution."
    )


def _scale(values: Floats) -> float:
    """Return the end of a colour scale: 1, 2, 4, 8 and so on, so that it stands still."""
    largest = float(np.abs(values).max())
    return 2.0 ** max(0, int(np.ceil(np.log2(largest or 1))))


def _code(input: Table, kernel: Table, settings: Settings) -> str:  # noqa: A002
    words = "".join(f", {name}={value}" for name, value in vars(settings).items())
    return "\n".join(
        (
            "import torch",
            "from torch.nn.functional import conv_transpose2d",
            "",
            f"x = torch.tensor({[list(row) for row in input]})",
            f"kernel = torch.tensor({[list(row) for row in kernel]})",
            f"y = conv_transpose2d(x[None], kernel[None, None]{words})[0]",
            "print(y)",
        )
    )
