"""How far an experiment has got, and how long the rest will take."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from lab.experiment_report import curves

if TYPE_CHECKING:
    from lab.experiment_report import Curves, Record


class Progress:
    """The pairs that are complete, and a clock that stands still while nothing is trained.

    Attributes:
        pairs: the records of the complete pairs.
        means: the curves averaged over them; ``None`` without any.
    """

    def __init__(self, repeats: int) -> None:
        self._repeats = repeats
        self.pairs: tuple[tuple[Record, Record], ...] = ()
        self.means: tuple[Curves, Curves] | None = None
        self.forget_time()

    @property
    def complete(self) -> bool:
        """Whether all pairs are complete."""
        return len(self.pairs) >= self._repeats

    def add(self, a: Record, b: Record) -> None:
        """Keep the records of a pair that is complete."""
        self.pairs = (*self.pairs, (a, b))
        self.means = curves([a for a, _ in self.pairs]), curves([b for _, b in self.pairs])

    def share(self, a: Record, b: Record) -> float:
        """Return how much is done, 0 to 1, with the pair at work."""
        at_work = 0.0 if self.complete else (a.share + b.share) / 2
        return (len(self.pairs) + at_work) / self._repeats

    def forget_time(self) -> None:
        """Measure anew how fast it is."""
        self._spent = 0.0  # seconds
        self._since: float | None = None  # when the clock was started; None while it stands
        self._began_at = 0.0  # the share that was done before

    def start_clock(self, a: Record, b: Record) -> None:
        """Let the clock run, if it stands: both runs are ready."""
        if self._since is None:
            self._since = time.perf_counter()
            if not self._spent:
                self._began_at = self.share(a, b)

    def stop_clock(self) -> None:
        """Let the clock stand still."""
        self._spent, self._since = self._seconds(), None

    def seconds_left(self, share: float) -> float | None:
        """Return how long the rest will take when this share is done; ``None`` if not known."""
        gained = share - self._began_at
        seconds = self._seconds()
        return seconds * (1 - share) / gained if seconds and gained > 0 else None

    def _seconds(self) -> float:
        return self._spent + (0.0 if self._since is None else time.perf_counter() - self._since)
