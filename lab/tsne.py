"""t-SNE: a flat map on which near neighbours stay near (L. van der Maaten, G. Hinton, 2008).

It is computed here step by step, so that the points can be seen moving, in two dimensions or
three, and so that the vectors can change under way. All pairs of points push one another apart,
which is exact and, up to two thousand points, as fast as the libraries' approximations.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.blas import one_thread
from lab.projection import finite

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats32 = NDArray[np.float32]

EXAGGERATION, EXAGGERATED_STEPS = 12.0, 125
"""In the first steps neighbours pull so many times harder, so that clusters find together."""

STEPS = 500
"""After so many steps the points hardly move."""

START = 1e-4
"""How far apart the points start, as a standard deviation: near enough to pass one another."""

_BLOCK = 64
"""Rows of the table of pairs that are worked on at once: they stay in the processor's cache."""


def sensible_perplexity(perplexity: float, count: int) -> float:
    """Return the perplexity, or the largest that so many points allow: a third of them.

    Raises:
        ValueError: it is not above 1, or there are fewer than four points.
        TypeError: it is no number.
    """
    if isinstance(perplexity, bool) or not isinstance(perplexity, (int, float, np.number)):
        raise TypeError(f"The perplexity must be a number, not {perplexity!r}.")
    if not (np.isfinite(perplexity) and perplexity > 1):
        raise ValueError(f"The perplexity must be above 1, not {perplexity}.")
    if count < 4:
        raise ValueError(f"t-SNE needs four points or more, not {count}.")
    return min(float(perplexity), (count - 1) / 3)


def affinities(vectors: ArrayLike, perplexity: float = 30.0) -> Floats32:
    """Return how much each pair of vectors belongs together: symmetric, with a sum of 1.

    Around each vector lies a bell curve, as wide as makes the perplexity of its neighbours (two to
    the power of their entropy in bits) what is wanted. Those beyond three times as many neighbours
    count as 0.

    Args:
        vectors: ``(N, D)``.
        perplexity: about how many neighbours each has; see ``sensible_perplexity``.

    Returns:
        ``(N, N)`` float32.
    """
    rows = finite("vectors", vectors)
    count = len(rows)
    perplexity = sensible_perplexity(perplexity, count)
    k = min(count - 1, int(3 * perplexity))
    with one_thread():
        near, distances = _nearest(rows, k)
    shares = _bells(distances, np.log(perplexity))
    table: Floats32 = np.zeros((count, count), np.float32)
    np.put_along_axis(table, near, (shares / (2 * count)).astype(np.float32), axis=1)
    return table + table.T


def _nearest(rows: NDArray[Any], k: int) -> tuple[NDArray[np.intp], Floats32]:
    """Return ``(N, k)`` places of the nearest others, and their squared distances."""
    rows = rows - rows.mean(axis=0)
    rows = rows / (np.abs(rows).max(initial=0) or 1.0)
    squares = np.einsum("ij,ij->i", rows, rows)
    count = len(rows)
    near, distances = np.empty((count, k), np.intp), np.empty((count, k), np.float32)
    for start in range(0, count, _BLOCK):
        block = np.arange(start, min(start + _BLOCK, count))
        pairs = squares[block, np.newaxis] + squares - 2 * rows[block] @ rows.T
        pairs[block - start, block] = np.inf
        near[block] = np.argpartition(pairs, k - 1, axis=1)[:, :k]
        distances[block] = np.take_along_axis(pairs, near[block], axis=1)
    return near, np.maximum(distances, 0)


def _bells(distances: Floats32, entropy: float) -> NDArray[np.float64]:
    """Return the share of each neighbour, with rows of the wanted entropy and a sum of 1."""
    distances = distances - distances.min(axis=1, keepdims=True)
    mean = distances.mean(axis=1, keepdims=True, dtype=np.float64)
    # Halved again and again, an interval of 1 / width² closes in on the entropy.
    low, high = np.full((len(distances), 1), -12.0), np.full((len(distances), 1), 18.0)
    scaled = (distances / np.where(mean > 0, mean, 1)).astype(np.float32)
    for _ in range(24):
        middle = (low + high) / 2
        narrow = np.exp(middle)
        shares = np.exp(-narrow.astype(np.float32) * scaled)
        total = shares.sum(axis=1, keepdims=True)
        found = np.log(total) + narrow * (shares * scaled).sum(axis=1, keepdims=True) / total
        wide = found > entropy
        low, high = np.where(wide, middle, low), np.where(wide, high, middle)
    bells: NDArray[np.float64] = (shares / total).astype(np.float64)
    return bells


class Tsne:
    """A map that moves towards the one with the least Kullback-Leibler divergence.

    Args:
        vectors: ``(N, D)``, N at least 4.
        start: ``(N, d)`` points to start from, at any scale, e.g. those of ``project``.
        perplexity: about how many neighbours each point looks at.

    Raises:
        ValueError: wrong shapes, or values that are not finite numbers.
    """

    def __init__(self, vectors: ArrayLike, start: ArrayLike, perplexity: float = 30.0) -> None:
        first = finite("start", start)
        self._pulls = affinities(vectors, perplexity)
        if len(first) != len(self._pulls):
            raise ValueError(
                f"There are {len(self._pulls)} vectors but {len(first)} points to start from."
            )
        first = first - first.mean(axis=0)
        spread = float(first.std()) or 1.0
        self._points = (first / spread * START).astype(np.float32)
        if not first.any():  # all at one place would stay there
            jitter = np.random.default_rng(0).normal(size=first.shape)
            self._points = (jitter * START).astype(np.float32)
        self.perplexity = sensible_perplexity(perplexity, len(first))
        self.steps = 0
        self._rate = max(len(first) / (4 * EXAGGERATION), 50.0)
        self._move = np.zeros_like(self._points)
        self._gains = np.ones_like(self._points)

    @property
    def points(self) -> NDArray[np.float64]:
        """``(N, d)``, about the origin. Only distances have a meaning, axes and scale have none."""
        points: NDArray[np.float64] = self._points.astype(np.float64)
        return points

    @property
    def progress(self) -> float:
        """How much is done, 0 to 1."""
        return min(1.0, self.steps / STEPS)

    def renew(self, vectors: ArrayLike) -> None:
        """Go on with other vectors of the same points, from where the points are.

        Raises:
            ValueError: wrong shape, or values that are not finite numbers.
        """
        pulls = affinities(vectors, self.perplexity)
        if pulls.shape != self._pulls.shape:
            raise ValueError(
                f"There must be {len(self._pulls)} vectors as before, not {len(pulls)}."
            )
        self._pulls = pulls
        self.steps = min(self.steps, STEPS // 2)  # time to settle again

    def step(self) -> None:
        """Move every point once: downhill, with momentum."""
        exaggerated = self.steps < EXAGGERATED_STEPS
        with one_thread():
            gradient = self.gradient(EXAGGERATION if exaggerated else 1.0)
        # Each coordinate speeds up while it keeps going one way, and slows down where it turns.
        same = (gradient > 0) == (self._move > 0)
        self._gains = np.maximum(np.where(same, self._gains * 0.8, self._gains + 0.2), 0.01)
        self._gains = self._gains.astype(np.float32)
        self._move *= 0.5 if exaggerated else 0.8
        self._move -= np.float32(self._rate) * self._gains * gradient
        self._points += self._move
        self._points -= self._points.mean(axis=0)
        self.steps += 1

    def gradient(self, exaggeration: float = 1.0) -> Floats32:
        """Return the derivative of the divergence by each coordinate, ``(N, d)``."""
        y = self._points
        (count, d), ones = y.shape, np.ones((len(y), 1), np.float32)
        squares = (y * y).sum(axis=1, keepdims=True)
        # One product gives all 1 + (distance)², others the sums of weights and of weighted points.
        left = np.hstack([-2 * y, squares + 1, ones])
        right = np.ascontiguousarray(np.hstack([y, ones, squares]).T)
        sums = np.hstack([y, ones])
        pull, push = np.empty((2, count, d + 1), np.float32)
        near, work = np.empty((2, min(_BLOCK, count), count), np.float32)
        total = 0.0
        for start in range(0, count, _BLOCK):
            block = slice(start, min(start + _BLOCK, count))
            size = block.stop - start
            weights, product = near[:size], work[:size]
            np.matmul(left[block], right, out=weights)
            np.maximum(weights, 1, out=weights)  # rounding may leave less
            np.reciprocal(weights, out=weights)
            total += float(weights.sum())
            np.multiply(self._pulls[block], weights, out=product)
            np.matmul(product, sums, out=pull[block])
            np.multiply(weights, weights, out=product)
            np.matmul(product, sums, out=push[block])
        total -= count  # a point's weight with itself is 1
        attraction = pull[:, d:] * y - pull[:, :d]
        repulsion = push[:, d:] * y - push[:, :d]
        gradient: Floats32 = 4 * (np.float32(exaggeration) * attraction - repulsion / total)
        return gradient
