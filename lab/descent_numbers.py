"""The numbers of one step of an optimizer, as people write them."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.backpropagation_notation import SUPERSCRIPTS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from lab.descent_run import Path
    from lab.walkers import Walker

    Floats = NDArray[np.float64]
    Lines = tuple[str, ...]


def number(value: float) -> str:
    """Write a number with 3 significant digits and a true minus sign."""
    text = f"{value + 0.0:.3g}"
    if "e" in text:
        mantissa, exponent = text.split("e")
        text = f"{mantissa}·10{str(int(exponent)).translate(SUPERSCRIPTS)}"
    return text.replace("-", "−")


def vector(values: Iterable[float]) -> str:
    """Write a place or an arrow as (x, y)."""
    return f"({', '.join(number(value) for value in values)})"


def defaults(walker: Walker) -> dict[str, Any]:
    """Return the options that PyTorch gives an optimizer which is given none."""
    parameters = inspect.signature(walker.type).parameters.values()
    return {p.name: p.default for p in parameters if p.default is not p.empty}


class Step:
    """The numbers of one step."""

    def __init__(self, walker: Walker, path: Path, step: int) -> None:
        self._path, self._at = path, step
        self.options: dict[str, Any] = {**defaults(walker), **walker.settings}
        self.here, self.there = path.positions[step], path.positions[step + 1]
        self.raw = path.taken[step]
        self.decay = float(self.options.get("weight_decay", 0))
        self.rate = float(path.learning_rates[step])
        self.coupled = self.decay if walker.name != "adamw" else 0.0
        self.gradient = self.raw + self.coupled * self.here
        self.eta = number(self.rate)
        self.g = vector(self.gradient)
        self.count = step + 1

    def before(self, name: str) -> Floats:
        """Return what the optimizer remembered before the step."""
        return self._kept(name, self._at)

    def after(self, name: str) -> Floats:
        """Return what it remembers after the step."""
        return self._kept(name, self._at + 1)

    def _kept(self, name: str, at: int) -> Floats:
        rows = self._path.internals.get(name)  # there is none before an optimizer has moved
        return np.zeros(2) if rows is None else rows[at]

    def given(self) -> Lines:
        """Return the line of the gradient."""
        if not self.coupled:
            return (f"g = {self.g}",)
        written = f"{vector(self.raw)} + {number(self.coupled)}·{vector(self.here)}"
        return (f"g ← {written} = {self.g}",)

    def arrival(self, arrow: str) -> str:
        """Return the line of the move: θ ← here − arrow = there."""
        return f"θ ← {vector(self.here)} − {arrow} = {vector(self.there)}"

    def mean(self, letter: str, name: str, beta: float, what: Floats, power: str = "") -> str:
        """Return the line of a running mean."""
        new = f"{number(1 - beta)}·{vector(what)}{power}"
        old = f"{number(beta)}·{vector(self.before(name))}"
        return f"{letter} ← {old} + {new} = {vector(self.after(name))}"
