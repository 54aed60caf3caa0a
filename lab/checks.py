"""Checks of a value that somebody gave: one sentence says what is wrong and what would be right."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from numbers import Integral, Real
from typing import Any

LONG = 10**18
"""Whole numbers from here on are not written out: Python refuses to, and nobody reads them."""


def whole(name: str, value: object, least: int, most: int) -> int:
    """Return a whole number in a range, or refuse it in one sentence."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, not {value!r:.60}.")
    result = int(value)
    if not least <= result <= most:
        given = str(result) if abs(result) < LONG else "a number of more than 18 digits"
        raise ValueError(f"{name} must lie between {least} and {most}, not {given}.")
    return result


def number(
    name: str,
    value: object,
    *,
    above: float = -math.inf,
    least: float = -math.inf,
    most: float = math.inf,
    below: float = math.inf,
) -> float:
    """Return a finite number in a range (``above`` and ``below`` leave it out), or refuse it."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, not {value!r:.60}.")
    try:
        result = float(value)
    except OverflowError:  # a whole number or a fraction that no float can hold
        result = -math.inf if value < 0 else math.inf
    if not (math.isfinite(result) and above < result < below and least <= result <= most):
        limits = [
            f"{words} {limit:g}"
            for words, limit in (
                ("above", above),
                ("at least", least),
                ("at most", most),
                ("below", below),
            )
            if math.isfinite(limit)
        ]
        raise ValueError(f"{name} must be a finite number {' and '.join(limits)}, not {result:g}.")
    return result


def one_of(name: str, value: object, choices: tuple[str, ...]) -> str:
    """Return one of the choices, or refuse the value and list them."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(
            f"{name} must be one of {', '.join(map(repr, choices))}, not {value!r:.60}."
        )
    return value


def table(name: str, value: object) -> dict[str, Any]:
    """Return a copy of a table whose keys are names, or refuse it."""
    if not isinstance(value, Mapping) or not all(isinstance(key, str) for key in value):
        raise TypeError(f"{name} must be a table such as {{'size': 32}}, not {value!r:.60}.")
    return dict(value)


def known_names(refusal: str, given: Iterable[str], names: Sequence[str]) -> None:
    """Refuse names that nothing has, and say which one may be meant.

    Args:
        refusal: how the sentence begins, before the name.
        given: the names.
        names: all that there are.
    """
    for name in given:
        if name not in names:
            close = get_close_matches(name, names, n=1)
            advice = f"did you mean {close[0]!r}?" if close else f"it has {', '.join(names)}."
            raise TypeError(f"{refusal} {name!r}: {advice}")
