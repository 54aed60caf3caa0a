"""What a loss says in words: the formula, the formula with its numbers, and what that means."""

from __future__ import annotations

from math import floor, log10
from typing import TYPE_CHECKING

from widgets.loss_functions.kinds import ORGANS

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


def of_numbers(
    loss: str, output: Floats, target: Floats, each: Sequence[float], value: float
) -> dict[str, str]:
    """Speak of a squared error."""
    pairs = zip(output.tolist(), target.tolist(), strict=True)
    terms = " + ".join(f"({a:.2f} − {t:.2f})²" for a, t in pairs)
    count = len(each)
    mean = loss == "mse_loss"
    gradient = f"2 (prediction − target) / {count}" if mean else "prediction − target"
    meaning = f"The loss is {value:.2f}."
    if value == 0:
        meaning = "The loss is 0: every prediction is exact."
    elif count > 1:
        worst = max(range(count), key=each.__getitem__)
        share = each[worst] / sum(each)
        meaning += f" Patient {worst + 1} alone makes {percent(share)} of it."
    return {
        "symbols": "L = mean of (prediction − target)²"
        if mean
        else "L = ½ · sum of (prediction − target)²",
        "working": f"({terms}) / {count} = {value:.2f}" if mean else f"½ ({terms}) = {value:.2f}",
        "meaning": meaning,
        "compared": f"Gradient: ∂L/∂prediction = {gradient}. "
        "An arrow is one step against it with learning rate 1.",
    }


def of_yes_or_no(
    shares: Floats, target: Floats, each: Sequence[float], value: float, push: tuple[float, float]
) -> dict[str, str]:
    """Speak of a binary cross-entropy; ``push`` are its gradient and that of a squared error."""
    count = len(each)
    given = [p if t else 1 - p for p, t in zip(shares.tolist(), target.tolist(), strict=True)]
    terms = " ".join(f"− ln {three(p)}" for p in given).removeprefix("− ")
    worst = max(range(count), key=each.__getitem__)
    said = "sick" if target[worst] == 0 else "healthy"
    truth = "healthy" if target[worst] == 0 else "sick"
    alone = "this alone costs" if count > 1 else "this costs"
    meaning = (
        f"The network is {percent(1 - given[worst])} sure that patient {worst + 1} is {said}, "
        f"and wrong: {alone} {each[worst]:.2f}."
    )
    if given[worst] > 0.5:
        meaning = (
            f"Right every time; the dearest is patient {worst + 1}, {truth} by "
            f"{percent(given[worst])}: {each[worst]:.2f}."
        )
    elif given[worst] == 0.5:
        meaning = f"The network cannot tell whether patient {worst + 1} is sick: {each[worst]:.2f}."
    return {
        "symbols": "L = mean of −ln(the probability that the network gives to the truth)",
        "working": f"(−{terms}) / {count} = {value:.2f}",
        "meaning": meaning,
        "compared": _pushes(f"patient {worst + 1}", push),
    }


def of_classes(
    shares: Floats, true: int, value: float, push: tuple[float, float]
) -> dict[str, str]:
    """Speak of a cross-entropy; ``push`` are its gradient and that of a squared error."""
    likeliest = int(shares.argmax())
    meaning = f"The network gives {percent(shares[true])} to the truth, {ORGANS[true]}: "
    if shares[likeliest] > shares[true]:
        meaning = (
            f"The network is {percent(shares[likeliest])} sure that this is {ORGANS[likeliest]}, "
            f"and it is {ORGANS[true]}: "
        )
    return {
        "symbols": "L = −ln(the probability of the true class)",
        "working": f"−ln {three(float(shares[true]))} = {value:.2f}",
        "meaning": f"{meaning}the loss is {value:.2f}.",
        "compared": _pushes(f"the logit of {ORGANS[true]}", push),
    }


def _pushes(what: str, push: tuple[float, float]) -> str:
    own, squared = (("−" if one < 0 else "+") + three(abs(one)) for one in push)
    return (
        f"The gradient at {what} is {own}. A squared error on the probabilities would give "
        f"only {squared}."
    )


def percent(share: float) -> str:
    """Write a share as a percentage that is never rounded to certainty."""
    if share > 0.999:
        return "more than 99.9 %"
    if share < 0.001:
        return "less than 0.1 %"
    return f"{100 * share:.1f} %" if not 0.01 <= share <= 0.99 else f"{100 * share:.0f} %"


def three(value: float) -> str:
    """Write a number between 0 and 1 with three decimals, more where it would vanish."""
    if 0 < value < 1e-6:
        return "less than 0.000001"
    digits = 3 if value >= 0.01 or value == 0 else 1 - floor(log10(value))
    return f"{value:.{digits}f}"
