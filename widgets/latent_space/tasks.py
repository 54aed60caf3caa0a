"""The tasks as the page asks them, and what must be kept to check them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.epochs import epochs_after
from lab.latent_tasks import (
    TASKS,
    Verdict,
    check_island,
    check_parting,
    check_stray,
    check_torn,
    distance,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lab.messages import Snapshot
    from widgets.latent_space.clouds import Cloud


ENOUGH = 2000
"""So many images tell how far two classes are apart."""


@dataclass(frozen=True, eq=False)
class Found:
    """What the learner has found: the images, their map, the chosen one, what is gathered."""

    cloud: Cloud
    points: NDArray[np.float64]
    chosen: int
    gathered: Sequence[int]
    names: tuple[str, ...]


class Parting:
    """Keeps how far apart two classes were at each epoch that was looked at.

    Args:
        classes: the two, counted from 0; the first and the last where they are not there.

    """

    def __init__(self, classes: Sequence[int]) -> None:
        self._a, self._b = classes
        self._seen: dict[float, float] = {}
        self._about: object = None
        self._newest = -1
        self._answer: float | None = None

    def pair(self, count: int) -> tuple[int, int]:
        """Return the two classes, of so many."""
        there = self._a != self._b and min(self._a, self._b) >= 0 and max(self._a, self._b) < count
        return (self._a, self._b) if there else (0, max(0, count - 1))

    def note(self, snapshot: Snapshot, cloud: Cloud, count: int) -> None:
        """Take note of a snapshot, where there are so many classes."""
        # What was seen holds for one network: not after it began anew, and not for another layer.
        if cloud.number != self._about or snapshot.step < self._newest:
            self._about, self._answer = cloud.number, None
            self._seen.clear()
        self._newest = snapshot.step
        far = distance(cloud.vectors[:ENOUGH], cloud.labels[:ENOUGH], *self.pair(count))
        if far is not None:
            self._seen[epoch_of(snapshot)] = far

    def answer(self, snapshot: Snapshot) -> None:
        """Take what the views show for the moment at which the two classes part."""
        self._answer = epoch_of(snapshot)

    def ask(self, name: str, found: Found) -> dict[str, Any]:
        """Return a task and how far it is; {} for none."""
        if name not in TASKS or not found.names:
            return {}
        names = found.names
        a, b = self.pair(len(names))
        pair = names[a], names[b]
        verdict = self._check(name, found, pair)
        return {
            "name": name,
            "question": TASKS[name].question.format(a=pair[0], b=pair[1]),
            "answer": name == "parting" and len(self._seen) > 0,
            "solved": verdict.solved,
            "sentence": verdict.sentence,
        }

    def _check(self, name: str, found: Found, pair: tuple[str, str]) -> Verdict:
        cloud, chosen, names = found.cloud, found.chosen, found.names
        if name != "torn" and cloud.labels.min(initial=0) < 0:
            return Verdict(False, "Nobody knows the true classes of these images.")
        if name == "parting" and len(names) < 2:
            return Verdict(False, "There is only one class: nothing can part.")
        if name == "parting":
            return check_parting(self._answer, self._seen, pair)
        if name == "island":
            inside = np.isin(cloud.places, np.asarray(found.gathered, np.int64))
            return check_island(cloud.labels[inside], names)
        if name == "stray":
            return check_stray(cloud.vectors, cloud.labels, cloud.predictions, chosen, names)
        return check_torn(cloud.vectors, found.points, chosen)


def epoch_of(snapshot: Snapshot) -> float:
    """Return the epoch of the weights that a snapshot shows, such as 2.5."""
    step = snapshot.step if snapshot.looked_at < 0 else snapshot.looked_at
    epochs = epochs_after(snapshot, np.array([step]))
    return round(float(epochs[0]), 2) if len(epochs) else 0.0
