"""One artificial neuron: weights, bias, activation (Goodfellow et al., Deep Learning, ch. 6).

Everything is float64 numpy; torch is never imported, so that a learner's kernel stays small.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from lab.activations import ACTIVATIONS, Activation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

__all__ = ["ACTIVATIONS", "Activation", "Neuron", "cell_centres", "on_off_patterns"]


@dataclass(frozen=True)
class Neuron:
    """A neuron a = f(w · x + b).

    Args:
        weights: (inputs,) finite numbers.
        bias: a finite number; the threshold θ of the same neuron is −bias.
        activation: a name out of ``ACTIVATIONS``; default ``"step"``, the threshold unit.

    Raises:
        ValueError: for weights that are not a row of finite numbers, or an unknown activation.

    """

    weights: Floats
    bias: float = 0.0
    activation: str = "step"

    def __post_init__(self) -> None:
        weights = np.array(self.weights, dtype=np.float64)
        if weights.ndim != 1 or not weights.size or not np.isfinite(weights).all():
            raise ValueError(f"weights must be a row of finite numbers, not {self.weights!r}.")
        if not np.isfinite(self.bias):
            raise ValueError(f"bias must be a finite number, not {self.bias!r}.")
        if self.activation not in ACTIVATIONS:
            known = ", ".join(ACTIVATIONS)
            raise ValueError(f"There is no activation {self.activation!r}; choose one of {known}.")
        weights.flags.writeable = False
        object.__setattr__(self, "weights", weights)
        object.__setattr__(self, "bias", float(self.bias))

    def weighted_sum(self, x: ArrayLike) -> Floats:
        """Return Σ wᵢxᵢ, shape ``(...)``, of inputs of shape ``(..., inputs)``."""
        x = np.asarray(x, dtype=np.float64)
        if x.shape[-1:] != self.weights.shape:
            raise ValueError(
                f"This neuron has {self.weights.size} inputs, but x has the shape {x.shape}."
            )
        return np.asarray(x @ self.weights)

    def pre_activation(self, x: ArrayLike) -> Floats:
        """Return z = Σ wᵢxᵢ + b, shape ``(...)``.

        The bias is added last, so that z > 0 exactly where Σ wᵢxᵢ > θ.
        """
        return self.weighted_sum(x) + self.bias

    def __call__(self, x: ArrayLike) -> Floats:
        """Return the activation a = f(z), shape ``(...)``, of inputs ``(..., inputs)``."""
        return ACTIVATIONS[self.activation].function(self.pre_activation(x))

    def fires(self, x: ArrayLike) -> NDArray[np.bool_]:
        """Say whether the weighted sum exceeds the threshold, strictly: z > 0."""
        return np.asarray(self.pre_activation(x) > 0)

    def response_map(self, x: Sequence[float], extent: float = 2.0, size: int = 100) -> Floats:
        """Return the activation over the plane of the first two inputs, the others held at ``x``.

        Shape ``(size, size)``: row 0 is the top (x₂ = +extent), column 0 the left (x₁ = −extent);
        each value is the activation at the centre of its cell.
        """
        centres = cell_centres(extent, size)
        held = float(self.weights[2:] @ np.asarray(x[2:], dtype=np.float64))
        first, second = self.weights[0] * centres, self.weights[1] * centres[::-1]
        z = first[np.newaxis, :] + second[:, np.newaxis] + (held + self.bias)
        return ACTIVATIONS[self.activation].function(z)


def cell_centres(extent: float, size: int) -> Floats:
    """Return where the cells of a map lie along one axis, from −extent to +extent, ``(size,)``."""
    return (np.arange(size) + 0.5) / size * 2 * extent - extent


def on_off_patterns(inputs: int) -> NDArray[np.float64]:
    """Return every way to switch the inputs on (1) and off (0), shape ``(2**inputs, inputs)``."""
    return np.array(list(product((0.0, 1.0), repeat=inputs)))
