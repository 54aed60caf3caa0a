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
from widgets._traits import signed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.kernels import Kernel
    from widgets.convolution.traits import Grid

    Floats = NDArray[Any]

STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
DUST = 1e-9  # of the largest term: what a sum that should be 0 may be instead
DUST_32 = 1e-6  # the same in float32
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
    terms = np.abs(steps.products).max((1, 2, 3, 4, 5)) / np.abs(steps.divisors)
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
            "output": scale(steps.values, DUST * float(terms.max())),
        },
        "sizes": [_size(settings, n, steps.kernel.shape[2 + i]) for i, n in enumerate(shown)],
        "preset": _meaning(settings, steps, chosen),
    }


def response(
    settings: Settings, steps: ConvolutionWindows, pixels: NDArray[np.uint8], chosen: int
) -> dict[str, Any]:
    """Return what the chosen filter makes of a picture ``(C, 256, 256)``, as bytes on a scale."""
    # Divided in float64, as the small grids are: in float32 another sum might be 0.
    weights = steps.kernel[chosen] / steps.divisors[chosen]
    z = conv2d(
        pixels.astype(np.float32) / 255,
        weights[None].astype(np.float32),
        **settings.sweep(),
        bias=settings.bias[chosen],
    )[0]
    values = ACTIVATIONS[settings.activation].function(z)
    most = np.quantile(values.ravel()[::EVERY], (0.005, 0.995))
    low, high = scale(most, DUST_32 * float(np.abs(weights).max()))
    if low == 0 and 0.5 < high < 1:
        high = 1.0  # as bright as the picture itself is shown
    levels = (values - np.float32(low)) * np.float32(255 / (high - low)) + np.float32(0.5)
    return {"pixels": pack(levels.clip(0, 255).astype(np.uint8)), "scale": [low, high]}


def scale(values: Floats, dust: float = 0.0) -> list[float]:
    """Return the ends of a colour scale: from 0 on, or as far below it as above.

    What is no larger than ``dust`` is 0, and something only to a float.
    """
    kept = np.where(np.abs(values) > dust, values, 0.0)
    most = _nice(float(np.abs(kept).max()))
    return [-most if float(kept.min()) < 0 else 0.0, most]


def code(settings: Settings) -> str:
    """Return lines of PyTorch that give the same numbers."""
    call = f"stride={settings.stride}, dilation={settings.dilation}"
    lines = [
        "import torch",
        "from torch.nn import functional as F",
        "",
        f"x = torch.tensor({_rows(settings.input)})",
        f"kernel = torch.tensor({_rows(settings.kernel)})",
        f"bias = torch.tensor({_rows(settings.bias)})",
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
    return str((np.asarray(nested, dtype=np.float64) + 0.0).tolist())  # −0.0 + 0.0 is 0.0


def _size(settings: Settings, size: int, kernel: int) -> str:
    return output_size_sentence(
        size,
        kernel,
        stride=settings.stride,
        padding=settings.padding,
        dilation=settings.dilation,
    )


def _meaning(settings: Settings, steps: ConvolutionWindows, chosen: int) -> str:
    """Say what a preset does with these settings; nothing of a kernel that is no preset."""
    weights, by = steps.kernel[chosen], float(steps.divisors[chosen])
    preset = next((one for one in KERNELS.values() if _is(one, weights)), None)
    if preset is None:
        return ""
    sentence = preset.sentence
    if by != 1:
        sentence += f" Divided by the mask's sum, {signed(by)}."
    alone = len(weights) == settings.stride == 1 and not steps.bias[chosen]
    if preset.name == "identity" and alone and settings.activation == "identity":
        sentence += " That changes nothing."
    return sentence


def _is(preset: Kernel, weights: Floats) -> bool:
    """Say whether a filter is a preset in each of its channels, or the preset divided."""
    if weights.shape[1:] != preset.cells.shape:
        return False
    by = preset.cells.sum() * len(weights) if preset.normalise else 1
    return any(np.allclose(weights, preset.cells / n, rtol=1e-12, atol=0) for n in (1, by))


def _nice(value: float) -> float:
    """Return the next number above that reads well at the end of a scale."""
    if value <= 0:
        return 1.0
    power = 10.0 ** np.floor(np.log10(value))
    step = next(step for step in (*STEPS, 20) if step * power >= value * (1 - 1e-9))
    return float(step * power)
