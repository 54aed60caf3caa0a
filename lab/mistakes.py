"""Which test images a network gets wrong, and which of them are worth a look first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Classes = NDArray[np.int64]
    Shares = NDArray[np.float32]

ORDERS: dict[str, Callable[[Shares, Shares], Shares]] = {
    # cross-entropy is −log of the true class's probability: the smallest costs most
    "worst": lambda _confidences, true: true,
    "surest": lambda confidences, _true: -confidences,
}
"""What comes first: the mistake of the largest loss, or the one made with most confidence."""


def mistakes(
    labels: Classes,
    predictions: Classes,
    confidences: Shares,
    true: Shares,
    *,
    order: str = "worst",
    of: int | None = None,
) -> Classes:
    """Return the places of the mistaken images, the first one first; equals stay in their order.

    Args:
        labels: ``(M,)`` true classes.
        predictions: ``(M,)`` classes found most likely.
        confidences: ``(M,)`` probabilities of those.
        true: ``(M,)`` probabilities of the true classes.
        order: one of ``ORDERS``.
        of: only images of this class.
    """
    wrong = labels != predictions
    if of is not None:
        wrong &= labels == of
    places = np.flatnonzero(wrong)
    keys = ORDERS[order](confidences[places], true[places])
    return places[np.argsort(keys, kind="stable")]


def in_cell(
    labels: Classes, predictions: Classes, confidences: Shares, row: int, column: int
) -> Classes:
    """Return the places of the images that a cell of the confusion matrix counts, surest first."""
    places = np.flatnonzero((labels == row) & (predictions == column))
    return places[np.argsort(-confidences[places], kind="stable")]


def most_frequent(confusion: Classes) -> tuple[int, int] | None:
    """Return the class mistaken most often and what for; ``None`` where there are no mistakes."""
    wrong = confusion * (1 - np.eye(len(confusion), dtype=np.int64))
    if not wrong.any():
        return None
    row, column = np.unravel_index(int(wrong.argmax()), wrong.shape)
    return int(row), int(column)
