"""Kernels that are worth knowing, each with what it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.sweeps import pair, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.sweeps import Pair

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Kernel:
    """A kernel with a name.

    Attributes:
        name: what it is called.
        cells: ``(kH, kW)``.
        sentence: what it does, and why.
        normalise: whether the result is divided by the sum of the cells.

    """

    name: str
    cells: Floats
    sentence: str
    normalise: bool = False

    def __post_init__(self) -> None:
        cells = np.array(self.cells, dtype=np.float64)
        cells.flags.writeable = False
        object.__setattr__(self, "cells", cells)


def _kernel(name: str, cells: str, sentence: str, *, normalise: bool = False) -> Kernel:
    rows = [[float(cell) for cell in row.split()] for row in cells.split("/")]
    return Kernel(name, np.array(rows), sentence, normalise)


KERNELS = {
    kernel.name: kernel
    for kernel in (
        _kernel(
            "gaussian",
            "1 2 1 / 2 4 2 / 1 2 1",
            "Blurs: mixes the cells of the window, the middle ones most.",
            normalise=True,
        ),
        _kernel(
            "box",
            "1 1 1 / 1 1 1 / 1 1 1",
            "Blurs: mixes all cells of the window alike.",
            normalise=True,
        ),
        _kernel(
            "sharpen",
            "0 -1 0 / -1 5 -1 / 0 -1 0",
            "Sharpens: the cell, and once more how far it differs from its four neighbours.",
        ),
        _kernel(
            "sobel x",
            "-1 0 1 / -2 0 2 / -1 0 1",
            "Finds vertical edges: right minus left, positive where it grows brighter to the "
            "right.",
        ),
        _kernel(
            "sobel y",
            "-1 -2 -1 / 0 0 0 / 1 2 1",
            "Finds horizontal edges: below minus above, positive where it grows brighter "
            "downwards.",
        ),
        _kernel(
            "laplacian",
            "0 1 0 / 1 -4 1 / 0 1 0",
            "Finds edges of every direction: how far the four neighbours differ from the cell.",
        ),
        _kernel(
            "emboss",
            "-2 -1 0 / -1 1 1 / 0 1 2",
            "Lights the picture from the side: what grows brighter to the lower right stands out.",
        ),
        _kernel(
            "identity",
            "0 0 0 / 0 1 0 / 0 0 0",
            "Only the cell in the middle counts, once.",
        ),
    )
}
"""In the order in which they are offered."""


def random(seed: int, size: Pair = 3) -> Kernel:
    """Return a kernel whose cells are drawn from −1 to 1, in hundredths; one seed, one kernel."""
    cells = np.random.default_rng(whole("seed", seed, 0)).integers(-100, 101, pair("size", size, 1))
    return Kernel(
        "random", cells / 100, "Drawn by chance, as every network's filters are before they learn."
    )
