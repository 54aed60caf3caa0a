"""Named sets of points: those of TensorFlow Playground, truth tables, and the like.

The shapes follow the playground's ``dataset.ts``; here noise moves a point after it got its label.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.points import Points

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Random = np.random.Generator

TWO = ("0", "1")


def circle(count: int, random: Random) -> Points:
    """Class 1 within 2.5 of the middle, class 0 in the ring from 3.5 to 5."""
    y = _halves(count)
    radius = np.where(y == 1, random.uniform(0, 2.5, count), random.uniform(3.5, 5, count))
    return Points(_polar(radius, random.uniform(0, 2 * np.pi, count)), y, TWO)


def xor(count: int, random: Random) -> Points:
    """Class 1 where one coordinate alone is positive; a gap of 0.3 along both axes."""
    y = _halves(count)
    x = random.uniform(0.3, 5.3, (count, 2))
    x *= random.choice((-1, 1), count)[:, None]
    x[:, 1] *= np.where(y == 1, -1, 1)
    return Points(x, y, TWO)


def gaussian(count: int, random: Random) -> Points:
    """Two clouds around (2, 2) and (−2, −2), of deviation 0.7."""
    y = _halves(count)
    middle = np.where(y == 1, 2.0, -2.0)[:, None]
    return Points(middle + 0.7 * random.standard_normal((count, 2)), y, TWO)


def spiral(count: int, _random: Random) -> Points:
    """Two arms of 1.75 turns, out to a radius of 5."""
    y = _halves(count)
    way = np.where(y == 1, np.arange(count), np.arange(count) - (count + 1) // 2)
    way = way / (count / 2)  # 0 at the middle, 1 at the end of the arm
    return Points(_polar(5 * way, 2 * np.pi * 1.75 * way + np.pi * (1 - y)), y, TWO)


def moons(count: int, random: Random) -> Points:
    """Two half-moons of radius 3 that reach into one another (``sklearn.datasets.make_moons``)."""
    y = _halves(count)
    moon = _polar(np.full(count, 3.0), random.uniform(0, np.pi, count))
    upper = moon - [1.5, 0.75]
    lower = [1.5, 0.75] - moon
    return Points(np.where(y[:, None] == 1, lower, upper), y, TWO)


def blobs(count: int, random: Random, classes: int = 3) -> Points:
    """``classes`` clouds of deviation 0.7 around a circle of radius 3."""
    if classes < 2:
        raise ValueError(f"There must be two classes or more, not {classes}.")
    y = np.arange(count) * classes // count
    middles = _polar(np.full(count, 3.0), 2 * np.pi * y / classes)
    names = tuple(str(number) for number in range(classes))
    return Points(middles + 0.7 * random.standard_normal((count, 2)), y, names)


def plane(count: int, random: Random) -> Points:
    """A regression: the value (x₁ + x₂) / 10 over the square from −6 to 6."""
    x = random.uniform(-6, 6, (count, 2))
    return Points(x, x.sum(axis=1) / 10)


HILLS = np.array(
    [[-4, 2.5, 1], [0, 2.5, -1], [4, 2.5, 1], [-4, -2.5, -1], [0, -2.5, 1], [4, -2.5, -1]]
)


def hills(count: int, random: Random) -> Points:
    """A regression: six cones of radius 2, three up to 1 and three down to −1."""
    x = random.uniform(-6, 6, (count, 2))
    distance = np.linalg.norm(x[:, None] - HILLS[:, :2], axis=-1)  # (N, hills)
    return Points(x, (HILLS[:, 2] * np.maximum(0, 1 - distance / 2)).sum(axis=1))


KINDS: dict[str, Callable[[int, Random], Points]] = {
    "circle": circle,
    "xor": xor,
    "gaussian": gaussian,
    "spiral": spiral,
    "moons": moons,
    "three classes": blobs,
    "plane": plane,
    "hills": hills,
}
"""Every kind by its name; ``plane`` and ``hills`` are regressions."""

TRUTH = {"and": (0, 0, 0, 1), "or": (0, 1, 1, 1), "xor": (0, 1, 1, 0)}
"""What comes out for the inputs 00, 01, 10, 11."""


def draw_points(kind: str, count: int = 400, *, noise: float = 0.0, seed: int = 0) -> Points:
    """Draw points of a kind out of ``KINDS``; one seed, one set.

    Args:
        kind: e.g. ``"circle"``.
        count: how many points, at least 4.
        noise: the deviation by which each point is moved after it got its label.
        seed: a whole number.

    """
    if kind not in KINDS:
        raise ValueError(f"There is no kind {kind!r} of points; choose one of {', '.join(KINDS)}.")
    if count < 4:
        raise ValueError(f"There must be at least 4 points, not {count}.")
    return KINDS[kind](count, np.random.default_rng(seed)).moved(noise, seed)


def truth_table(name: str) -> Points:
    """Return the four points of ``"and"``, ``"or"`` or ``"xor"``, with 0 for off and 1 for on."""
    if name not in TRUTH:
        raise ValueError(f"There is no truth table {name!r}; choose one of {', '.join(TRUTH)}.")
    return Points(np.array([[0, 0], [0, 1], [1, 0], [1, 1]]), np.array(TRUTH[name]), TWO)


def _halves(count: int) -> NDArray[np.int64]:
    """Return class 1 for the first half, rounded up, and class 0 for the rest, ``(count,)``."""
    return (np.arange(count) < (count + 1) // 2).astype(np.int64)


def _polar(radius: Floats, angle: Floats) -> Floats:
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=-1)
