"""Images that were made, and real ones, as the page paints them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from widgets._arrays import pack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.training import Watched
    from lab.visualizing import Visualized

MADE, REAL = 128, 48
"""Pixels a side at most, of an image that was made and of a real one: those are shown small."""


def made_pictures(grid: Visualized) -> dict[str, Any]:
    """Return the images that were made for the channels of a layer, and what they excite."""
    return {
        "channels": list(grid.channels),
        "images": pack(_sampled(grid.images, MADE)),
        "values": [[_short(one) for one in row] for row in grid.values.tolist()],
        "dead": grid.dead.tolist(),
    }


def real_pictures(grid: Visualized, watched: Watched) -> dict[str, Any]:
    """Return the test images that excite those channels most, and how much.

    Two with the same ``key`` are the same.
    """
    return {
        "key": str(hash((id(watched), grid.places.tobytes(), grid.real_values.tobytes()))),
        "places": grid.places.tolist(),
        "images": pack(_sampled(watched.test_images[grid.places], REAL)),
        "values": [[_short(one) for one in row] for row in grid.real_values.tolist()],
        "labels": watched.test_labels[grid.places].tolist(),
        "count": grid.real_count,
    }


def _sampled(images: NDArray[np.uint8], most: int) -> NDArray[np.uint8]:
    step = max(1, -(-max(images.shape[-2:]) // most))
    return np.ascontiguousarray(images[..., ::step, ::step])


def _short(value: float) -> float:
    return float(f"{value:.4g}")
