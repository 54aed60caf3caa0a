"""The surfaces by name, and how they look from above."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.data_surfaces import linear_regression, logistic_regression
from lab.surfaces import SURFACES, Surface, elongated_bowl
from widgets._arrays import pack

if TYPE_CHECKING:
    from collections.abc import Sequence

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
RANGES = {LINEAR: ((-2.5, 2.5), (-3.0, 3.0)), LOGISTIC: ((-2.5, 2.5), (-0.15, 1.15))}
COLUMNS = 101
MOST_SAMPLES = 1000
ALONG = np.linspace(-2.5, 2.5, 41)


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


def curves_of(name: str, places: Sequence[Sequence[float]]) -> list[list[float]]:
    """Return what a model of data answers along ``ALONG``, for each place on its surface."""
    rows = []
    for weight, bias in places:
        z = weight * ALONG + bias
        rows.append((z if name == LINEAR else _sigmoid(z)).tolist())
    return rows


def _sigmoid(z: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    from lab.activations import ACTIVATIONS  # noqa: PLC0415

    return ACTIVATIONS["sigmoid"].function(z)
