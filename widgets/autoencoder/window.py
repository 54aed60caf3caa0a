"""The part of the plane that is shown: a square around the images, which moves when it must."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

AIR = 1.12
"""How much larger than the images need the square is."""

LOST = 0.55
"""Where the images need less than this share of it, the square becomes smaller."""

SMALLEST = 0.01


@dataclass(frozen=True)
class Window:
    """A square of the plane: its middle, and half its side."""

    x: float
    y: float
    reach: float


def around(codes: NDArray[np.float32], before: Window | None) -> Window:
    """Return the square to show: that of the frame before for as long as it suits.

    The middle of the plane, (0, 0), is always in it.
    """
    low, high = np.minimum(codes.min(axis=0), 0), np.maximum(codes.max(axis=0), 0)
    x, y = ((low + high) / 2).tolist()
    needed = float((high - low).max()) / 2
    if before is not None:
        room = before.reach - needed
        inside = abs(before.x - x) <= room and abs(before.y - y) <= room
        if inside and needed > LOST * before.reach:
            return before
    return Window(x, y, max(AIR * needed, SMALLEST))
