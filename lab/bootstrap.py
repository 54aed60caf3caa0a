"""How sure a mean of a few repeats is: the bootstrap (Efron and Tibshirani 1993, ch. 13)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

CONFIDENCE = 0.95
"""The share of such intervals that would hold the true mean, were there many repeats."""

RESAMPLES = 10_000
"""How often the repeats are drawn anew, where there are too many ways to try them all."""

ALL_WAYS_UP_TO = 5
"""Up to so many repeats all nⁿ ways to draw them are tried: 5⁵ = 3125."""


@dataclass(frozen=True, eq=False)
class Interval:
    """Means and the intervals that hold them, each of the shape of one repeat's values."""

    mean: Floats
    low: Floats
    high: Floats
    repeats: int


def mean_interval(values: ArrayLike) -> Interval:
    """Return the mean over the repeats with its 95 % percentile bootstrap interval.

    For pairs give the differences: who is drawn, is drawn with the partner. One repeat alone tells
    nothing of the spread: its interval is as wide as the numbers go. Of few repeats the interval
    is somewhat too narrow, as every percentile interval is.

    Args:
        values: ``(repeats,)`` or ``(repeats, ...)`` finite numbers.

    Raises:
        ValueError: no repeat, or a number that is not finite.
    """
    table = np.asarray(values, np.float64)
    if table.ndim == 0 or len(table) == 0:
        raise ValueError("There must be at least one repeat.")
    if not np.isfinite(table).all():
        raise ValueError("The values must be finite numbers.")
    mean = table.mean(axis=0)
    if len(table) == 1:
        wide = np.full_like(mean, np.inf)
        return Interval(mean, -wide, wide, 1)
    flat = table.reshape(len(table), -1)
    # Relative to the first one, so that equal values have an interval without any width.
    means = flat[0] + _shares(len(table)) @ (flat - flat[0])
    tail = (1 - CONFIDENCE) / 2
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return Interval(mean, low.reshape(mean.shape), high.reshape(mean.shape), len(table))


@lru_cache(maxsize=4)  # of many repeats each holds some MB
def _shares(n: int) -> Floats:
    """Return how large each repeat's share is in each drawing, ``(drawings, n)``."""
    if n <= ALL_WAYS_UP_TO:
        ways = np.array(list(product(range(n), repeat=n)))
        counts = np.stack([(ways == one).sum(axis=1) for one in range(n)], axis=1)
    else:
        counts = np.random.default_rng(0).multinomial(n, np.full(n, 1 / n), RESAMPLES)
    return counts / n
