"""What a test of a network finds out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import cross_entropy

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray
    from torch import Tensor


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a test found out.

    Attributes:
        loss: the mean cross-entropy.
        accuracy: the share of images recognised, 0 to 1.
        confusion: ``(classes, classes)`` int64, how often each class (row) was taken for each
            class (column).
        predictions: ``(M,)`` int64, the most probable class of each image.
        confidences: ``(M,)`` float32, its probability.
        true: ``(M,)`` float32, the probability of the true class.
    """

    loss: float
    accuracy: float
    confusion: NDArray[np.int64]
    predictions: NDArray[np.int64]
    confidences: NDArray[np.float32]
    true: NDArray[np.float32]

    def of(self, places: NDArray[np.int64]) -> Outcome:
        """Return the same test with what it says of each image for some of them only."""
        return replace(
            self,
            predictions=self.predictions[places],
            confidences=self.confidences[places],
            true=self.true[places],
        )


def outcome(logits: Tensor, labels: Tensor) -> Outcome:
    """Return what a network's answers, ``(M, classes)``, are worth: labels are ``(M,)``."""
    classes = logits.shape[1]
    probabilities = logits.softmax(dim=1)
    confidences, predictions = probabilities.max(dim=1)
    true = probabilities.gather(1, labels[:, None])[:, 0]
    confusion = torch.bincount(labels * classes + predictions, minlength=classes**2)
    right = confusion.reshape(classes, classes).diagonal().sum()
    return Outcome(
        loss=float(cross_entropy(logits, labels)),
        accuracy=int(right) / len(labels),
        confusion=confusion.reshape(classes, classes).cpu().numpy(),
        predictions=predictions.cpu().numpy(),
        confidences=confidences.cpu().numpy(),
        true=true.cpu().numpy(),
    )
