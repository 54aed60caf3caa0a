"""The two photographs that come with scikit-learn, as small squares."""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

PHOTOGRAPHS = {"flower": "flower.jpg", "temple": "china.jpg"}


@cache
def photograph(name: str, side: int) -> NDArray[np.uint8] | None:
    """Return the middle of a photograph, ``(3, side, side)``; None without scikit-learn."""
    from PIL import Image  # noqa: PLC0415 - a page without photographs goes without it

    package = find_spec("sklearn")  # only found, not loaded: that would take a second
    if package is None or not package.submodule_search_locations:
        return None
    folder = Path(package.submodule_search_locations[0], "datasets", "images")
    with Image.open(folder / PHOTOGRAPHS[name]) as image:
        width, height = image.size
        edge = min(width, height)
        left, top = (width - edge) // 2, (height - edge) // 2
        square = image.convert("RGB").crop((left, top, left + edge, top + edge))
        small = square.resize((side, side), Image.Resampling.BOX)
    pixels: NDArray[Any] = np.asarray(small, dtype=np.uint8)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))
