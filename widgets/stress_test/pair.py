"""Two runs as one: what a view of both follows, starts and pauses."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.training import Run, Snapshot

STATES = ("failed", "starting", "running", "paused", "diverged", "ready", "stopped", "finished")
"""Of two states, the one that comes first here is that of both."""


@dataclass(frozen=True, eq=False)
class Both:
    """Both runs at one moment.

    Attributes:
        snapshots: of each run.
        sequence: counts upwards.
        state: see ``STATES``.
        step: optimizer steps done, of both together.
    """

    snapshots: tuple[Snapshot, Snapshot]
    sequence: int
    state: str
    step: int


class Pair:
    """Two runs that are trained at the same time, each by its own worker.

    Args:
        first: a run.
        second: another one.
    """

    def __init__(self, first: Run, second: Run) -> None:
        self.runs = first, second

    @property
    def latest(self) -> Both:
        """How far both are."""
        first, second = (run.latest for run in self.runs)
        state = min(first.state, second.state, key=STATES.index)
        return Both(
            (first, second), first.sequence + second.sequence, state, first.step + second.step
        )

    def start(self) -> None:
        """Train both, or go on; one that is at its end begins anew only if the other is, too."""
        over = [run.latest.state in {"finished", "stopped", "diverged"} for run in self.runs]
        for run, ended in zip(self.runs, over, strict=True):
            if not ended or all(over):
                run.start()

    def pause(self) -> None:
        """Let both stand still."""
        for run in self.runs:
            run.pause()

    def reset(self) -> None:
        """Bring both back to their first weights."""
        for run in self.runs:
            run.reset()

    def rest(self, message: str) -> None:
        """Free the memory of both."""
        for run in self.runs:
            with suppress(RuntimeError, TimeoutError):  # it has none any more
                run.rest(message)

    def request(self) -> None:
        """Ask both for what is new."""
        for run in self.runs:
            run.request()

    def subscribe(self, callback: Callable[[Both], object]) -> Callable[[], None]:
        """Have a function called when one of them has something new."""
        ends = [run.subscribe(lambda _: callback(self.latest)) for run in self.runs]

        def unsubscribe() -> None:
            for end in ends:
                end()

        return unsubscribe
