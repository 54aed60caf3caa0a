"""Loss functions: how wrong an output is, and which way it would become less wrong.

Names and arithmetic are those of ``torch.nn.functional`` with its default, the mean, where PyTorch
has the loss. ``output`` is one sample ``(out,)`` or a batch ``(N, out)``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.activations import ACTIVATIONS, LAYER_ACTIVATIONS, log_softmax, softmax

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]
    Array = NDArray[Any]

PROBABILITIES = ("step", "sigmoid", *LAYER_ACTIVATIONS)
"""Activations whose values are squeezed to answers already, so that they are no logits."""


@dataclass(frozen=True)
class Loss:
    """A loss function.

    Attributes:
        name: the spelling of ``torch.nn.functional`` where PyTorch has the function.
        value: C as a function of output and target.
        gradient: ∂C/∂output, in the shape of the output.
        targets: what it compares with: ``"numbers"``, ``"shares"`` (0 to 1), ``"signs"`` (−1 or 1)
            in the shape of the output, or ``"classes"`` (0, 1, 2, …), one for each sample.
        refuses: activations of the output layer with which it makes no sense.
        because: the sentence that says why, and what would be right.

    """

    name: str
    value: Callable[[Floats, Array], float]
    gradient: Callable[[Floats, Array], Floats]
    targets: str = "numbers"
    refuses: tuple[str, ...] = ()
    because: str = ""

    def check_activation(self, activation: str | Sequence[str]) -> None:
        """Refuse an output layer whose activation makes no sense with this loss."""
        for name in [activation] if isinstance(activation, str) else activation:
            if name in self.refuses:
                raise ValueError(f"{self.name} cannot follow {name}: {self.because}")

    def check(self, output: ArrayLike, target: ArrayLike) -> tuple[Floats, Array]:
        """Return output and target as arrays that fit together, or raise a ValueError."""
        output = _finite("output", output)
        target = _finite("target", target)
        if output.ndim not in (1, 2) or not output.size:
            raise ValueError(
                f"The output must have the shape (outputs,) or (samples, outputs), "
                f"but it is {output.shape}."
            )
        if self.targets == "classes":
            return output, self._classes(output, target)
        if target.shape != output.shape:
            raise ValueError(
                f"{self.name} compares each output with its own target: the target must have the "
                f"shape {output.shape}, but it is {target.shape}."
            )
        if self.targets == "shares" and (target.min() < 0 or target.max() > 1):
            raise ValueError(
                f"The targets of {self.name} lie between 0 and 1, but they reach from "
                f"{target.min():g} to {target.max():g}."
            )
        if self.targets == "signs" and not np.isin(target, (-1, 1)).all():
            raise ValueError(f"The targets of {self.name} are −1 or 1, nothing else.")
        return output, target

    def _classes(self, output: Floats, target: Floats) -> Array:
        count = output.shape[-1]
        if count < 2:
            raise ValueError(
                f"{self.name} needs one output for each class, two or more; the network has one. "
                "For yes or no with one output take binary_cross_entropy_with_logits."
            )
        if target.shape != output.shape[:-1]:
            raise ValueError(
                f"{self.name} takes one class for each sample: the target must have the shape "
                f"{output.shape[:-1]}, but it is {target.shape}."
            )
        if (target != np.floor(target)).any() or target.min() < 0 or target.max() >= count:
            raise ValueError(
                f"The targets of {self.name} are classes: whole numbers from 0 to {count - 1}, "
                "one for each output."
            )
        return target.astype(np.int64)

    def encode(self, labels: ArrayLike, outputs: int) -> Array:
        """Return the targets of labels (class numbers, or values of a regression), ``(N,)``.

        Class numbers stay as they are where the loss takes classes. Otherwise they become
        ``(N, 1)`` for one output (two classes), or a row with a one at the class; where the loss
        takes signs, −1 stands for 0. Values of a regression become ``(N, 1)``.
        """
        labels = _finite("labels", labels)
        if self.targets == "classes":
            return labels.astype(np.int64)
        rows = labels[:, None] if outputs == 1 else (labels[:, None] == np.arange(outputs)) * 1.0
        return 2 * rows - 1 if self.targets == "signs" else rows


def _finite(what: str, values: ArrayLike) -> Floats:
    try:
        array = np.asarray(values, dtype=np.float64)
    except (TypeError, ValueError):
        raise ValueError(f"The {what} must be numbers in rows of one length.") from None
    if not np.isfinite(array).all():
        raise ValueError(f"The {what} must be finite numbers: there is a NaN or an infinity in it.")
    return array


def _picked(values: Floats, classes: Array) -> Floats:
    """Return the value of each sample's own class, ``(N,)``."""
    return np.take_along_axis(values, classes[..., None], axis=-1)[..., 0]


def _one_hot(output: Floats, classes: Array) -> Floats:
    return np.asarray((classes[..., None] == np.arange(output.shape[-1])) * 1.0)


def _sigmoid_cross_entropy(output: Floats, target: Array) -> float:
    # −t ln σ(z) − (1 − t) ln(1 − σ(z)) = softplus(z) − t z, which never takes the logarithm of 0
    return float((np.logaddexp(0.0, output) - target * output).sum() / output.size)


def _sigmoid_cross_entropy_gradient(output: Floats, target: Array) -> Floats:
    shares = 1 / (1 + np.exp(np.minimum(-output, 700.0)))
    return np.asarray((shares - target) / output.size)


LOSSES = {
    loss.name: loss
    for loss in (
        Loss(
            "mse_loss",
            lambda output, target: float(((output - target) ** 2).mean()),
            lambda output, target: np.asarray(2 * (output - target) / output.size),
        ),
        # The workshop's quadratic error: with the half and the sum, the output error is a − t.
        Loss(
            "half_squared_error",
            lambda output, target: float(((output - target) ** 2).sum() / 2),
            lambda output, target: np.asarray(output - target),
        ),
        Loss(
            "binary_cross_entropy_with_logits",
            _sigmoid_cross_entropy,
            _sigmoid_cross_entropy_gradient,
            targets="shares",
            refuses=PROBABILITIES,
            because="it takes logits and applies the sigmoid itself. Let the output layer be "
            "identity.",
        ),
        Loss(
            "cross_entropy",
            lambda output, target: float(-_picked(log_softmax(output), target).mean()),
            lambda output, target: (softmax(output) - _one_hot(output, target)) / target.size,
            targets="classes",
            refuses=PROBABILITIES,
            because="it takes logits and applies the softmax itself. Let the output layer be "
            "identity.",
        ),
        Loss(
            "nll_loss",
            lambda output, target: float(-_picked(output, target).mean()),
            lambda output, target: -_one_hot(output, target) / target.size,
            targets="classes",
            refuses=(*ACTIVATIONS, "softmax"),
            because="it takes logarithms of probabilities. Let the output layer be log_softmax, "
            "or take cross_entropy after identity.",
        ),
        # The mean of max(0, 1 − t·a): right, and by a margin, costs nothing.
        Loss(
            "hinge",
            lambda output, target: float(np.maximum(0.0, 1 - target * output).mean()),
            lambda output, target: np.where(target * output < 1, -target, 0.0) / output.size,
            targets="signs",
            refuses=PROBABILITIES,
            because="it wants outputs on both sides of 0. Let the output layer be identity.",
        ),
    )
}


def loss_named(name: str) -> Loss:
    """Return a loss; a sentence names the known ones otherwise."""
    if name not in LOSSES:
        raise ValueError(f"There is no loss {name!r}; choose one of {', '.join(LOSSES)}.")
    return LOSSES[name]
