"""Linear discriminants: the flat map in which classes lie as far apart as can be (R. A. Fisher)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.blas import one_thread
from lab.projection import Projection, aligned, check_dimensions, finite, project

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

TOLERANCE = 1e-8
"""What a direction's variance within the classes must be of the largest one, to count."""


def discriminants(
    vectors: ArrayLike,
    labels: ArrayLike,
    previous: ArrayLike | None = None,
    dimensions: int = 2,
) -> Projection:
    """Project vectors onto the directions that tell classes apart best (LDA).

    Distances on the map are in units of the spread within a class: it is 1 in each direction. K
    classes are told apart by K - 1 directions. Where the map has more, those follow in which the
    vectors vary most beside them.

    The map knows the classes, unlike the other maps: with many dimensions and few points it finds
    differences by chance.

    Args:
        vectors: ``(N, D)``, one row a point.
        labels: ``(N,)`` whole numbers, the class of each.
        previous: ``(N, d)`` points of the frame before, onto which the map is turned.
        dimensions: d, 2 or 3.

    Returns:
        The projection; ``explained`` is the share of the differences between the classes' means,
        measured in spreads, that lies along each direction.

    Raises:
        ValueError: wrong shapes, fewer than two classes, no more points than classes, or values
            that are not finite numbers.
    """
    check_dimensions(dimensions)
    rows = finite("vectors", vectors)
    classes, places = np.unique(_whole(labels, len(rows)), return_inverse=True)
    if len(classes) < 2:
        raise ValueError(
            f"LDA looks for what tells classes apart and needs two or more of them, "
            f"but these points are of {len(classes)}."
        )
    if len(rows) <= len(classes):
        raise ValueError(
            f"LDA needs more points than classes, but there are {len(rows)} points of "
            f"{len(classes)} classes."
        )
    with one_thread():
        projection = _discriminants(rows, places, len(classes), dimensions)
    return projection if previous is None else aligned(projection, previous)


def _whole(labels: ArrayLike, count: int) -> NDArray[np.int64]:
    array = np.asarray(labels)
    if array.shape != (count,) or array.dtype.kind not in "iub":
        raise ValueError(
            f"labels must be {count} whole numbers, one a point, "
            f"not {array.dtype} of shape {array.shape}."
        )
    return array.astype(np.int64)


def _discriminants(
    rows: Floats, places: NDArray[np.intp], classes: int, dimensions: int
) -> Projection:
    count = len(rows)
    mean, largest = rows.mean(axis=0), float(np.abs(rows).max()) or 1.0
    centred = (rows - mean) / largest
    of_class = np.zeros((classes, count))
    of_class[places, np.arange(count)] = 1
    counts = of_class.sum(axis=1)
    means = of_class @ centred / counts[:, np.newaxis]  # (classes, D)
    within = centred - means[places]
    values, directions = np.linalg.eigh(within.T @ within / count)
    # A direction in which no class has any spread (a unit that is dead, say) cannot be measured
    # in spreads. It is left out, as scikit-learn does.
    kept = values > TOLERANCE * max(float(values[-1]), np.finfo(float).tiny)
    if not values[-1] > 0:
        kept[:] = False
    whiten = directions[:, kept] / np.sqrt(values[kept])
    between = (means @ whiten) * np.sqrt(counts)[:, np.newaxis]
    _, strengths, turns = np.linalg.svd(between, full_matrices=False)
    found = min(dimensions, classes - 1, len(strengths))
    axes = whiten @ turns[:found].T
    total = float((strengths**2).sum()) or 1.0
    explained = np.pad(strengths[:found] ** 2 / total, (0, dimensions - found))
    if found < dimensions:
        axes = np.hstack([axes, _beside(centred, axes, within, dimensions - found)])
    points = centred @ axes
    farthest = np.abs(points).argmax(axis=0)
    signs = np.where(points[farthest, np.arange(dimensions)] < 0, -1.0, 1.0)
    return Projection(points * signs, explained, mean, axes * signs / largest)


def _beside(centred: Floats, axes: Floats, within: Floats, missing: int) -> Floats:
    """Return further axes: where the vectors vary most at right angles to those found."""
    basis, _ = np.linalg.qr(axes) if axes.shape[1] else (axes, None)
    rest = centred - (centred @ basis) @ basis.T
    further = project(rest, dimensions=max(missing, 2)).axes[:, :missing]
    spread = (within @ further).std(axis=0)
    scaled: Floats = further / np.where(spread > TOLERANCE, spread, 1)
    return scaled
