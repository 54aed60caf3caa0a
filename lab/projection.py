"""A flat map of many-dimensional points: principal components, held still from frame to frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.blas import one_thread

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True, eq=False)
class Projection:
    """Points in the plane of the first two principal components.

    Attributes:
        points: ``(N, 2)`` float64, in the units of the vectors, centred on their mean.
        explained: ``(2,)`` float64, the share (0 to 1) of the total variance along the first and
            the second principal component. Their sum is what the plane shows. After ``align`` the
            axes of the points are any two directions of that plane, no longer the components
            themselves: quote the sum.
    """

    points: NDArray[np.float64]
    explained: NDArray[np.float64]


def project(vectors: ArrayLike, previous: ArrayLike | None = None) -> Projection:
    """Project vectors onto the plane in which they vary most (principal component analysis).

    Args:
        vectors: ``(N, D)``, one row a point. Fewer than two points, or points that are all the
            same, give zeros.
        previous: ``(N, 2)`` points of the frame before. The plane is then turned or mirrored onto
            them, so that points move and do not flip or spin.

    Raises:
        ValueError: wrong shape, or a value that is not a finite number.
    """
    rows = _finite("vectors", vectors)
    if rows.shape[0] == 0 or rows.shape[1] == 0:
        projection = Projection(np.zeros((rows.shape[0], 2)), np.zeros(2))
    else:
        with one_thread():
            projection = _principal_components(rows)
    if previous is None:
        return projection
    return Projection(align(projection.points, previous), projection.explained)


def _principal_components(rows: NDArray[np.float64]) -> Projection:
    largest = (
        np.abs(rows).max() or 1.0
    )  # squares of very large or very small numbers would leave float64
    centred = rows / largest
    centred -= centred.mean(axis=0)
    # Eigenvectors of the covariance are much faster than a singular value decomposition of the
    # rows. With fewer
    # points than dimensions, the smaller matrix of inner products has the same eigenvalues.
    count, dimensions = centred.shape
    if dimensions <= count:
        values, vectors = np.linalg.eigh(centred.T @ centred)  # ascending
        points = centred @ vectors[:, ::-1][:, :2]
    else:
        values, vectors = np.linalg.eigh(centred @ centred.T)
        points = vectors[:, ::-1][:, :2] * np.sqrt(np.clip(values[::-1][:2], 0, None))
    variances = np.clip(values[::-1], 0, None)
    total = variances.sum()
    # What rounding leaves of the mean is no variance.
    if total <= (np.finfo(float).eps * count) ** 2 * dimensions:
        return Projection(np.zeros((count, 2)), np.zeros(2))
    missing = 2 - points.shape[1]  # of one dimension, or a single point
    points = np.pad(points, ((0, 0), (0, missing)))
    explained = np.pad(variances[:2] / total, (0, missing))
    # An eigenvector's sign is arbitrary. Let the farthest point of each axis be on its positive
    # side.
    farthest = np.abs(points).argmax(axis=0)
    signs = np.where(points[farthest, [0, 1]] < 0, -1.0, 1.0)
    return Projection(points * signs * largest, explained)


def align(points: ArrayLike, previous: ArrayLike) -> NDArray[np.float64]:
    """Turn or mirror points about the origin, so that they lie as near to the old ones as can be.

    This is the orthogonal Procrustes problem (P. Schönemann, 1966): with ``U S Vᵀ = pointsᵀ
    previous``, the nearest rotation or reflection is ``U Vᵀ``. Distances between points stay what
    they are.

    Args:
        points: ``(N, 2)``.
        previous: ``(N, 2)``, the same points in the frame before.

    Raises:
        ValueError: the shapes differ, or a value is not a finite number.
    """
    new, old = _finite("points", points), _finite("previous", previous)
    if new.shape != old.shape:
        raise ValueError(
            f"The points have the shape {new.shape}, the previous ones {old.shape}: "
            f"they must be the same points."
        )
    if new.size == 0:
        return new
    left, _, right = np.linalg.svd(_unit(new).T @ _unit(old))
    turned: NDArray[np.float64] = new @ (left @ right)
    return turned


def _unit(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale so that the largest number is 1: products can then neither overflow nor vanish."""
    scaled: NDArray[np.float64] = points / (np.abs(points).max() or 1.0)
    return scaled


def _finite(name: str, values: ArrayLike) -> NDArray[np.float64]:
    array: NDArray[Any] = np.asarray(values)
    if array.ndim != 2 or array.dtype.kind not in "fiub":
        raise ValueError(
            f"{name} must be a table of numbers with one row a point, "
            f"not {array.dtype} of shape {array.shape}."
        )
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        row = int(np.flatnonzero(~np.isfinite(array).all(axis=1))[0])
        raise ValueError(
            f"{name} must be finite numbers, but row {row} is not: perhaps the training diverged."
        )
    return array
