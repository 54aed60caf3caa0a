"""What one step of an optimizer is, written out: in symbols, and with its present numbers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import torch

from lab.descent_code import code
from lab.descent_numbers import Step, defaults, number, vector

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from lab.descent_run import Path
    from lab.walkers import Walker

    Floats = NDArray[np.float64]
    Lines = tuple[str, ...]

__all__ = ["code", "formula", "number", "symbols", "vector"]


def formula(walker: Walker, path: Path, step: int) -> tuple[str, ...]:
    """Write out the step that leads from position ``step`` to the next, with its numbers.

    Options that change the update in a way that is not written here give the general lines: the
    position, the gradient, the step taken.
    """
    if not 0 <= step < path.steps:
        raise ValueError(
            f"The path has {path.steps} steps, counted from 0, so there is no step {step}."
        )
    write = _writer(walker)
    return write.numbers(Step(walker, path, step)) if write else _general(path, step)


def symbols(walker: Walker) -> tuple[str, ...]:
    """Write the update in symbols: θ is the position, g the gradient, η the learning rate."""
    write = _writer(walker)
    if write is None:
        return ("θ ← θ + step",)
    return (*_decay_symbols(walker), *write.symbols)


def _general(path: Path, step: int) -> Lines:
    here, there = path.positions[step], path.positions[step + 1]
    return (
        f"g = {vector(path.taken[step])}",
        f"step = {vector(there - here)}",
        f"θ = {vector(here)} + {vector(there - here)} = {vector(there)}",
    )


@dataclass(frozen=True)
class _Written:
    """An update in symbols, how it is written with numbers, and the options that it knows."""

    symbols: Lines
    numbers: Callable[[Step], Lines]
    options: frozenset[str] = frozenset()


def _plain(step: Step) -> Lines:
    return (*step.given(), step.arrival(f"{step.eta}·{step.g}"))


def _momentum(step: Step) -> Lines:
    old, new = step.before("velocity"), step.after("velocity")
    beta = number(step.options["momentum"])
    line = f"v ← {beta}·{vector(old)} + {step.g} = {vector(new)}"
    arrow = vector(new)
    if step.options["nesterov"]:
        arrow = f"({step.g} + {beta}·{vector(new)})"
    return (*step.given(), line, step.arrival(f"{step.eta}·{arrow}"))


def _adagrad(step: Step) -> Lines:
    old, new = step.before("sum of squares"), step.after("sum of squares")
    return (
        *step.given(),
        f"s ← {vector(old)} + {step.g}² = {vector(new)}",
        step.arrival(f"{step.eta}·{step.g} / √{vector(new)}"),
    )


def _rmsprop(step: Step) -> Lines:
    new = step.after("second moment")
    return (
        *step.given(),
        step.mean("s", "second moment", step.options["alpha"], step.gradient, "²"),
        step.arrival(f"{step.eta}·{step.g} / √{vector(new)}"),
    )


def _moments(step: Step) -> tuple[Lines, Floats, Floats]:
    """Return the lines of Adam's two means, and the means corrected for their start at 0."""
    one, two = step.options["betas"]
    lines = (
        *step.given(),
        step.mean("m", "first moment", one, step.gradient),
        step.mean("v", "second moment", two, step.gradient, "²"),
    )
    first = step.after("first moment") / (1 - one**step.count)
    return lines, first, step.after("second moment") / (1 - two**step.count)


def _adam(step: Step) -> Lines:
    lines, first, second = _moments(step)
    return (
        *lines,
        f"m̂ = {vector(first)}, v̂ = {vector(second)}",
        step.arrival(f"{step.eta}·m̂ / √v̂"),
    )


def _adamw(step: Step) -> Lines:
    lines, first, second = _moments(step)
    kept = f"(1 − {number(step.rate * step.decay)})·{vector(step.here)}"
    return (
        *lines,
        f"m̂ = {vector(first)}, v̂ = {vector(second)}",
        f"θ ← {kept} − {step.eta}·m̂ / √v̂ = {vector(step.there)}",
    )


def _nadam(step: Step) -> Lines:
    lines, _, second = _moments(step)
    beta, psi = step.options["betas"][0], step.options["momentum_decay"]
    share = [beta * (1 - 0.5 * 0.96 ** (t * psi)) for t in range(1, step.count + 2)]
    so_far = float(np.prod(share[:-1]))
    ahead = share[-1] * step.after("first moment") / (1 - so_far * share[-1])
    first = ahead + (1 - share[-2]) * step.gradient / (1 - so_far)
    return (
        *lines,
        f"m̂ = {vector(first)}, v̂ = {vector(second)}",
        step.arrival(f"{step.eta}·m̂ / √v̂"),
    )


def _rprop(step: Step) -> Lines:
    old, new = step.before("step size"), step.after("step size")
    signs = np.sign(step.after("previous gradient"))
    return (
        f"g = {step.g}, before {vector(step.before('previous gradient'))}",
        f"s ← {vector(new)}, from {vector(old)}",
        step.arrival(f"{vector(new)}·{vector(signs)}"),
    )


def _lbfgs(step: Step) -> Lines:
    move, direction = step.there - step.here, step.after("direction")
    size = float(direction @ direction)
    length = float(move @ direction) / size if size else 0.0
    return (
        f"g = {step.g}",
        f"d = {vector(direction)}, t = {number(length)}",
        f"θ ← {vector(step.here)} + {number(length)}·{vector(direction)} = {vector(step.there)}",
    )


def _newton(step: Step) -> Lines:
    rows = ", ".join(vector(step.after(f"Hessian, {row} row")) for row in ("first", "second"))
    direction = vector(step.after("direction"))
    return (
        f"g = {step.g}",
        f"H = ({rows})",
        f"d = H⁻¹·g = {direction}",
        step.arrival(f"{step.eta}·{direction}"),
    )


ADAM = ("m ← β₁·m + (1 − β₁)·g", "v ← β₂·v + (1 − β₂)·g²")
CORRECTED = "m̂ = m / (1 − β₁ᵗ), v̂ = v / (1 − β₂ᵗ)"
BETAS = frozenset({"betas", "eps", "weight_decay"})
WRITTEN = {
    "gradient descent": _Written(("θ ← θ − η·g",), _plain, frozenset({"weight_decay"})),
    "momentum": _Written(
        ("v ← β·v + g", "θ ← θ − η·v"), _momentum, frozenset({"momentum", "weight_decay"})
    ),
    "nesterov": _Written(
        ("v ← β·v + g", "θ ← θ − η·(g + β·v)"),
        _momentum,
        frozenset({"momentum", "nesterov", "weight_decay"}),
    ),
    "adagrad": _Written(
        ("s ← s + g²", "θ ← θ − η·g / (√s + ε)"),
        _adagrad,
        frozenset({"weight_decay", "eps", "initial_accumulator_value"}),
    ),
    "rmsprop": _Written(
        ("s ← α·s + (1 − α)·g²", "θ ← θ − η·g / (√s + ε)"),
        _rmsprop,
        frozenset({"alpha", "eps", "weight_decay"}),
    ),
    "adam": _Written((*ADAM, CORRECTED, "θ ← θ − η·m̂ / (√v̂ + ε)"), _adam, BETAS),
    "adamw": _Written((*ADAM, CORRECTED, "θ ← (1 − η·λ)·θ − η·m̂ / (√v̂ + ε)"), _adamw, BETAS),
    "nadam": _Written(
        (
            *ADAM,
            "m̂ = μₜ₊₁·m / (1 − μ₁⋯μₜ₊₁) + (1 − μₜ)·g / (1 − μ₁⋯μₜ)",
            "θ ← θ − η·m̂ / (√(v / (1 − β₂ᵗ)) + ε)",
        ),
        _nadam,
        BETAS | {"momentum_decay"},
    ),
    "rprop": _Written(
        (
            "s ← 1.2·s where g keeps its sign, 0.5·s where it flips",
            "θ ← θ − s·sign(g), and no step where it flips",
        ),
        _rprop,
    ),
    "lbfgs": _Written(
        ("d = −H⁻¹·g, H estimated from the last steps", "θ ← θ + t·d, t found along the line"),
        _lbfgs,
        frozenset({"max_iter", "max_eval", "line_search_fn", "history_size"}),
    ),
    "newton": _Written(("d = H⁻¹·g, H the Hessian", "θ ← θ − η·d"), _newton),
}


def _writer(walker: Walker) -> _Written | None:
    """Return how an optimizer's update is written, if its options leave it as it is written."""
    if not isinstance(walker.optimizer, str):
        return None
    settings, usual = walker.settings, defaults(walker)
    changed = {name for name, value in settings.items() if value != usual.get(name)}
    name = walker.optimizer
    if walker.type is torch.optim.SGD:  # momentum by option is momentum all the same
        momentum = "momentum" if settings.get("momentum") else "gradient descent"
        name = "nesterov" if settings.get("nesterov") else momentum
    return WRITTEN[name] if changed <= WRITTEN[name].options else None


def _decay_symbols(walker: Walker) -> Lines:
    decays = walker.name != "adamw" and walker.settings.get("weight_decay")
    return ("g ← g + λ·θ",) if decays else ()
