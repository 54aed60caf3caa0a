"""When a worker shows what: at once, when something is new, and never at the training's cost."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lab.pieces import go_on

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHARE = 0.005
"""The share of the training time that making snapshots may take.

It is small, for the page, its kernel and server spend several times as much on each snapshot, on
the same two cores.
"""

SURVEY_SHARE = 0.005
"""The share of the training time that surveys, looks at many images, may take besides."""

SHORTEST = 0.1
"""Seconds between two snapshots at least: ten a second are enough for the eye."""

About = tuple[int, int, int]
"""What a snapshot is about: if it is what the last one was, there is nothing new."""


class Frames:
    """The clock of the snapshots."""

    def __init__(self) -> None:
        self._requested = False  # somebody wants the next one
        self._due = True  # everybody must hear
        self._shown: About = (-1, -1, -1)
        self._next = 0.0
        self._ended = 0.0

    @property
    def due(self) -> bool:
        """Whether the next snapshot waits for nothing."""
        return self._due

    def ask(self) -> None:
        """Want the next snapshot, as soon as there is something new and time allows it."""
        self._requested = True

    def demand(self) -> None:
        """Want a snapshot at once: the state has changed."""
        self._due = True

    def wake(self, about: About) -> float | None:
        """Return when the one that is asked for may be made; None if none is."""
        return self._next if self._requested and self._shown != about else None

    def hurry(self) -> None:
        """Let the next one that is asked for come soon: a hand waits for it."""
        self._next = min(self._next, self._ended + SHORTEST)

    def ready(self, about: About) -> bool:
        """Whether the state has changed, or a snapshot was asked for and time allows it.

        Args:
            about: what it would be about.
        """
        wake = self.wake(about)
        return self._due or (wake is not None and time.perf_counter() >= wake)

    def show(self, make: Callable[[], About], free_until: float) -> None:
        """Make a snapshot.

        Args:
            make: makes and sends it, and returns what it is about.
            free_until: until then nothing else is to be done, so that it holds nothing up.
        """
        busy = time.thread_time()  # on a busy machine, waiting for a turn is no cost of the views
        self._shown = make()
        cost = time.thread_time() - busy
        self._due = self._requested = False
        self._ended = time.perf_counter()
        free = self._ended < free_until
        self._next = self._ended + (SHORTEST if free else max(SHORTEST, cost / SHARE))


class Surveys:
    """The survey that is under way, if one is, and the clock of the next."""

    def __init__(self) -> None:
        self._pieces: Iterator[None] | None = None
        self._cost = 0.0
        self._next = 0.0

    @property
    def under_way(self) -> bool:
        """Whether one is."""
        return self._pieces is not None

    @property
    def in_time(self) -> bool:
        """Whether the training can afford the next one."""
        return time.perf_counter() >= self._next

    def hurry(self) -> None:
        """Let the next one begin at once: somebody waits for it."""
        self._next = 0.0

    def begin(self, pieces: Iterator[None] | None) -> None:
        """Have another one under way, or none."""
        self._pieces = pieces

    def go_on(self, free_until: float) -> bool:
        """Do some of it; return whether it is done now.

        Args:
            free_until: until then nothing else is to be done, so that it holds nothing up.
        """
        assert self._pieces is not None, "one is under way"
        busy = time.thread_time()
        done = go_on(self._pieces)
        ended = time.perf_counter()
        if ended >= free_until:  # else it costs the training nothing, and if it is given up, too
            self._cost += time.thread_time() - busy
        if done:
            pause = max(SHORTEST, self._cost / SURVEY_SHARE)
            self._next = max(self._next, ended + pause)
            self._pieces, self._cost = None, 0.0
        return done
