"""Three ways to step downhill, with the arithmetic of ``torch.optim``.

Each turns a gradient into a direction; the parameters then move by −learning rate · direction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class Stepper(Protocol):
    """What turns the gradient of each step into a direction, and may remember earlier ones."""

    def direction(self, gradient: Floats) -> Floats:
        """Return where to go, in units of the learning rate, with the sign of the gradient."""


class Sgd:
    """Plain gradient descent: straight along the gradient."""

    def direction(self, gradient: Floats) -> Floats:
        """Return the gradient itself."""
        return gradient


class Momentum:
    """Gradient descent with momentum μ: v ← μ v + gradient (Goodfellow et al., ch. 8.3.2)."""

    def __init__(self, momentum: float = 0.9) -> None:
        self.momentum = momentum
        self._velocity: Floats | float = 0.0

    def direction(self, gradient: Floats) -> Floats:
        """Return the velocity."""
        self._velocity = self.momentum * self._velocity + gradient
        return self._velocity


class Adam:
    """Adam (Kingma and Ba, 2015): mean gradient over root mean square, both corrected for bias."""

    def __init__(self, beta1: float = 0.9, beta2: float = 0.999, epsilon: float = 1e-8) -> None:
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon
        self._steps = 0
        self._mean: Floats | float = 0.0
        self._square: Floats | float = 0.0

    def direction(self, gradient: Floats) -> Floats:
        """Return m̂ / (√v̂ + ε)."""
        self._steps += 1
        self._mean = self.beta1 * self._mean + (1 - self.beta1) * gradient
        self._square = self.beta2 * self._square + (1 - self.beta2) * gradient**2
        mean = self._mean / (1 - self.beta1**self._steps)
        return np.asarray(
            mean / (np.sqrt(self._square / (1 - self.beta2**self._steps)) + self.epsilon)
        )


STEPPERS: dict[str, Callable[[], Stepper]] = {"sgd": Sgd, "momentum": Momentum, "adam": Adam}
