"""Change one image as a hand does: turn it, move it, lay noise over it. Bytes in, bytes out."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lab.settings import number, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Image = NDArray[np.uint8]
    Floats = NDArray[np.float64]


def border(image: Image) -> Floats:
    """Return what lies at the edge of an image, ``(C,)``: the median of its outermost pixels."""
    edge = np.concatenate(
        [image[:, 0], image[:, -1], image[:, 1:-1, 0], image[:, 1:-1, -1]], axis=1
    )
    return np.asarray(np.median(edge, axis=1), dtype=np.float64)


def change(
    image: Image,
    *,
    rotate: float = 0.0,
    right: float = 0.0,
    down: float = 0.0,
    noise: float = 0.0,
    seed: int = 0,
) -> Image:
    """Return an image that is turned about its middle, moved, and made noisy, in this order.

    Pixels are interpolated once (bilinear). What comes in from outside has the colour of the
    image's edge.

    Args:
        image: ``(C, H, W)`` uint8; it is left as it is.
        rotate: degrees, counter-clockwise.
        right: pixels to move it to the right.
        down: pixels to move it down.
        noise: the standard deviation of normal noise, in shares of the range from black to white.
        seed: the same seed gives the same pattern of noise, whatever its strength.

    Raises:
        ValueError, TypeError: a value that cannot be.
    """
    rotate = number("rotate", rotate, least=-360, most=360)
    right, down = number("right", right), number("down", down)
    noise = number("noise", noise, least=0, most=1)
    seed = whole("seed", seed, 0, 2**63 - 1)
    values = image.astype(np.float64)
    if rotate or right or down:
        values = _moved(values, border(image), rotate, right, down)
    if noise:
        pattern = np.random.default_rng(seed).standard_normal(image.shape)
        values = values + 255 * noise * pattern
    return np.rint(values).clip(0, 255).astype(np.uint8)


def _moved(values: Floats, fill: Floats, rotate: float, right: float, down: float) -> Floats:
    """Return ``(C, H, W)`` values looked up where each pixel comes from."""
    channels, height, width = values.shape
    framed = np.empty((channels, height + 2, width + 2))
    framed[:] = fill[:, None, None]
    framed[:, 1:-1, 1:-1] = values
    middle = (height - 1) / 2, (width - 1) / 2
    y, x = np.mgrid[:height, :width].astype(np.float64)
    y, x = y - middle[0] - down, x - middle[1] - right
    # Back by the angle; rows grow downwards, so counter-clockwise looks the other way round.
    cosine, sine = math.cos(math.radians(rotate)), math.sin(math.radians(rotate))
    rows = cosine * y + sine * x + middle[0] + 1
    columns = cosine * x - sine * y + middle[1] + 1
    rows, columns = rows.round(9).clip(0, height + 1), columns.round(9).clip(0, width + 1)
    top = np.minimum(rows.astype(np.intp), height)
    left = np.minimum(columns.astype(np.intp), width)
    below, beside = rows - top, columns - left
    upper = (1 - beside) * framed[:, top, left] + beside * framed[:, top, left + 1]
    lower = (1 - beside) * framed[:, top + 1, left] + beside * framed[:, top + 1, left + 1]
    return np.asarray((1 - below) * upper + below * lower)
