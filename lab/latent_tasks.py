"""Tasks about a latent space that check themselves from what a learner has found in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.neighbours import nearest_on_map, neighbours

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

PARTED = 2.0
"""From this distance on, in units of their own spread, two classes count as apart."""
ISLAND = 20
"""So many images of one class are an island."""
AROUND = 10
"""How many neighbours are looked at."""
STRAYED = 7
"""With so many neighbours of another class, an image lies among that class."""
TORN = 2
"""With so few neighbours in common, the map shows an image in the wrong place."""


@dataclass(frozen=True)
class Verdict:
    """Whether a task is solved, and what was found and what to try next, in a sentence or two."""

    solved: bool
    sentence: str


@dataclass(frozen=True)
class Task:
    """A question about a latent space.

    Attributes:
        name: what it is called.
        question: what is to be found; ``{a}`` and ``{b}`` stand for two classes.
    """

    name: str
    question: str


TASKS = {
    task.name: task
    for task in (
        Task(
            "parting",
            "At which epoch do {a} and {b} part? Train, find the moment on the time line, and "
            "press the button.",
        ),
        Task("island", "Gather an island: at least 20 images, all of one class."),
        Task("stray", "Choose a mistake that lies among the class it was taken for."),
        Task("torn", "Choose an image whose neighbours on the map are not its neighbours."),
    )
}


def distance(vectors: ArrayLike, labels: ArrayLike, a: int, b: int) -> float | None:
    """Return how far apart two classes are, in units of their own spread.

    The distance between the two middles, divided by how far the images are from the middle of their
    own class on average (of both classes alike). ``None`` where a class has fewer than two images,
    or no spread.
    """
    rows, kinds = np.asarray(vectors, np.float64), np.asarray(labels)
    groups = [rows[kinds == kind] for kind in (a, b)]
    if min(map(len, groups)) < 2:
        return None
    middles = [group.mean(axis=0) for group in groups]
    pairs = zip(groups, middles, strict=True)
    spread = float(np.mean([np.linalg.norm(rows - mid, axis=1).mean() for rows, mid in pairs]))
    return float(np.linalg.norm(middles[0] - middles[1])) / spread if spread > 0 else None


def check_parting(
    answer: float | None, seen: Mapping[float, float], names: tuple[str, str]
) -> Verdict:
    """Look at the epoch at which the learner saw two classes part.

    Args:
        answer: the epoch that was chosen, such as 2.5; ``None`` before there is one.
        seen: their ``distance`` at every epoch that was looked at so far.
        names: what the two classes are called.
    """
    a, b = names
    parted = [epoch for epoch, far in seen.items() if far >= PARTED]
    if not parted:
        return Verdict(False, f"{a} and {b} have not parted yet: train on.")
    if answer is None:
        return Verdict(
            False,
            f"Apart: the middles of {a} and {b} are {PARTED:g} times as far from one another as "
            "the images are from their own middle, on average.",
        )
    first = min(parted)
    nearest = min(seen, key=lambda epoch: abs(epoch - answer))
    here = f"At epoch {answer:.1f} they are {seen[nearest]:.1f} spreads apart"
    if abs(answer - first) <= 1:
        return Verdict(True, f"Yes. {here}; {PARTED:g} were reached at epoch {first:.1f}.")
    if answer < first:
        return Verdict(False, f"{here}: not yet {PARTED:g}. It is later.")
    return Verdict(False, f"{here}, but {PARTED:g} were reached before: go back.")


def check_island(labels: ArrayLike, names: tuple[str, ...]) -> Verdict:
    """Look at the true classes of the images that the learner has gathered."""
    kinds = np.asarray(labels)
    if not len(kinds):
        return Verdict(False, "Draw a line around points: choose the lasso, or hold Shift.")
    counts = np.bincount(kinds, minlength=len(names))
    most = int(counts.argmax())
    others = len(kinds) - int(counts[most])
    if others:
        return Verdict(
            False,
            f"Of {len(kinds)} images {others} {'is' if others == 1 else 'are'} not {names[most]}: "
            "draw a narrower line, or train on.",
        )
    if len(kinds) < ISLAND:
        return Verdict(False, f"All {names[most]}, but only {len(kinds)}: gather {ISLAND} or more.")
    return Verdict(True, f"All {len(kinds)} are {names[most]}: the network brings them together.")


def check_stray(
    vectors: ArrayLike, labels: ArrayLike, said: ArrayLike, chosen: int, names: tuple[str, ...]
) -> Verdict:
    """Look at the neighbours of the image that the learner has chosen; -1 is none.

    Args:
        vectors: ``(N, D)``.
        labels: ``(N,)``, the true classes.
        said: ``(N,)``, what the network takes each for.
        chosen: the place of the image among them.
        names: of the classes.
    """
    if chosen < 0:
        return Verdict(False, "Click a point.")
    kinds = np.asarray(labels)
    true, taken = int(kinds[chosen]), int(np.asarray(said)[chosen])
    if true == taken:
        return Verdict(
            False, f"Its class is {names[true]}, as the network says. Mistakes are ringed."
        )
    near, _ = neighbours(vectors, chosen, AROUND, "euclidean")
    among = int((kinds[near] == taken).sum())
    words = f"{among} of its {len(near)} nearest images are {names[taken]}"
    if among >= min(STRAYED, len(near)):
        return Verdict(True, f"Its class is {names[true]}, but {words}: no wonder.")
    return Verdict(False, f"A mistake, but only {words}: it lies at the border. Find another one.")


def check_torn(vectors: ArrayLike, points: ArrayLike, chosen: int) -> Verdict:
    """Compare the neighbours of a chosen image on the map and in truth; -1 is none."""
    flat: NDArray[np.float64] = np.asarray(points, np.float64)
    if chosen < 0:
        return Verdict(False, "Click a point.")
    if len(flat) <= 2 * AROUND:
        return Verdict(False, f"That needs more than {2 * AROUND} images.")
    shown = nearest_on_map(flat, flat[[chosen]], AROUND, np.array([chosen]))[0]
    near, _ = neighbours(vectors, chosen, AROUND, "euclidean")
    common = len(np.intersect1d(shown, near))
    words = f"Of its {AROUND} nearest on the map, {common} {'is' if common == 1 else 'are'} among"
    words += f" its {AROUND} nearest in the layer"
    if common <= TORN:
        return Verdict(True, f"{words}: a map of few dimensions must put some images wrongly.")
    return Verdict(False, f"{words}. Find one for which it is at most {TORN}.")
