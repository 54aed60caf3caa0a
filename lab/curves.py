"""One number for each step of a run, and its curve in no more points than a page can show."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

MOST_POINTS = 600
"""The most points of a curve: more than a page has room for."""


class Record:
    """A number for each step, kept on a device so that noting it waits for nothing."""

    def __init__(self, device: torch.device) -> None:
        self._numbers = torch.zeros(1024, device=device)

    def note(self, step: int, value: Tensor | float) -> None:
        """Keep the number of a step, which counts from 0."""
        if step >= len(self._numbers):
            self._numbers = torch.cat([self._numbers, torch.zeros_like(self._numbers)])
        self._numbers[step] = value

    def between(self, start: int, end: int) -> Tensor:
        """Return the numbers of the steps from ``start`` to before ``end``."""
        return self._numbers[start:end]

    def array(self, count: int) -> NDArray[np.float32]:
        """Return the first ``count`` numbers."""
        return np.asarray(self._numbers[:count].cpu().numpy())


def bin_means(
    values: NDArray[np.float32], most: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Shorten a curve to at most ``most`` points, each the mean of some neighbours.

    No step is left out. The bins are 1, 2, 4, 8, ... steps wide, so that a growing curve changes
    its bins rarely. Only the last one may hold less.

    Returns:
        The middle of each bin (steps count from 1) and the mean within it, both ``(K,)`` float32.
    """
    width = 1
    while math.ceil(len(values) / width) > most:
        width *= 2
    starts = np.arange(0, len(values), width)
    if len(starts) == 0:
        return np.empty(0, np.float32), np.empty(0, np.float32)
    counts = np.minimum(width, len(values) - starts)
    sums = np.add.reduceat(values.astype(np.float64), starts)
    return (starts + (counts + 1) / 2).astype(np.float32), (sums / counts).astype(np.float32)
