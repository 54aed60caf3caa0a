"""The scanners that look at drawn slices: window, sharpness and noise, and no two are the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

MIDDLE = np.float32(0.45)
"""The grey value that more or less contrast leaves as it is."""

AT_A_TIME = 50
"""So few images stay in the processor's cache."""

GRAIN = np.float32(1.6)
"""The deviation of white noise plus twice its blurred self, √(1 + 4/4 + 4·9/64), where that of the
noise alone is 1.
"""


def scan(
    images: NDArray[np.float32], random: np.random.Generator, *, noise: float, shift: float
) -> None:
    """Look at slices, each through another scanner; the images are changed in place.

    Args:
        images: ``(n, H, W)``, grey values from about 0 to 1.
        random: where the scanners come from.
        noise: the standard deviation of the noise.
        shift: from 0 to 1, how far they are from the usual ones: less contrast, brighter, blurred.
    """
    for first in range(0, len(images), AT_A_TIME):
        few = images[first : first + AT_A_TIME]
        one_each = (len(few), 1, 1)
        contrast = random.uniform(0.8, 1.25, one_each) * (1 - 0.4 * shift)
        brightness = random.uniform(-0.08, 0.08, one_each) + 0.12 * shift
        few -= MIDDLE
        few *= contrast.astype(np.float32)
        few += MIDDLE + brightness.astype(np.float32)
        if shift:
            few += np.float32(shift) * (blurred(few) - few)
        grain = random.standard_normal(few.shape, np.float32)
        # Reconstruction spreads a part of a scanner's noise over neighbouring pixels.
        few += np.float32(noise) / GRAIN * (grain + 2 * blurred(grain))
        np.clip(few, 0, 1, out=few)


def blurred(images: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return images averaged over neighbouring pixels, with the weights 1, 2, 1 on both axes."""
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)), "edge")
    rows = padded[:, :-2] + 2 * padded[:, 1:-1] + padded[:, 2:]
    smooth: NDArray[np.float32] = rows[:, :, :-2] + 2 * rows[:, :, 1:-1] + rows[:, :, 2:]
    return smooth / np.float32(16)
