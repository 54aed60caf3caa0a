"""What the page is sent: all windows of the small grids, and the whole picture convolved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lab.activations import ACTIVATIONS
from lab.convolution import conv2d, output_size_sentence
from lab.kernels import KERNELS
from lab.sweeps import axes, pad
from lab.windows import ConvolutionWindows, windows
from widgets._arrays import pack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from widgets.convolution.traits import Grid

    Floats = NDArray[Any]

STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
EVERY = 11  # pixels: a scale that holds nearly all of every eleventh holds nearly all


class Settings(NamedTuple):
    """All that a convolution is made with."""

    input: Grid
    kernel: Grid
    bias: tuple[float, ...]
    stride: int
    padding: int | str
    dilation: int
    padding_mode: str
    normalise: bool
    activation: str

    def windows(self) -> ConvolutionWindows:
        """Return every step; a ValueError says what does not fit together."""
        return windows(
            np.asarray(self.input, dtype=np.float64),
            np.asarray(self.kernel, dtype=np.float64),
            **self.sweep(),
            bias=self.bias,
            normalise=self.normalise,
            activation=self.activation,
        )

    def sweep(self) -> dict[str, Any]:
        """Return how the window moves, as the functions of ``lab`` name it."""
        return {
            "stride": self.stride,
            "padding": self.padding,
            "dilation": self.dilation,
            "padding_mode": self.padding_mode,
        }


def grids(settings: Settings, steps: ConvolutionWindows, chosen: int) -> dict[str, Any]:
    """Return what the small grids show; products and their parts are the chosen filter's."""
    x = np.asarray(settings.input, dtype=np.float64)
    rows, columns = axes(x.shape, steps.kernel.shape, **settings.sweep())
    padded = pad(x, rows, columns, settings.padding_mode)
    shown = height, width = x.shape[1:]
    shape = rows.before + height + rows.after, columns.before + width + columns.after
    padded = padded[:, : shape[0], : shape[1]]
    products = steps.products[chosen].transpose(2, 0, 1, 3, 4)  # (C, oH, oW, kH, kW)
    largest = float(np.abs(steps.kernel[chosen]).max())
    return {
        "cells": pack(padded),
        "size": [height, width],
        "before": [rows.before, columns.before],
        "stride": settings.stride,
        "dilation": settings.dilation,
        "outputs": [rows.outputs, columns.outputs],
        "products": pack(products),
        "parts": pack(products.sum((3, 4))),
        "sums": pack(steps.sums),
        "z": pack(steps.z),
        "values": pack(steps.values),
        "divisors": steps.divisors.tolist(),
        "bias": steps.bias.tolist(),
        "kernel": steps.kernel[chosen].tolist(),
        "scales": {
            "input": scale(padded),
            "kernel": [-_nice(largest), _nice(largest)],
            "output": scale(steps.values[chosen]),
        },
        "sizes": [_size(settings, n, steps.kernel.shape[2 + i]) for i, n in enumerate(shown)],
        "preset": next((k.sentence for k in KERNELS.values() if _is(k.cells, steps, chosen)), ""),
    }


def response(settings: Settings, pixels: NDArray[np.uint8], chosen: int) -> dict[str, Any]:
    """Return what the chosen filter makes of a picture ``(C, 256, 256)``, as bytes on a scale."""
    z = conv2d(
        pixels.astype(np.float32) / 255,
        np.asarray(settings.kernel, dtype=np.float32)[chosen : chosen + 1],
        **settings.sweep(),
        bias=settings.bias[chosen],
        normalise=settings.normalise,
    )[0]
    values = ACTIVATIONS[settings.activation].function(z)
    low, high = scale(np.quantile(values.ravel()[::EVERY], (0.005, 0.995)))
    if low == 0 and 0.5 < high < 1:
        high = 1.0  # as bright as the picture itself is shown
    levels = (values - np.float32(low)) * np.float32(255 / (high - low)) + np.float32(0.5)
    return {"pixels": pack(levels.clip(0, 255).astype(np.uint8)), "scale": [low, high]}


def scale(values: Floats) -> list[float]:
    """Return the ends of a colour scale: from 0 on, or as far below it as above."""
    most = _nice(float(np.abs(values).max()))
    return [-most if float(values.min()) < 0 else 0.0, most]


def code(settings: Settings) -> str:
    """Return lines of PyTorch that give the same numbers."""
    call = f"stride={settings.stride}, dilation={settings.dilation}"
    lines = [
        "import torch",
        "from torch.nn import functional as F",
        "",
        f"x = torch.tensor({_rows(settings.input)})",
        f"kernel = torch.tensor({_rows(settings.kernel)})",
        f"bias = torch.tensor({list(settings.bias)})",
    ]
    padding: object = settings.padding
    if settings.padding_mode != "zeros" and padding not in {0, "valid"}:
        down, across = axes(
            np.asarray(settings.input).shape, np.asarray(settings.kernel).shape, **settings.sweep()
        )
        sides = (across.before, across.after, down.before, down.after)
        lines.append(f'x = F.pad(x[None], {sides}, mode="{settings.padding_mode}")[0]')
        padding = 0
    shown = f'"{padding}"' if isinstance(padding, str) else padding
    lines.append(f"z = F.conv2d(x, kernel, padding={shown}, {call})")
    if settings.normalise:
        lines.append("z = z / kernel.sum((1, 2, 3))[:, None, None]")
    lines.append("z = z + bias[:, None, None]")
    names = {"identity": "z", "leaky_relu": "F.leaky_relu(z)"}
    lines.append(f"a = {names.get(settings.activation, f'torch.{settings.activation}(z)')}")
    return "\n".join(lines)


def _rows(nested: Any) -> str:  # noqa: ANN401
    return str(np.asarray(nested, dtype=np.float64).tolist()).replace("-0.0", "0.0")


def _size(settings: Settings, size: int, kernel: int) -> str:
    return output_size_sentence(
        size,
        kernel,
        stride=settings.stride,
        padding=settings.padding,
        dilation=settings.dilation,
    )


def _is(cells: Floats, steps: ConvolutionWindows, chosen: int) -> bool:
    weights = steps.kernel[chosen]
    return weights.shape[1:] == cells.shape and bool((weights == cells).all())


def _nice(value: float) -> float:
    """Return the next number above that reads well at the end of a scale."""
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    step = next(step for step in (*STEPS, 20) if step * power >= value * (1 - 1e-9))
    return float(step * power)
