"""What the measured numbers say, in words that they bear out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.map_limits import Alarms, Limits

Card = dict[str, str]

ALIKE, SOMEWHAT = 0.5, 0.2
"""From which rank correlation on two maps are alike, and are not much apart."""

ONE_PERCENT = 0.01

AS_SHARP = 0.9
"""From which share on a map is about as sharp as another."""


def words(limits: Limits, sure: float) -> list[Card]:
    """Return of each of three cards the number and the sentence.

    Args:
        limits: what was measured.
        sure: the probability that the network gave to the mistake that is shown.
    """
    of = f"mean of {limits.count} images"
    return [
        {
            "number": _signed(limits.classes),
            "unit": f"rank correlation, {of}",
            "sentence": _classes(limits.classes),
        },
        {
            "number": _signed(limits.random),
            "unit": f"rank correlation, {of}",
            "sentence": _random(limits.random),
        },
        _mistakes(limits, sure),
    ]


def _classes(correlation: float) -> str:
    if correlation >= ALIKE:
        return (
            "Much the same places count for two classes (sign ignored): "
            "where it looks does not say why."
        )
    if correlation >= SOMEWHAT:
        return (
            "Partly the same places count for two classes (sign ignored): "
            "where it looks does not say why."
        )
    return "The two maps differ, but what it sees in those places, neither of them says."


def _random(correlation: float) -> str:
    if correlation >= ALIKE:
        return "These maps rank the pixels much as those of a random network do (sign ignored)."
    if correlation >= SOMEWHAT:
        return "These maps rank the pixels partly as those of a random network do (sign ignored)."
    return "This method minds the weights, as it should. Yet chance draws a map, too."


def _mistakes(limits: Limits, sure: float) -> Card:
    if np.isnan(limits.wrong_sharp):
        return {
            "number": "–",
            "unit": "no mistake in this test",
            "sentence": "Put a flaw into the data: then there are some to look at.",
        }
    alike = limits.wrong_sharp >= AS_SHARP * limits.sharp
    return {
        "number": _percent(limits.wrong_sharp),
        "unit": (
            "of the map lies in a tenth of the pixels for mistakes, "
            f"{_percent(limits.sharp)} for right answers"
        ),
        "sentence": (
            "The map of a wrong answer is as sharp as that of a right one."
            if alike
            else "Mistakes have less sharp maps here, but each looks like a reason."
        )
        + f" This mistake was {_floored(sure)} sure.",
    }


def clinic_words(clinic: Alarms, names: Sequence[str]) -> Card:
    """Return the number and the sentence of the card on clinical use."""
    name = names[clinic.label]
    return {
        "number": f"{_percent(clinic.here)} → {_fine(clinic.there)}",
        "unit": f"of the answers “{name}” are right: here → where 1 in 100 is",
        "sentence": (
            f"Of 1000 people it finds {clinic.found} of {clinic.ill} (●) "
            f"and gives {clinic.false} false alarms (○)."
        ),
    }


def _percent(share: float) -> str:
    return f"{100 * share:.0f}\u00a0%"


def _fine(share: float) -> str:
    """Write a share so that one of 250 is not called none."""
    return f"{100 * share:.1f}\u00a0%" if 0 < share < ONE_PERCENT else _percent(share)


def _floored(share: float) -> str:
    """Write a probability so that only all is 100 %."""
    return f"{int(1000 * share) / 10:.1f}\u00a0%"


def _signed(value: float) -> str:
    return f"{value:.2f}".replace("-", "−")
