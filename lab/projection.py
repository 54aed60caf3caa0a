"""A flat map of many-dimensional points: principal components, held still from frame to frame."""

from __future__ import annotations

import functools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.blas import one_thread

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

DIMENSIONS = (2, 3)
"""How many dimensions a map can have: a plane, or a room that is turned."""

MARGIN = 1.15
"""How much room ``extent`` leaves around the points when it has to change."""


@dataclass(frozen=True, eq=False)
class Projection:
    """Points on the first principal components, or on other axes through their mean.

    Attributes:
        points: ``(N, d)`` float64, in the units of the vectors, centred on their mean.
        explained: ``(d,)`` float64, the share (0 to 1) of the total variance along the first, the
            second, … principal component. Their sum is what the map shows. After ``align`` the
            axes of the points are any directions within that map, no longer the components
            themselves: quote the sum.
        mean: ``(D,)`` float64, the vector that lies at the origin.
        axes: ``(D, d)`` float64: ``points = (vectors - mean) @ axes``.
    """

    points: Floats
    explained: Floats
    mean: Floats
    axes: Floats


def project(
    vectors: ArrayLike, previous: ArrayLike | None = None, dimensions: int = 2
) -> Projection:
    """Project vectors onto the directions in which they vary most (principal component analysis).

    float32 vectors are projected in float32, which is good to five digits and twice as fast.

    Args:
        vectors: ``(N, D)``, one row a point. Fewer than two points, or points that are all the
            same, give zeros.
        previous: ``(N, d)`` points of the frame before. The map is then turned or mirrored onto
            them, so that points move and do not flip or spin.
        dimensions: d, 2 or 3. Vectors of fewer dimensions leave the other axes zero.

    Raises:
        ValueError: wrong shape, or a value that is not a finite number.
    """
    check_dimensions(dimensions)
    rows = table("vectors", vectors)
    if rows.shape[0] == 0 or rows.shape[1] == 0:
        projection = _nothing(rows.shape[0], rows.shape[1], dimensions)
    else:
        with one_thread():
            projection = _principal_components(rows, dimensions)
    return projection if previous is None else aligned(projection, previous)


def place(projection: Projection, vectors: ArrayLike) -> Floats:
    """Return where other vectors lie on the map: ``(M, d)`` for ``(M, D)``, ``(d,)`` for ``(D,)``.

    Raises:
        ValueError: vectors of another length, or a value that is not a finite number.
    """
    array: NDArray[Any] = np.asarray(vectors)
    rows = finite("vectors", array[np.newaxis] if array.ndim == 1 else array)
    if rows.shape[1] != len(projection.mean):
        raise ValueError(
            f"The map is one of vectors of {len(projection.mean)} numbers, "
            f"but these have {rows.shape[1]}."
        )
    with one_thread():
        points: Floats = (rows - projection.mean) @ projection.axes
    return points[0] if array.ndim == 1 else points


def _nothing(count: int, length: int, dimensions: int) -> Projection:
    return Projection(
        np.zeros((count, dimensions)),
        np.zeros(dimensions),
        np.zeros(length),
        np.zeros((length, dimensions)),
    )


def _principal_components(rows: NDArray[Any], dimensions: int) -> Projection:
    # Most vectors can be squared as they are. Those whose squares leave the numbers' range, and
    # those that differ by no more than rounding, are looked at more closely.
    with np.errstate(all="ignore"):
        fast = _components(rows, dimensions)
    if fast is not None:
        return fast
    rows = finite("vectors", rows)
    largest = float(np.abs(rows).max()) or 1.0
    found = _components(rows / largest, dimensions)
    if found is None:  # all the same: where they are is all there is to say
        nothing = _nothing(rows.shape[0], rows.shape[1], dimensions)
        return replace(nothing, mean=rows[0].copy())
    return replace(found, points=found.points * largest, mean=found.mean * largest)


def _components(rows: NDArray[Any], dimensions: int) -> Projection | None:
    count, length = rows.shape
    shares = np.full(count, 1 / count, rows.dtype)
    # A product with equal shares is a much faster mean than a sum along columns, of fewer digits:
    # what it leaves is taken off the products. That keeps its digits unless the mean is far larger
    # than what the vectors differ by. Only then are they centred, which costs a copy.
    wide = length > count
    mean, centred = np.zeros(length), rows
    for again in (False, True):
        if again or wide:
            mean = mean + shares @ centred
            centred = rows - mean.astype(rows.dtype)
        rest = (shares @ centred).astype(np.float64)
        inner = centred if wide else centred.T
        products = (inner @ inner.T).astype(np.float64)
        if not wide:
            products -= count * np.outer(rest, rest)
        total = float(np.trace(products))
        if not np.isfinite(total):
            return None
        if count * float(rest @ rest) <= 4 * total:
            break
    mean = mean + rest
    # What rounding leaves of the mean is no variance.
    eps, tiny = _limits(rows.dtype)
    rounding = 4 * eps * float(np.abs(mean).max())
    least = max(rounding * rounding * count * length, tiny)
    if not np.isfinite(products).all() or total <= max(least, count * float(rest @ rest) / 8):
        return None
    # Eigenvectors of the covariance are much faster than a singular value decomposition of the
    # rows. With fewer points than dimensions, the smaller matrix of inner products has the same
    # eigenvalues.
    values, vectors = np.linalg.eigh(products)  # ascending
    values, vectors = np.clip(values[::-1][:dimensions], 0, None), vectors[:, ::-1][:, :dimensions]
    if wide:
        lengths = np.sqrt(values)
        points = vectors * lengths
        vectors = centred.T @ points / np.where(lengths > 0, values, 1)
    else:
        points = np.subtract(centred @ vectors.astype(rows.dtype), rest @ vectors)
    # An eigenvector's sign is arbitrary. Let the farthest point of each axis be on its positive
    # side.
    farthest = np.abs(points).argmax(axis=0)
    flipped = points[farthest, np.arange(points.shape[1])] < 0
    for both in (points, vectors):
        both[:, flipped] *= -1
    missing = dimensions - points.shape[1]  # of one dimension, or of few points
    return Projection(
        np.pad(points, ((0, 0), (0, missing))) if missing else points,
        np.pad(values / total, (0, missing)),
        mean,
        np.pad(vectors, ((0, 0), (0, missing))),
    )


@functools.cache
def _limits(dtype: np.dtype[Any]) -> tuple[float, float]:
    """Return how coarse numbers are, and how large a sum of squares must be to have its digits."""
    info = np.finfo(dtype)
    return float(info.eps), float(info.tiny) / float(info.eps) ** 2


def aligned(projection: Projection, previous: ArrayLike) -> Projection:
    """Return the same map, turned or mirrored onto points of the frame before (see ``align``)."""
    turn = _turn(projection.points, previous)
    return replace(projection, points=projection.points @ turn, axes=projection.axes @ turn)


def align(points: ArrayLike, previous: ArrayLike) -> Floats:
    """Turn or mirror points about the origin, so that they lie as near to the old ones as can be.

    This is the orthogonal Procrustes problem (P. Schönemann, 1966): with ``U S Vᵀ = pointsᵀ
    previous``, the nearest rotation or reflection is ``U Vᵀ``. Distances between points stay what
    they are.

    Args:
        points: ``(N, d)``.
        previous: ``(N, d)``, the same points in the frame before.

    Raises:
        ValueError: the shapes differ, or a value is not a finite number.
    """
    new = finite("points", points)
    turned: Floats = new @ _turn(new, previous)
    return turned


def _turn(points: ArrayLike, previous: ArrayLike) -> Floats:
    new, old = finite("points", points), finite("previous", previous)
    if new.shape != old.shape:
        raise ValueError(
            f"The points have the shape {new.shape}, the previous ones {old.shape}: "
            f"they must be the same points."
        )
    if new.size == 0:
        return np.eye(new.shape[1])
    left, _, right = np.linalg.svd(_unit(new).T @ _unit(old))
    turn: Floats = left @ right
    return turn


def extent(points: ArrayLike, previous: float = 0.0) -> float:
    """Return half the side of a square (or cube) about the origin that holds the points.

    It stays what it was as long as the points fill it well, so that a picture that is scaled by it
    does not breathe from frame to frame.

    Args:
        points: ``(N, d)``.
        previous: what it was; 0 if there was none.
    """
    rows = finite("points", points)
    reach = float(np.abs(rows).max()) if rows.size else 0.0
    if previous > 0 and previous / MARGIN**3 <= reach <= previous:
        return previous
    return reach * MARGIN or previous or 1.0


def _unit(points: Floats) -> Floats:
    """Scale so that the largest number is 1: products can then neither overflow nor vanish."""
    scaled: Floats = points / (np.abs(points).max() or 1.0)
    return scaled


def check_dimensions(dimensions: int) -> None:
    """Raise a ValueError unless a map can have so many dimensions."""
    if dimensions not in DIMENSIONS:
        raise ValueError(f"A map has 2 or 3 dimensions, not {dimensions!r}.")


def table(name: str, values: ArrayLike) -> NDArray[Any]:
    """Return a table of numbers as float32 if it is that already, else as float64.

    Raises:
        ValueError: it is no table of numbers.
    """
    array: NDArray[Any] = np.asarray(values)
    if array.ndim != 2 or array.dtype.kind not in "fiub":
        raise ValueError(
            f"{name} must be a table of numbers with one row a point, "
            f"not {array.dtype} of shape {array.shape}."
        )
    return array if array.dtype == np.float32 else array.astype(np.float64)


def finite(name: str, values: ArrayLike) -> Floats:
    """Return a table of finite numbers as float64.

    Raises:
        ValueError: it is no table, or a value is not a finite number.
    """
    array = table(name, values).astype(np.float64)
    if not np.isfinite(array).all():
        row = int(np.flatnonzero(~np.isfinite(array).all(axis=1))[0])
        raise ValueError(
            f"{name} must be finite numbers, but row {row} is not: perhaps the training diverged."
        )
    return array
