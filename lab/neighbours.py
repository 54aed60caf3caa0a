"""Which vectors are most alike, and whether neighbours on a map are neighbours in truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lab.blas import one_thread
from lab.projection import finite

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

METRICS = ("cosine", "euclidean")
"""Cosine compares directions only, Euclidean also lengths."""

PAIRS = 4_000_000
"""How many distances a trustworthiness may cost: all of 2,000 points, a sample of more."""


def neighbours(
    vectors: ArrayLike, of: int | ArrayLike, k: int = 10, metric: str = "cosine"
) -> tuple[NDArray[np.int64], Floats]:
    """Find the vectors that are most like one of them, or like another one.

    Args:
        vectors: ``(N, D)``, one row a point.
        of: a place among them, whose vector itself is then left out; or a vector ``(D,)``.
        k: how many; fewer where there are not so many.
        metric: ``"cosine"`` (1 - cosine of the angle, 0 to 2; a vector of zeros has the distance
            1 to all) or ``"euclidean"``.

    Returns:
        Their places, nearest first (of equals the first one), and their distances.

    Raises:
        ValueError: wrong shapes, an unknown metric, no such place, or k below 1.
        TypeError: k is no whole number.
    """
    rows = finite("vectors", vectors)
    if metric not in METRICS:
        raise ValueError(f"metric must be 'cosine' or 'euclidean', not {metric!r}.")
    _check_k(k)
    itself = -1
    if isinstance(of, (int, np.integer)):
        itself = int(of)
        if not 0 <= itself < len(rows):
            raise ValueError(f"There is no vector {itself}: they are 0 to {len(rows) - 1}.")
        vector = rows[itself]
    else:
        vector = finite("The vector", np.asarray(of)[np.newaxis])[0]
        if len(vector) != rows.shape[1]:
            raise ValueError(
                f"The vector must have {rows.shape[1]} numbers as the others have, "
                f"not {len(vector)}."
            )
    with one_thread():
        distances = _cosine(rows, vector) if metric == "cosine" else _euclidean(rows, vector)
    order = np.argsort(distances, kind="stable")
    order = order[order != itself][:k].astype(np.int64)
    return order, distances[order]


def _cosine(rows: Floats, vector: Floats) -> Floats:
    # The largest number of each is made 1 first, so that squares stay within the numbers' range.
    sizes = np.abs(rows).max(axis=1, initial=0)
    rows = rows / np.where(sizes > 0, sizes, 1)[:, np.newaxis]
    vector = vector / (np.abs(vector).max(initial=0) or 1.0)
    lengths = np.linalg.norm(rows, axis=1) * np.linalg.norm(vector)
    cosines = np.divide(rows @ vector, lengths, out=np.zeros(len(rows)), where=lengths > 0)
    distances: Floats = 1 - np.clip(cosines, -1, 1)
    return distances


def _euclidean(rows: Floats, vector: Floats) -> Floats:
    distances: Floats = np.linalg.norm(rows - vector, axis=1)
    return distances


def _check_k(k: int) -> None:
    if isinstance(k, bool) or not isinstance(k, (int, np.integer)):
        raise TypeError(f"k, the number of neighbours, must be a whole number, not {k!r}.")
    if k < 1:
        raise ValueError(f"k, the number of neighbours, must be 1 or more, not {k}.")


class Trustworthiness(NamedTuple):
    """How far neighbours on a map may be believed.

    Attributes:
        value: 1 if all neighbours on the map are neighbours in truth; about 0.5 by chance.
        asked: of how many points the neighbours were looked at.
        total: how many points there are. If ``asked`` are fewer, the value is an estimate.
    """

    value: float
    asked: int
    total: int

    @property
    def exact(self) -> bool:
        """Whether all points were asked."""
        return self.asked == self.total


def trustworthiness(
    vectors: ArrayLike, points: ArrayLike, k: int = 10, pairs: int = PAIRS
) -> Trustworthiness:
    """Measure how many neighbours on a map are no neighbours in truth (J. Venna, S. Kaski, 2001).

    Each of a point's k nearest on the map counts against it by how far beyond the k-th place it is
    among all points in truth. Distances are Euclidean. Above 2,000 points a sample of them is
    asked, each about its place among all, which estimates the same number.

    Args:
        vectors: ``(N, D)``.
        points: ``(N, d)``, the same on the map.
        k: how many neighbours; fewer than half of the points.
        pairs: how many distances it may cost.

    Raises:
        ValueError: wrong shapes, values that are not finite numbers, or too large a k.
        TypeError: k is no whole number.
    """
    rows, flat = finite("vectors", vectors), finite("points", points)
    count = len(rows)
    if len(flat) != count:
        raise ValueError(f"There are {count} vectors but {len(flat)} points on the map.")
    _check_k(k)
    if 2 * k >= count:
        raise ValueError(
            f"Trustworthiness over {k} neighbours needs more than {2 * k} points, not {count}."
        )
    asked = min(count, max(1, pairs // count))
    places = np.arange(count)
    if asked < count:
        places = np.sort(np.random.default_rng(0).choice(count, asked, replace=False))
    near = nearest_on_map(flat, flat[places], k, without=places)
    rows = _centred(rows)
    squares = (rows**2).sum(axis=1)
    beyond = 0
    block = max(1, 1_000_000 // count)
    with one_thread():
        for start in range(0, asked, block):
            which = slice(start, start + block)
            beyond += _beyond(rows, squares, places[which], near[which], k)
    worst = asked * k * (2.0 * count - 3.0 * k - 1.0) / 2
    return Trustworthiness(1.0 - beyond / worst, asked, count)


def _centred(rows: Floats) -> Floats:
    rows = rows - rows.mean(axis=0)
    scaled: Floats = rows / (float(np.abs(rows).max(initial=0)) or 1.0)
    return scaled


def _beyond(
    rows: Floats,
    squares: Floats,
    places: NDArray[np.intp],
    near: NDArray[np.intp],
    k: int,
) -> int:
    """Return by how many places the neighbours on the map lie beyond the k-th, all together."""
    # Squared distances, less the point's own square: the order is the same.
    distances = squares - 2 * rows[places] @ rows.T
    here = np.arange(len(places))
    distances[here, places] = -np.inf  # a point is no neighbour of its own: always place 0
    total = 0
    for column in near.T:
        ranks = (distances < distances[here, column][:, np.newaxis]).sum(axis=1)
        total += int(np.maximum(ranks - k, 0).sum())
    return total


def nearest_on_map(
    points: ArrayLike, asked: ArrayLike, k: int, without: NDArray[Any] | None = None
) -> NDArray[np.intp]:
    """Return ``(M, k)`` places of the points that are nearest to each of ``(M, d)`` others.

    Args:
        points: ``(N, d)``, d 2 or 3, N at least k (more than k where one is left out).
        asked: ``(M, d)``.
        k: how many of each.
        without: ``(M,)``, a place that each must leave out: its own.
    """
    from scipy.spatial import cKDTree  # noqa: PLC0415 - a fifth of a second, only if asked

    tree = cKDTree(points)
    more = k if without is None else k + 1
    near: NDArray[np.intp] = tree.query(asked, k=np.arange(1, more + 1))[1].astype(np.intp)
    if without is None:
        return near
    # Of points that coincide, the tree may name another one first, or not name the point itself.
    own = near == without[:, np.newaxis]
    own[~own.any(axis=1), -1] = True
    others: NDArray[np.intp] = near[~own].reshape(len(near), k)
    return others
