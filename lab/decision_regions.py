"""The classes as regions of a map: what the points nearest to each place are taken for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.neighbours import nearest_on_map
from lab.projection import finite

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

EXPLANATION = (
    "Each place is coloured as most of the points near it on the map. These are not the network's "
    "own borders: those run through all dimensions and cannot be drawn in a plane."
)
"""What the regions are, for whoever looks at them."""

MOST = 4_000
"""How many points are asked at most: a sample of more gives the same regions sooner."""


def decision_regions(
    points: ArrayLike, classes: ArrayLike, half_side: float, side: int = 64, k: int = 9
) -> NDArray[np.int64]:
    """Return the class of each cell of a grid over the plane: of most of its k nearest points.

    Where two classes have equally many, the nearest point's goes first.

    Args:
        points: ``(N, 2)``.
        classes: ``(N,)`` whole numbers from 0 on: what the network takes each point for.
        half_side: the grid reaches from -half_side to half_side, e.g. ``extent(points)``.
        side: cells along each side.
        k: how many points are asked; fewer where there are not so many.

    Returns:
        ``(side, side)``, the highest y in the first row; -1 everywhere if there are no points.

    Raises:
        ValueError: wrong shapes, values that are not finite numbers, or a size that is not above 0.
    """
    flat, kinds = finite("points", points), np.asarray(classes)
    if flat.shape[1] != 2:
        raise ValueError(f"Regions are drawn in a plane, not in {flat.shape[1]} dimensions.")
    if kinds.shape != (len(flat),) or kinds.dtype.kind not in "iu" or (kinds < 0).any():
        raise ValueError(f"classes must be {len(flat)} whole numbers from 0 on, one a point.")
    if not (np.isfinite(half_side) and half_side > 0) or side < 1 or k < 1:
        raise ValueError(
            f"half_side, side and k must be above 0, not {half_side!r}, {side!r} and {k!r}."
        )
    if not len(flat):
        return np.full((side, side), -1, np.int64)
    if len(flat) > MOST:
        sample = np.random.default_rng(0).choice(len(flat), MOST, replace=False)
        flat, kinds = flat[sample], kinds[sample]
    centres = (np.arange(side) + 0.5) / side * 2 - 1
    x, y = np.meshgrid(centres * half_side, -centres * half_side)
    near = nearest_on_map(flat, np.column_stack([x.ravel(), y.ravel()]), min(k, len(flat)))
    found = kinds[near]  # (cells, k), nearest first
    cells = np.arange(len(found))
    votes = np.zeros((len(found), int(kinds.max()) + 1))
    for rank, column in enumerate(found.T):
        votes[cells, column] += 1 + 1e-6 * (rank == 0)
    regions: NDArray[np.int64] = votes.argmax(axis=1).reshape(side, side).astype(np.int64)
    return regions
