"""Points in the plane with what shall be learnt about them: a class each, or a value each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

LIMIT = 100_000
"""More points than this are refused: no screen shows them, and a small pod would stall."""


@dataclass(frozen=True, eq=False)
class Points:
    """Points in the plane. They never change.

    Args:
        x: (N, 2) finite numbers.
        y: (N,) classes 0, 1, 2, … or, where ``classes`` is empty, the values of a regression.
        classes: the name of each class; its place is the number in y. Empty for a regression.
        axes: the names of the two columns of x.

    Raises:
        ValueError: for points that cannot be learnt from; the sentence says why.

    """

    x: Floats
    y: NDArray[np.int64] | Floats
    classes: tuple[str, ...] = ()
    axes: tuple[str, str] = ("x₁", "x₂")

    def __post_init__(self) -> None:
        x, y = _numbers("points", self.x), _numbers("labels", self.y)
        if not x.size:
            raise ValueError("There are no points: give at least two.")
        if x.ndim != 2 or x.shape[1] != 2:
            raise ValueError(
                f"Points in the plane are a table of two columns: x must have the shape (N, 2), "
                f"but it is {x.shape}."
            )
        _check_count(len(x))
        if y.shape != (len(x),):
            raise ValueError(
                f"Each point needs one label: {len(x)} points need labels of the shape "
                f"({len(x)},), but it is {y.shape}."
            )
        labels = _classes(y, len(self.classes)) if self.classes else y
        x.flags.writeable = labels.flags.writeable = False
        object.__setattr__(self, "x", x)
        object.__setattr__(self, "y", labels)

    def __len__(self) -> int:
        return len(self.x)

    @property
    def extent(self) -> float:
        """How far a map must reach to either side of 0 to show every point; at least 1."""
        return max(1.0, float(np.ceil(np.abs(self.x).max())))

    def moved(self, noise: float, seed: int = 0) -> Points:
        """Return the points moved at random, with deviation ``noise``; their labels stay."""
        if not (np.isfinite(noise) and noise >= 0):
            raise ValueError(f"noise must be a finite number, 0 or more; it is {noise!r}.")
        random = np.random.default_rng([seed, 1])  # another stream than the one that drew them
        return replace(self, x=self.x + noise * random.standard_normal(self.x.shape))

    def split(self, test_share: float = 0.5, seed: int = 0) -> tuple[Points, Points]:
        """Return the points to learn from and the points to be tested on, drawn by ``seed``."""
        test = round(test_share * len(self))
        if not (0 < test_share < 1 and 1 <= test < len(self)):
            raise ValueError(
                f"test_share must leave points on both sides: of {len(self)} points a share of "
                f"{test_share!r} cannot be taken."
            )
        order = np.random.default_rng([seed, 2]).permutation(len(self))
        return self._taken(order[test:]), self._taken(order[:test])

    def _taken(self, rows: NDArray[np.int64]) -> Points:
        # Not through __init__: a small part may hold one class only, and that is no mistake.
        part = object.__new__(Points)
        for name, value in (
            ("x", self.x[rows]),
            ("y", self.y[rows]),
            ("classes", self.classes),
            ("axes", self.axes),
        ):
            object.__setattr__(part, name, value)
        return part


def own_points(x: ArrayLike, y: ArrayLike, axes: tuple[str, str] = ("x₁", "x₂")) -> Points:
    """Return the learner's own points, with classes named after their labels.

    Args:
        x: (N, 2) numbers.
        y: (N,) labels, whole numbers or words; classes are numbered in the order of sorting.
        axes: the names of the two columns.

    """
    labels = np.asarray(y)
    _check_count(labels.size)  # before they are sorted, which takes long
    if labels.dtype.kind == "f" and not np.isfinite(labels).all():
        raise ValueError("The labels must be finite: there is a NaN or an infinity among them.")
    if labels.dtype.kind == "f" and (labels == np.floor(labels)).all():
        labels = labels.astype(np.int64)  # class 1, not class 1.0
    names, numbers = np.unique(labels.astype(str), return_inverse=True)
    return Points(x, numbers.reshape(labels.shape), tuple(names.tolist()), axes)  # type: ignore[arg-type]


def _check_count(count: int) -> None:
    if count > LIMIT:
        raise ValueError(
            f"These are {count:,} points; the lab takes up to {LIMIT:,}. Draw a sample of them."
        )


def _numbers(what: str, values: ArrayLike) -> Floats:
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"The {what} must be numbers in rows of one length.") from None
    if not np.isfinite(array).all():
        raise ValueError(
            f"The {what} must be finite numbers: there is a NaN or an infinity among them. "
            "Leave out the rows in which a number is missing."
        )
    return array


def _classes(y: Floats, count: int) -> NDArray[np.int64]:
    if (y != np.floor(y)).any() or y.min() < 0 or y.max() >= count:
        raise ValueError(
            f"Labels of {count} classes are whole numbers from 0 to {count - 1}; these reach from "
            f"{y.min():g} to {y.max():g}."
        )
    if y.min() == y.max():
        raise ValueError(
            "All points belong to one class, so that there is nothing to tell apart: "
            "add points of another class."
        )
    return y.astype(np.int64)
