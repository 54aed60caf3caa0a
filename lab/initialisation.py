"""How the first weights are drawn, with the names and formulas of ``torch.nn.init``."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BOUNDS: dict[str, Callable[[int, int], float]] = {
    # what torch.nn.Linear does by itself
    "uniform": lambda _outputs, inputs: 1 / math.sqrt(inputs),
    # torch.nn.init.xavier_uniform_ (Glorot and Bengio, 2010), gain 1
    "xavier": lambda outputs, inputs: math.sqrt(6 / (inputs + outputs)),
    # torch.nn.init.kaiming_uniform_(nonlinearity="relu") (He et al., 2015)
    "he": lambda _outputs, inputs: math.sqrt(6 / inputs),
}
"""Weights are drawn evenly from −bound to bound."""

SCHEMES = ("normal", "uniform", "xavier", "he", "zeros")
"""``normal`` is ``torch.nn.init.normal_``, mean 0 and deviation 1; ``zeros`` shows what goes wrong
when all neurons of a layer start alike: they stay alike."""


def draw(scheme: str, outputs: int, inputs: int, random: np.random.Generator) -> Floats:
    """Return weights of shape ``(outputs, inputs)``."""
    shape = (outputs, inputs)
    if scheme in BOUNDS:
        bound = BOUNDS[scheme](outputs, inputs)
        return random.uniform(-bound, bound, shape)
    if scheme == "normal":
        return random.standard_normal(shape)
    if scheme == "zeros":
        return np.zeros(shape)
    raise ValueError(f"There is no scheme {scheme!r}; choose one of {', '.join(SCHEMES)}.")
