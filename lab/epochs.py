"""Epochs of a run by its steps: they may differ in length, where the batch size was changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.messages import Snapshot


def epochs_after(snapshot: Snapshot, steps: NDArray[Any]) -> NDArray[np.float64]:
    """Return how many epochs had been done after each of these steps; none without any test."""
    ends = snapshot.test_steps  # of the epochs, 0 before the first one
    if len(ends) == 0:
        return np.empty(0)
    known, epochs = [*ends], [*range(len(ends))]
    if snapshot.epochs > epochs[-1]:  # those to come have the present length
        known, epochs = [*known, snapshot.total_steps], [*epochs, snapshot.epochs]
    return np.asarray(np.interp(steps, known, epochs), np.float64)
