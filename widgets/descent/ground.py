"""The surfaces by name, and how they look from above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.data_surfaces import linear_regression, logistic_regression
from lab.surfaces import SURFACES, Surface, elongated_bowl
from widgets._arrays import pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Points = Sequence[tuple[float, float]]

OWN = "your own"
LINEAR, LOGISTIC = "linear regression", "logistic regression"
DATA: dict[str, tuple[tuple[float, float], ...]] = {
    LINEAR: (
        (-1.8, -1.3), (-1.2, 0.1), (-0.7, -0.5), (0.0, 0.9), (0.5, 0.6), (1.1, 1.9), (1.7, 1.5),
    ),
    LOGISTIC: (
        (-1.8, 0), (-1.3, 0), (-0.9, 0), (-0.4, 1), (-0.1, 0), (0.3, 0), (0.6, 1), (1.0, 1),
        (1.4, 1), (1.8, 1),
    ),
}  # fmt: skip
"""The points of a surface from data, until they are dragged."""

NAMES = (*SURFACES, LINEAR, LOGISTIC)
RIGHT, TOP = 2.5, 3.0
"""Where the plane of the data ends, unless a point lies beyond."""

COLUMNS = 101
MOST_SAMPLES = 1000


def surface_named(name: str, condition: float, points: Points) -> Surface:
    """Return a surface of ``NAMES``."""
    if name == "elongated bowl":
        return elongated_bowl(condition)
    if name in DATA:
        x, y = np.array(points, dtype=np.float64).reshape(-1, 2).T
        return (linear_regression if name == LINEAR else logistic_regression)(x, y)
    return SURFACES[name]


def samples_of(surface: Surface) -> int:
    """Return of how many samples the loss is the mean; 0 where there are none."""
    if surface.terms is None:
        return 0
    import torch  # noqa: PLC0415 - the surface has loaded it

    return len(surface.terms(*torch.tensor(surface.start, dtype=torch.float64)))


def ground_of(name: str, surface: Surface, samples: int) -> dict[str, Any]:
    """Return the surface as the page draws it."""
    values = surface.values(COLUMNS)
    lowest = surface.value(*surface.minima[0]) if surface.minima else None
    return {
        "name": name,
        "values": pack(values),
        "domain": [list(side) for side in surface.domain],
        "axes": list(surface.axes),
        "sentence": surface.sentence,
        "minima": [list(one) for one in surface.minima],
        "samples": samples,
        "floor": _floor(lowest, values),
    }


def _floor(lowest: float | None, values: np.ndarray[Any, Any]) -> float | None:
    """Return what a loss is counted from where its logarithm is drawn."""
    if lowest is not None:
        return 0.0 if abs(lowest) < 1e-12 else lowest
    return 0.0 if np.nanmin(values) > 0 else None


def range_of(name: str, points: Points) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return the plane of the data: x and y from and to, doubled until every point is on it."""
    x, y = np.abs(points).max(axis=0)
    right, top = _doubled(RIGHT, x), _doubled(TOP, y)
    return (-right, right), ((-top, top) if name == LINEAR else (-0.15, 1.15))


def along_of(points: Points) -> Floats:
    """Return where on the x axis of the data the models are drawn."""
    return np.linspace(*range_of(LINEAR, points)[0], 41)


def curves_of(name: str, points: Points, places: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return what a model of data answers along ``along_of``, for each place on its surface."""
    rows = []
    for weight, bias in places:
        z = weight * along_of(points) + bias
        rows.append((z if name == LINEAR else _sigmoid(z)).tolist())
    return rows


def _doubled(end: float, farthest: float) -> float:
    while farthest > end:
        end *= 2
    return end


def _sigmoid(z: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    from lab.activations import ACTIVATIONS  # noqa: PLC0415

    return ACTIVATIONS["sigmoid"].function(z)
