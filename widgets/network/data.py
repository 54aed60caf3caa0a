"""The points that the network learns from: a drawn kind, a truth table, or the learner's own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.point_sets import KINDS, TRUTH, draw_points, truth_table
from lab.point_tables import breast_cancer, points_from_csv
from lab.points import Points

if TYPE_CHECKING:
    from numpy.typing import NDArray

TABLES = {f"{name} table": name for name in TRUTH}
NAMES = (*KINDS, *TABLES, "breast cancer", "own")
MOST = 5_000
"""Own points: they travel with the state, and no plane shows more."""

FEWEST_TO_SPLIT = 12
REACH = 6.0
EMPTY: dict[str, Any] = {"x": [], "y": [], "classes": ["0", "1"], "axes": ["x₁", "x₂"]}


def points_named(name: str, *, count: int, noise: float, seed: int, own: dict[str, Any]) -> Points:
    """Return the points of a name out of ``NAMES``; a ValueError says why there are none."""
    if name in TABLES:
        return truth_table(TABLES[name])
    if name == "breast cancer":
        return breast_cancer()  # real data are never moved
    if name == "own":
        return own_points(own)
    return draw_points(name, count, noise=noise, seed=seed)


def own_points(own: dict[str, Any]) -> Points:
    """Return what a table of own points holds."""
    if not own["y"]:
        raise ValueError("There are no points yet: click into the plane to put some there.")
    classes, axes = tuple(own["classes"]), (own["axes"][0], own["axes"][1])
    return Points(np.array(own["x"], dtype=float), np.array(own["y"]), classes, axes)


def table_of(points: Points) -> dict[str, Any]:
    """Return points as a table of own points.

    Columns that reach far beyond the plane, such as an age in years, are standardised (mean 0,
    deviation 1), and say so in their names: a small network learns next to nothing from them.

    Raises:
        ValueError: for more points than travel with the state.

    """
    if len(points) > MOST:
        raise ValueError(
            f"These are {len(points):,} points; this widget takes up to {MOST:,}. "
            "Draw a sample of them."
        )
    x, axes = points.x, list(points.axes)
    if points.extent > REACH:
        x = (x - x.mean(axis=0)) / np.where(x.std(axis=0) > 0, x.std(axis=0), 1)
        axes = [f"{name} (standardised)" for name in axes]
    return {
        "x": x.tolist(),
        "y": points.y.tolist(),
        "classes": list(points.classes),
        "axes": axes,
    }


def checked(own: Any) -> dict[str, Any]:  # noqa: ANN401
    """Return a table of own points that is whole, or raise a ValueError that says what is wrong.

    Unlike ``Points`` it may be empty or hold one class only: the learner has just begun.
    """
    if not isinstance(own, dict) or set(own) != set(EMPTY):
        raise ValueError(f"own must be a table with the keys {', '.join(EMPTY)}.")
    if not all(isinstance(column, (list, tuple)) for column in own.values()):
        raise ValueError("own must hold a list under each of its keys.")
    classes, axes = [str(name) for name in own["classes"]], [str(name) for name in own["axes"]]
    if len(axes) != 2:
        raise ValueError("own points have two axes, each with a name.")
    if len(own["x"]) > MOST:
        raise ValueError(f"There are {len(own['x']):,} points; the plane takes up to {MOST:,}.")
    x, y = _numbers(own["x"]), _numbers(own["y"])
    if x.size and (x.ndim != 2 or x.shape[1] != 2):
        raise ValueError("own points are numbers, two for each point.")
    if y.shape != (len(x),):
        raise ValueError(f"{len(x)} own points need {len(x)} labels, not {y.size}.")
    wrong = (
        classes
        and y.size
        and ((y != np.floor(y)).any() or not 0 <= y.min() <= y.max() < len(classes))
    )
    if wrong:
        raise ValueError(f"Labels of own points are whole numbers from 0 to {len(classes) - 1}.")
    labels = y.astype(int).tolist() if classes else y.tolist()
    return {"x": x.tolist(), "y": labels, "classes": classes, "axes": axes}


def read_csv(text: str) -> dict[str, Any]:
    """Return the table of own points that a CSV text holds; its third column is the class."""
    return table_of(points_from_csv(text))


def split(points: Points, share: float, seed: int) -> tuple[Points, Points | None]:
    """Return what is learnt from and what is tested on; few points are not split."""
    if len(points) < FEWEST_TO_SPLIT:
        return points, None
    return points.split(share, seed)


def _numbers(values: Any) -> NDArray[np.float64]:  # noqa: ANN401
    try:
        array = np.array(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError("own points are numbers, two for each point.") from None
    if not np.isfinite(array).all():
        raise ValueError("own points must be finite numbers: there is a NaN or an infinity.")
    return array
