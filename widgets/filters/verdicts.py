"""The tasks about filters, looked at by ``lab`` and written for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.convolution_tasks import Verdict
from lab.filter_tasks import finds_vertical_edges, loses_nothing

if TYPE_CHECKING:
    from lab.training import Snapshot, Watched
    from widgets.filters.pictures import Bench

TASKS = ("none", "vertical edges", "without loss")
NOTHING = {"solved": False, "hint": ""}


class Judge:
    """Remembers how many images were recognised with every channel on."""

    def __init__(self) -> None:
        self._off: tuple[tuple[str, int], ...] = ()
        self._now = (-1, 0, 0)  # the step, images recognised, images looked at
        self._before = (-1, 0, 0)
        self._counting = False

    def look(self, watched: Watched | None, snapshot: Snapshot) -> None:
        """Count what the network recognises of the images it is watched by."""
        self._counting = snapshot.surveying
        self._off = snapshot.switched_off
        if self._counting:  # what it says of the images is of a moment before
            return
        places = snapshot.vector_places
        labels = np.empty(0, np.int64) if watched is None else watched.test_labels
        if places.max(initial=-1) >= len(labels):  # of other data, a moment ago
            places = places[:0]
        right = 0
        if len(places):
            right = int(np.sum(labels[places] == snapshot.vector_predictions))
        self._now = (snapshot.step, right, len(places))
        if not self._off:
            self._before = self._now

    def verdict(self, task: str, bench: Bench) -> dict[str, Any]:
        """Return how far a task is."""
        if task == "none":
            return NOTHING
        if task == "vertical edges":
            found = finds_vertical_edges(bench.kernels, bench.channel)
        else:
            found = self._without_loss(bench)
        return {"solved": found.solved, "hint": found.hint}

    def _without_loss(self, bench: Bench) -> Verdict:
        if self._off and self._counting:
            return Verdict(False, "Counting what it recognises now.")
        (step, right, count), (step_before, before, count_before) = self._now, self._before
        if self._off and (step, count) != (step_before, count_before):
            return Verdict(
                False,
                "The weights have changed since it was whole. Pause, switch everything on, then "
                "one channel off.",
            )
        dead = bool(self._off) and self._off == ((bench.layer, bench.channel),) and bench.dead
        return loses_nothing(before, right, count, self._off, dead=dead)
