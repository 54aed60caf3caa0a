"""Activation functions and their derivatives (Goodfellow et al., Deep Learning, ch. 6.2–6.3).

Everything is float64 numpy; torch is never imported, so that a learner's kernel stays small.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Activation:
    """An activation function: what a neuron makes of its pre-activation z.

    Attributes:
        name: the spelling of ``torch.nn.functional`` where PyTorch has the function.
        function: a = f(z); ``(..., neurons)`` gives ``(..., neurons)``.
        slope: da/dz as a function of z and a = f(z), of which each formula takes what is cheaper.
            Where each neuron looks at its own z alone, that is one number a neuron,
            ``(..., neurons)``; for a function of the whole layer it is the Jacobian
            ``(..., neurons, neurons)``, whose entry i, j is ∂aᵢ/∂zⱼ.
        low, high: the range of values a, possibly infinite.
        whole_layer: whether a neuron's activation depends on its neighbours' z.

    """

    name: str
    function: Callable[[Floats], Floats]
    slope: Callable[[Floats, Floats], Floats]
    low: float
    high: float
    whole_layer: bool = False

    def derivative(self, z: Floats) -> Floats:
        """Return da/dz as a function of z alone."""
        return self.slope(z, self.function(z))

    def send_back(self, z: Floats, a: Floats, gradient: Floats) -> Floats:
        """Return ∂C/∂z from ∂C/∂a by the chain rule: ∂C/∂zⱼ = Σᵢ ∂C/∂aᵢ · ∂aᵢ/∂zⱼ."""
        slope = self.slope(z, a)
        if self.whole_layer:
            return np.asarray((gradient[..., None, :] @ slope)[..., 0, :])
        return gradient * slope


def _above_zero(z: Floats) -> Floats:
    return (z > 0).astype(np.float64)


def _sigmoid(z: Floats) -> Floats:
    # exp never sees more than 700: no overflow at z = −1000.
    return np.asarray(1 / (1 + np.exp(np.minimum(-z, 700.0))))


def _softplus(z: Floats) -> Floats:
    return np.asarray(np.logaddexp(0.0, z), dtype=np.float64)


def log_softmax(z: Floats) -> Floats:
    """Return zᵢ − ln Σⱼ exp(zⱼ) over the last axis, without overflow."""
    z = z - z.max(axis=-1, keepdims=True)
    return np.asarray(z - np.log(np.exp(z).sum(axis=-1, keepdims=True)))


def softmax(z: Floats) -> Floats:
    """Return exp(zᵢ) / Σⱼ exp(zⱼ) over the last axis, without overflow."""
    powers = np.exp(z - z.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True))


def _softmax_jacobian(_z: Floats, a: Floats) -> Floats:
    # ∂aᵢ/∂zⱼ = aᵢ (δᵢⱼ − aⱼ)
    return np.asarray(a[..., :, None] * (np.eye(a.shape[-1]) - a[..., None, :]))


def _log_softmax_jacobian(_z: Floats, a: Floats) -> Floats:
    # a is the logarithm of the softmax: ∂aᵢ/∂zⱼ = δᵢⱼ − exp(aⱼ)
    return np.asarray(np.eye(a.shape[-1]) - np.exp(a)[..., None, :])


_NODES = np.arange(-6 * 32, 6 * 32 + 1) / 32  # beyond ±6 erf is ±1 in float64


def _taylor_of_erf() -> Floats:
    """Return erf⁽ⁿ⁾(node) / n! for n = 0…7, shape ``(8, nodes)``."""
    rows = [np.array([math.erf(node) for node in _NODES])]
    before, now = np.zeros(_NODES.size), 2 / math.sqrt(math.pi) * np.exp(-(_NODES**2))
    for n in range(1, 8):
        rows.append(now / math.factorial(n))
        before, now = now, -2 * _NODES * now - 2 * (n - 1) * before  # Hermite's recursion
    return np.array(rows)


_TAYLOR = _taylor_of_erf()


def erf(x: Floats) -> Floats:
    """Return the error function, to 1e-15: eight terms of Taylor around the nearest of 385 nodes.

    numpy has none, and calling ``math.erf`` for each number of a response map is 4 times slower.
    """
    x = np.clip(x, -6.0, 6.0)
    node = np.rint(x * 32).astype(np.intp) + 6 * 32
    step = x - _NODES.take(node)  # at most 1/64
    total = _TAYLOR[-1].take(node)
    for coefficient in _TAYLOR[-2::-1]:
        total = total * step + coefficient.take(node)
    return np.asarray(total)


def _normal_share(z: Floats) -> Floats:
    """Return Φ(z), the share of a normal distribution below z."""
    return (1 + erf(z * math.sqrt(0.5))) / 2


def _gelu_slope(z: Floats, _a: Floats) -> Floats:
    # d(z Φ(z))/dz = Φ(z) + z φ(z)
    return np.asarray(_normal_share(z) + z * np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi))


def _table(*activations: Activation) -> dict[str, Activation]:
    return {activation.name: activation for activation in activations}


ACTIVATIONS = _table(
    # The threshold unit fires when z exceeds 0, strictly; where it has a slope, that is 0.
    Activation("step", _above_zero, lambda z, _a: np.zeros(z.shape), 0.0, 1.0),
    Activation("identity", lambda z: z, lambda z, _a: np.ones(z.shape), -np.inf, np.inf),
    Activation("sigmoid", _sigmoid, lambda _z, a: a * (1 - a), 0.0, 1.0),
    Activation("tanh", np.tanh, lambda _z, a: 1 - a * a, -1.0, 1.0),
    # At z = 0 the derivatives are PyTorch's: 0 for relu, the slope for leaky_relu.
    Activation("relu", lambda z: np.maximum(z, 0.0), lambda z, _a: _above_zero(z), 0.0, np.inf),
    Activation(
        "leaky_relu",
        lambda z: np.where(z > 0, z, 0.01 * z),
        lambda z, _a: np.where(z > 0, 1.0, 0.01),
        -np.inf,
        np.inf,
    ),
    # The exact form z Φ(z); its lowest value is −0.16997… at z = −0.7518.
    Activation("gelu", lambda z: z * _normal_share(z), _gelu_slope, -0.17, np.inf),
    Activation("softplus", _softplus, lambda z, _a: _sigmoid(z), 0.0, np.inf),
)
"""What a neuron can do by itself."""

LAYER_ACTIVATIONS = _table(
    Activation("softmax", softmax, _softmax_jacobian, 0.0, 1.0, whole_layer=True),
    Activation("log_softmax", log_softmax, _log_softmax_jacobian, -np.inf, 0.0, whole_layer=True),
)
"""What only a whole layer can do, because each neuron is compared with its neighbours."""

_ALL = ACTIVATIONS | LAYER_ACTIVATIONS


def activation_of_layer(name: str) -> Activation:
    """Return the activation that a layer may have; a sentence names the known ones otherwise."""
    if name not in _ALL:
        raise ValueError(f"There is no activation {name!r}; choose one of {', '.join(_ALL)}.")
    return _ALL[name]
