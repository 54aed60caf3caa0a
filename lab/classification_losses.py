"""The losses that a network can learn to classify by, as functions of logits and labels."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import cross_entropy, log_softmax, nll_loss

if TYPE_CHECKING:
    from collections.abc import Callable

    from torch import Tensor

    from lab.settings import Settings

    Loss = Callable[[Tensor, Tensor], Tensor]


def make_loss(settings: Settings, counts: Tensor) -> Loss:
    """Return the loss that the settings ask for, ``(logits (N, classes), labels (N,)) -> mean``.

    Args:
        settings: ``loss``, ``label_smoothing``, ``focal_gamma`` and ``class_weights``.
        counts: ``(classes,)``, how many training images each class has.
    """
    weights = balanced(counts) if settings.class_weights == "balanced" else None
    if settings.loss == "nll":
        return partial(_nll, weights=weights)
    if settings.loss == "label_smoothing":
        return partial(cross_entropy, weight=weights, label_smoothing=settings.label_smoothing)
    if settings.loss == "focal":
        return partial(focal, gamma=settings.focal_gamma, weights=weights)
    return partial(cross_entropy, weight=weights)


def balanced(counts: Tensor) -> Tensor:
    """Return a weight for each class, so that all classes together weigh the same.

    It is N / (K·n) for n of N images, with K the number of classes that have any: what scikit-learn
    calls "balanced". A class without images never turns up, and weighs 0.
    """
    present = counts > 0
    return torch.where(present, counts.sum() / (present.sum() * counts.clamp(min=1)), 0).float()


def focal(logits: Tensor, labels: Tensor, gamma: float, weights: Tensor | None = None) -> Tensor:
    """Return the focal loss, −(1 − p)^γ·log p for the probability p of the true class.

    What is recognised already counts less, so that learning attends to the hard images (Lin et al.
    2017). With γ = 0 it is the cross-entropy. The mean over the batch is weighted as in
    ``cross_entropy``.
    """
    log_p = log_softmax(logits, dim=1).gather(1, labels[:, None])[:, 0]
    # 1 − p as −expm1(log p): where p is almost 1, the difference would lose its digits. Not quite
    # 0, since the slope of a power below 1 is infinite there.
    losses = -((-torch.expm1(log_p)).clamp(min=1e-12) ** gamma) * log_p
    if weights is None:
        return losses.mean()
    each = weights[labels]
    return (each * losses).sum() / each.sum()


def _nll(logits: Tensor, labels: Tensor, weights: Tensor | None) -> Tensor:
    return nll_loss(log_softmax(logits, dim=1), labels, weight=weights)
