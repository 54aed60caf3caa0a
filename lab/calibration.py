"""Whether a network that says 80 % is right in 80 of 100 cases, and a remedy if it is not.

Temperature scaling and the expected calibration error: Guo, Pleiss, Sun & Weinberger, On
Calibration of Modern Neural Networks, ICML (2017), https://arxiv.org/abs/1706.04599.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

COLDEST, HOTTEST = 0.05, 20.0
"""The bounds of a temperature: a network that errs nowhere would like to be infinitely cold."""

BINS = 15
"""Into how many bins of the same width the confidences are sorted."""

ROUNDS = 60
"""More rounds than the search for a temperature ever needs."""

ENOUGH = 2_000
"""From how many images a temperature is found at most; of more, from a sample of them."""


@dataclass(frozen=True)
class Calibration:
    """What was found out about the confidences of a network.

    Attributes:
        temperature: by what its logits are to be divided.
        before: the expected calibration error as it is, 0 to 1.
        after: the same with the temperature.
    """

    temperature: float
    before: float
    after: float


def calibrate(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> Calibration:
    """Find the temperature of a network, and how far its confidences are from the truth.

    Temperature and errors come from the same images: on others the error is a little larger. The
    errors are those of all images, the temperature is found from 2,000 of them at most, always the
    same ones: it takes many rounds, and whoever looks waits for it.

    Args:
        logits: ``(M, classes)``, finite.
        labels: ``(M,)``, the true classes.
    """
    exact = logits.astype(np.float64)
    some = _sample(len(labels))
    t = temperature(exact[some], labels[some])
    return Calibration(
        t,
        expected_calibration_error(softmax(exact), labels),
        expected_calibration_error(softmax(exact / t), labels),
    )


def temperature(logits: Floats, labels: NDArray[np.int64]) -> float:
    """Return the temperature of the least mean cross-entropy, softmax(logits / temperature).

    In β = 1 / temperature the cross-entropy is convex: its slope is the mean of the logits that the
    network expects, less those of the true classes; how the slope changes is their mean variance.
    So Newton's steps lead to the least, kept within an interval that halves where they fail.
    """
    low, high = 1 / HOTTEST, 1 / COLDEST
    true = logits[np.arange(len(labels)), labels]
    beta = 1.0
    for _ in range(ROUNDS):
        probabilities = softmax(beta * logits)
        expected = (probabilities * logits).sum(axis=1)
        slope = float((expected - true).mean())
        if slope > 0:
            high = beta
        else:
            low = beta
        variance = (probabilities * (logits - expected[:, None]) ** 2).sum(axis=1)
        change = float(variance.mean())
        after = beta - slope / change if change > 0 else low if slope > 0 else high
        if not low < after < high:
            after = (low + high) / 2
        step, beta = abs(after - beta), after
        if step <= 1e-6 * beta:  # the error that is left is far smaller: it is squared each time
            break
    return 1 / beta


def expected_calibration_error(probabilities: Floats, labels: NDArray[np.int64]) -> float:
    """Return how far confidence and accuracy are apart, on average over all images.

    The images are sorted into bins by the confidence, the probability of the most probable class.
    """
    confidences = probabilities.max(axis=1)
    right = probabilities.argmax(axis=1) == labels
    # A bin holds what lies above its lower end, up to its upper end.
    bins = np.clip(np.ceil(confidences * BINS).astype(np.int64) - 1, 0, BINS - 1)
    gaps = np.bincount(bins, weights=right - confidences, minlength=BINS)
    return float(np.abs(gaps).sum() / len(labels))


def _sample(count: int) -> NDArray[np.intp]:
    """Return the places of the images that a temperature is found from."""
    if count <= ENOUGH:
        return np.arange(count)
    # By chance: every fifth image would always be of the same class where classes take turns.
    return np.random.default_rng(0).choice(count, ENOUGH, replace=False)


def softmax(logits: Floats) -> Floats:
    """Return the probabilities ``(M, classes)`` that belong to logits."""
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))
