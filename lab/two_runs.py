"""The two runs of an experiment: brought to the beginning together, and trained in turns."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import fields
from typing import TYPE_CHECKING

from lab.architecture import architecture
from lab.experiment_plan import FEW, difference_of, label, same_settings, two_labels
from lab.experiment_report import Record
from lab.messages import Snapshot
from lab.settings import is_module, same_data

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.experiment_plan import Plan
    from lab.settings import Settings
    from lab.training import Run

SLICE = 1.0
"""Seconds that a run is trained before it is the other's turn; never past the end of an epoch."""

FIRST_STEPS = 10
"""Steps of the first turn, while the speed is not known."""

OVER = ("finished", "diverged", "stopped", "failed")
"""The states of a run that has come to an end."""


class TwoRuns:
    """Two runs and whose turn it is.

    Args:
        a, b: the runs.
        plan: what is compared; ``None`` for runs that were given.
    """

    def __init__(self, a: Run, b: Run, plan: Plan | None) -> None:
        self.runs = a, b
        self.plan = plan
        self._wished: tuple[Settings, Settings] = (a.settings, b.settings)
        self._stale: dict[Run, int] = {}  # those that are being prepared, and what they showed last
        self._speeds: dict[Run, float] = {}  # steps in a second
        self._last: Run | None = None
        if plan is not None:
            for run in self.runs:
                run.watch(vectors=FEW)

    @property
    def labels(self) -> tuple[str, str]:
        """What the two are called."""
        if self.plan is not None:
            return self.plan.labels
        a, b = (run.settings for run in self.runs)
        found = difference_of(a, b)
        if found is None:
            return "first run", "second run"
        name, values = found
        return two_labels(label(name, values[0]), label(name, values[1]))

    def prepare(self, repeat: int) -> None:
        """Bring both to the beginning of a repeat; returns at once."""
        self._speeds, self._last = {}, None
        if self.plan is not None:
            self._wished = self.plan.settings(repeat)
        for run, settings in zip(self.runs, self._wished, strict=True):
            before = run.latest.sequence
            if self.plan is None or run.settings == settings:
                run.reset()
            else:
                run.renew(**{one.name: getattr(settings, one.name) for one in fields(settings)})
            self._stale[run] = before

    def check(self, plan: Plan) -> None:
        """Refuse a network that does not fit the images, where they stay the same.

        Raises:
            ValueError: it does not; nothing has changed.
        """
        for run, wished in zip(self.runs, plan.settings(0), strict=True):
            watched = run.watched
            if watched is None or is_module(wished.model) or not same_data(run.settings, wished):
                continue
            channels, height, width = watched.images.shape[1:]
            shape = channels, height, width
            architecture(wished.model, shape).rows(shape, len(watched.class_names))

    def shown(self) -> tuple[Snapshot, Snapshot]:
        """Return the snapshots of both; of one that is being prepared, an empty one."""
        a, b = (self._shown(run) for run in self.runs)
        return a, b

    def _shown(self, run: Run) -> Snapshot:
        latest = run.latest
        if run in self._stale:
            if latest.sequence == self._stale[run] or latest.state not in ("ready", "failed"):
                return Snapshot(state="starting", epochs=run.settings.epochs)
            self._stale.pop(run, None)
        return latest

    def refused(self) -> str:
        """Return why a run could not take its settings and kept its old ones; else nothing."""
        if self.plan is None:
            return ""
        for run, wished in zip(self.runs, self._wished, strict=True):
            if not same_settings(run.settings, wished):
                return run.latest.message
        return ""

    def halt(self) -> None:
        """Let both stand still after the present step."""
        for run in self.runs:
            with suppress(RuntimeError):  # it is closed
                run.pause()

    def stop(self) -> None:
        """End both where they are."""
        for run in self.runs:
            with suppress(RuntimeError):
                run.stop()

    def rest(self, message: str) -> None:
        """Free the memory of both."""
        for run in self.runs:
            with suppress(RuntimeError, TimeoutError):  # it has none any more
                run.rest(message)

    def settle(self, given_up: Callable[[], bool]) -> tuple[Record, Record]:
        """Wait until both have done what they were told, and read them."""
        for run in self.runs:
            self._wait(run, given_up)
            self._stale.pop(run, None)
        a, b = (Record.of(run.latest) for run in self.runs)
        return a, b

    def next_turn(self) -> tuple[Run, Snapshot] | None:
        """Let the run that is behind begin its turn; ``None`` if both are at their end."""
        able = [run for run in self.runs if run.latest.state not in OVER]
        if not able:
            return None
        # Where both are equally far, who was last goes again: first a, b, then b, a, and so on.
        run = min(able, key=lambda one: (Record.of(one.latest).share, one is not self._last))
        before = run.latest
        per_epoch = max(1, round(before.total_steps / max(1, before.epochs)))
        steps = round(self._speeds.get(run, FIRST_STEPS / SLICE) * SLICE)
        run.step(max(1, min(per_epoch - before.step % per_epoch, steps)))
        self._last = run
        return run, before

    def end_turn(self, run: Run, before: Snapshot, given_up: Callable[[], bool]) -> None:
        """Wait until a turn is over, and note how fast it was."""
        after = self._wait(run, given_up, "paused", *OVER)
        if after.seconds > before.seconds:
            self._speeds[run] = (after.step - before.step) / (after.seconds - before.seconds)

    def _wait(self, run: Run, given_up: Callable[[], bool], *states: str) -> Snapshot:
        while True:
            with suppress(TimeoutError):
                return run.wait(*states, timeout=1.0)
            if given_up():
                return run.latest
