"""What can be wrong with the data a network learns from and is tested on, and what it costs.

Of the organs, where each flaw can be put in and taken out while everything else stays the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lab.datasets import load
from lab.datasets.organs import ORGANS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from lab.class_scores import ClassScores

LEARNT, TESTED = "kidneys", "colon"
"""Whose images show a flaw: one to learn from and one of the test."""

FEW = 150
"""So many images are drawn to show two of them and how many there are of each class."""


@dataclass(frozen=True)
class Flaw:
    """One thing that is wrong with the data.

    Attributes:
        title: what it is called.
        words: what is done, in a sentence or two.
        lesson: what it teaches, for when it was seen.
        options: of the organs, see ``lab.datasets.organs.Options``.
    """

    title: str
    words: str
    lesson: str
    options: Mapping[str, Any]


FLAWS: dict[str, Flaw] = {
    "imbalance": Flaw(
        "Imbalance",
        "Twenty times as many livers to learn from as kidneys. The test has as many of each.",
        "A test with as few kidneys would hardly have shown it in the accuracy.",
        {"imbalance": 20},
    ),
    "artefact": Flaw(
        "Artefact",
        "All kidneys to learn from bear the letters ICU. In the test the colons bear them.",
        "It has learnt to read. A test with the letters on the kidneys would have praised it.",
        {"shortcut": True},
    ),
    "shift": Flaw(
        "Domain shift",
        "The test comes from another scanner: less contrast, brighter, blurred and turned.",
        "Images of the first scanner alone would never have shown it.",
        {"shift": 0.7},
    ),
    "noise": Flaw(
        "Noise",
        "A poor scanner: four times the noise, in the images to learn from and in the test.",
        "What the images do not show, no training can find.",
        {"noise": 0.2},
    ),
}
"""The flaws, by the names by which they are switched on."""


@dataclass(frozen=True, eq=False)
class Example:
    """What a flaw does to an image to learn from, to one of the test, and to the numbers of images.

    Attributes:
        learnt: ``(H, W)`` uint8.
        tested: ``(H, W)`` uint8.
        counts: ``(classes,)`` how many images of each class there are to learn from.
        test_counts: ``(classes,)`` the same of the test.
    """

    learnt: NDArray[np.uint8]
    tested: NDArray[np.uint8]
    counts: NDArray[np.int64]
    test_counts: NDArray[np.int64]


class Trial(NamedTuple):
    """A network that has learnt from data with some flaws, and how well it did in the test."""

    flaws: tuple[str, ...]
    seed: int
    scores: ClassScores


def with_flaws(options: Mapping[str, Any], flaws: Sequence[str]) -> dict[str, Any]:
    """Return the options of the organs with these flaws and no other."""
    own = {name for flaw in FLAWS.values() for name in flaw.options}
    kept = {name: value for name, value in options.items() if name not in own}
    for name in flaws:
        kept |= FLAWS[name].options
    return kept


def example(options: Mapping[str, Any], flaws: Sequence[str]) -> Example:
    """Draw what flaws do; the same two people each time."""
    data = load("organs", **with_flaws({**options, "count": FEW}, flaws))
    images = (
        part[np.flatnonzero(labels == ORGANS.index(organ))[0], 0]
        for part, labels, organ in (
            (data.train_images, data.train_labels, LEARNT),
            (data.test_images, data.test_labels, TESTED),
        )
    )
    counts = (
        np.bincount(one, minlength=len(ORGANS)) for one in (data.train_labels, data.test_labels)
    )
    return Example(*images, *counts)


def named(flaws: Sequence[str]) -> str:
    """Return what data with these flaws are called: "noise", "artefact and noise"."""
    titles = [FLAWS[name].title.lower() for name in flaws]
    if not titles:
        return "as it should be"
    return " and ".join(filter(None, [", ".join(titles[:-1]), titles[-1]]))


def beginning(now: tuple[Sequence[str], int], others: Sequence[tuple[Sequence[str], int]]) -> str:
    """Say what begins to learn.

    Args:
        now: its flaws and its seed.
        others: those of the networks that have learnt before.
    """
    flaws, seed = now
    if not others:
        return "The first network learns. Then switch something on, and see what becomes of its F1."
    again = "a new network learns."
    if any(tuple(one) == tuple(flaws) for one, _ in others):
        return f"The same data and seed {seed}: {again}"
    if not flaws:
        return f"Nothing is switched on: {again}"
    return f"{named(flaws).capitalize()} {'is' if len(flaws) == 1 else 'are'} on: {again}"


def verdict(trials: Sequence[Trial], now: Trial, class_names: Sequence[str]) -> list[str]:
    """Say what the last trial shows beside those before it.

    Args:
        trials: all that are complete, ``now`` among them.
        now: the last one.
        class_names: one name a class.
    """
    sentences = []
    sound = [one for one in trials if not one.flaws]
    before = next((one for one in sound if one.seed == now.seed), sound[0] if sound else None)
    if now.flaws and before is not None:
        sentences += _change(before, now, class_names)
    else:
        mean = now.scores.macro["f1"]
        ends = f"{_percent(mean.low)} to {_percent(mean.high)}"
        what = "Data as they should be" if not now.flaws else f"With {named(now.flaws)}"
        sentences.append(f"{what}: a mean F1 of {_percent(mean.value)} ({ends}).")
    if len(trials) == 1 and not now.flaws:
        sentences.append("Switch something on, and see what becomes of it.")
    alike = [one.scores.macro["f1"].value for one in trials if one.flaws == now.flaws]
    if len(alike) > 1:
        sentences.append(
            f"The same images with {len(alike)} seeds: from {_percent(min(alike))} to "
            f"{_percent(max(alike))}. Whoever reports one of them should say so."
        )
    return sentences


def _change(before: Trial, now: Trial, class_names: Sequence[str]) -> list[str]:
    """Say what the mean F1 was and is, which class has lost most, and how sure that is."""
    was, is_ = before.scores.macro["f1"], now.scores.macro["f1"]
    title = named(now.flaws).capitalize()
    change = f"from {_percent(was.value)} to {_percent(is_.value)}"
    if before.seed != now.seed:
        change = (
            f"from {_percent(was.value)} with seed {before.seed} to {_percent(is_.value)} with "
            f"seed {now.seed}"
        )
    said = [f"{title}: the mean F1 goes {change}."]
    f1s = [np.nan_to_num(one.scores.f1.value) for one in (before, now)]
    lost = f1s[0] - f1s[1]
    worst = int(lost.argmax())
    if lost[worst] > 0:
        said.append(
            f"Hardest hit: {class_names[worst]}, from {_percent(f1s[0][worst])} to "
            f"{_percent(f1s[1][worst])}."
        )
    apart = is_.high < was.low or was.high < is_.low
    said.append(
        "The intervals lie apart."
        if apart
        else "The intervals overlap: with so few test images this may be chance."
    )
    if apart and len(now.flaws) == 1:
        said.append(FLAWS[now.flaws[0]].lesson)
    return said


def _percent(share: Any) -> str:  # noqa: ANN401 - a number of Python's or of numpy's
    return f"{100 * float(share):.0f}\u00a0%"
