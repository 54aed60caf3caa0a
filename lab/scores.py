"""How good the answers of a network are: probabilities, classes, accuracy, confusion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.activations import ACTIVATIONS, softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Classes = NDArray[np.int64]


def probabilities(logits: Floats) -> Floats:
    """Return the probability of every class, ``(..., classes)``.

    One logit ``(..., 1)`` speaks of class 1 of two: σ(z) for it and 1 − σ(z) for class 0.
    Several logits ``(..., classes)`` go through the softmax.
    """
    if logits.shape[-1] > 1:
        return softmax(logits)
    first = ACTIVATIONS["sigmoid"].function(logits)
    return np.concatenate([1 - first, first], axis=-1)


def predictions(logits: Floats) -> Classes:
    """Return the most probable class, ``(...)``; one logit says class 1 where it is above 0."""
    if logits.shape[-1] > 1:
        return np.asarray(logits.argmax(axis=-1))
    return (logits[..., 0] > 0).astype(np.int64)


def accuracy(logits: Floats, classes: NDArray[Any]) -> float:
    """Return the share of right answers, 0 to 1, of ``(N, outputs)`` against ``(N,)``."""
    return float((predictions(logits) == classes).mean())


def confusion(logits: Floats, classes: NDArray[Any], count: int) -> Classes:
    """Return how often each class (row) was taken for each class (column), ``(count, count)``."""
    table = np.zeros((count, count), dtype=np.int64)
    np.add.at(table, (classes.astype(np.int64), predictions(logits)), 1)
    return table
