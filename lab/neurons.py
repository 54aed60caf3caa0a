"""One artificial neuron: weights, bias, activation (Goodfellow et al., Deep Learning, ch. 6).

Everything is float64 numpy; torch is never imported, so that a learner's kernel stays small.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Activation:
    """An activation function: what a neuron makes of its pre-activation z.

    Attributes:
        name: the spelling of ``torch.nn.functional`` where PyTorch has the function.
        function: a = f(z), element by element.
        derivative: da/dz as a function of z, element by element.
        low, high: the range of values a, possibly infinite.

    """

    name: str
    function: Callable[[Floats], Floats]
    derivative: Callable[[Floats], Floats]
    low: float
    high: float


def _above_zero(z: Floats) -> Floats:
    return (z > 0).astype(np.float64)


def _sigmoid(z: Floats) -> Floats:
    # exp never sees a large positive number: no overflow at z = −1000.
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def _softplus(z: Floats) -> Floats:
    return np.asarray(np.logaddexp(0.0, z), dtype=np.float64)


ACTIVATIONS: dict[str, Activation] = {
    activation.name: activation
    for activation in (
        # The threshold unit fires when z exceeds 0, strictly; where it has a slope, that is 0.
        Activation("step", _above_zero, lambda z: np.zeros(z.shape), 0.0, 1.0),
        Activation("identity", lambda z: z, lambda z: np.ones(z.shape), -np.inf, np.inf),
        Activation("sigmoid", _sigmoid, lambda z: _sigmoid(z) * _sigmoid(-z), 0.0, 1.0),
        Activation("tanh", np.tanh, lambda z: 1 - np.tanh(z) ** 2, -1.0, 1.0),
        # At z = 0 the derivatives are PyTorch's: 0 for relu, the slope for leaky_relu.
        Activation("relu", lambda z: np.maximum(z, 0.0), _above_zero, 0.0, np.inf),
        Activation(
            "leaky_relu",
            lambda z: np.where(z > 0, z, 0.01 * z),
            lambda z: np.where(z > 0, 1.0, 0.01),
            -np.inf,
            np.inf,
        ),
        Activation("softplus", _softplus, _sigmoid, 0.0, np.inf),
    )
}


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
        centres = (np.arange(size) + 0.5) / size * 2 * extent - extent
        held = float(self.weights[2:] @ np.asarray(x[2:], dtype=np.float64))
        first, second = self.weights[0] * centres, self.weights[1] * centres[::-1]
        z = first[np.newaxis, :] + second[:, np.newaxis] + (held + self.bias)
        return ACTIVATIONS[self.activation].function(z)


def on_off_patterns(inputs: int) -> NDArray[np.float64]:
    """Return every way to switch the inputs on (1) and off (0), shape ``(2**inputs, inputs)``."""
    return np.array(list(product((0.0, 1.0), repeat=inputs)))
