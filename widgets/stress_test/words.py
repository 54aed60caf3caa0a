"""What two stress tests say, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.explained import METHODS

if TYPE_CHECKING:
    from lab.stress import Scores, Stressed

STAYS = 0.5
"""The rank correlation from which on a map counts as not minding random weights."""

MOST = 0.5
"""The share of a map, or of what in it speaks for a class, that counts as most of it."""


def said(
    state: str, name: str, clean: Stressed | None, planted: Stressed | None
) -> tuple[str, ...]:
    """Return what is to be seen, one sentence a line.

    Args:
        state: of both runs.
        name: of the class that is explained.
        clean: of the network that learnt without the marker.
        planted: of the network that learnt with it.
    """
    if clean is None or planted is None:
        return ("The networks are asked for their first maps.",)
    if state in {"starting", "ready"}:
        return ("Nothing is learnt yet: these maps show chance.", "Train both.")
    if state == "running":
        return ("Watch the maps of the network that learns with the letters, epoch by epoch.",)
    sentences = [_finds(name, clean, planted), _cheats(name, planted), _minds(planted)]
    return tuple(sentence for sentence in sentences if sentence) or (
        "The methods are tried on more images, and then with random weights.",
    )


def _finds(name: str, clean: Stressed, planted: Stressed) -> str:
    if not all(_complete(one) for found in (clean, planted) for one in found.scores):
        return ""
    known = {one.method: one for one in clean.scores if one.images}
    both = [(one, known[one.method]) for one in planted.scores if one.method in known]
    if not both:
        return ""
    best, other = max(both, key=lambda pair: pair[0].share)
    found = [one for one, _ in both if one.share > MOST]
    method = METHODS[best.method]
    what = f"what speaks for {name}" if method.signed else "its map"
    first = (
        f"{method.title} puts {_percent(best.share)} of {what} on the letters, "
        f"where they were learnt, and {_percent(other.share)} where not."
    )
    rest = len(both) - len(found)
    if not found:
        return f"{first} With no method here it is most of it."
    return f"{first} With {_count(rest)} of the {len(both)} methods it is less than half."


def _cheats(name: str, planted: Stressed) -> str:
    if len(planted.recognised) < 2:
        return ""
    with_marker, without = planted.recognised[:2]
    if with_marker - without < 0.2:
        return ""
    return f"Without the letters, that network recognises {_percent(without)} of the {name}."


def _minds(planted: Stressed) -> str:
    ends = [
        one
        for one in planted.scores
        if len(one.correlations) == len(planted.layers) + 1 and one.images
    ]
    if planted.share_done < 1 or not ends:
        return ""
    stays = max(ends, key=lambda one: one.correlations[-1])
    title, rank = METHODS[stays.method].title, stays.correlations[-1]
    if rank < STAYS:
        return f"With all layers random, no map stays: the most alike is {title} with {rank:.2f}."
    return (
        f"With all layers random, {title} still ranks the pixels much as before ({rank:.2f}): "
        "it shows the image as much as the network."
    )


def _complete(scores: Scores) -> bool:
    return scores.images > 1 or bool(scores.problem)


def _count(number: int) -> str:
    return "none" if number == 0 else str(number)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
