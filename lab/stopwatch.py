"""How long a run has been running, and how fast it is going."""

from __future__ import annotations

import time
from collections import deque

SPEED_WINDOW = 5.0
"""Seconds over which the speed is measured."""


class Stopwatch:
    """Counts the seconds between ``start`` and ``stop``, and the steps and images in them."""

    def __init__(self) -> None:
        self._earlier = 0.0  # seconds before the last stop
        self._since: float | None = None  # when it began to run after that
        self._marks: deque[tuple[float, int, int]] = deque([(0.0, 0, 0)])

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        running = 0.0 if self._since is None else time.perf_counter() - self._since
        return self._earlier + running

    def start(self) -> None:
        """Count on from now."""
        self._earlier, self._since = self.seconds, time.perf_counter()

    def stop(self) -> None:
        """Stand still."""
        self._earlier, self._since = self.seconds, None

    def begin_anew(self, steps: int, images: int) -> None:
        """Forget the speed so far: from here on it will be another one."""
        self._marks = deque([(self.seconds, steps, images)])

    def mark(self, steps: int, images: int) -> None:
        """Note how far the run has come."""
        seconds = self.seconds
        if seconds - self._marks[-1][0] >= SPEED_WINDOW / 50:
            self._marks.append((seconds, steps, images))
            while seconds - self._marks[0][0] > SPEED_WINDOW:
                self._marks.popleft()

    def speed(self, steps: int, images: int) -> tuple[float, float]:
        """Return steps and images in each second, lately; 0 if not known yet."""
        seconds0, steps0, images0 = self._marks[0]
        elapsed = self.seconds - seconds0
        if elapsed <= 0 or steps <= steps0:
            return 0.0, 0.0
        return (steps - steps0) / elapsed, (images - images0) / elapsed
