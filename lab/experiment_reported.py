"""What is to be seen of an experiment while others train it: its newest report."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

from lab.bulletin import Bulletin
from lab.checks import number, one_of
from lab.experiment_progress import Progress
from lab.experiment_report import Record, Report
from lab.experiment_table import table
from lab.experiment_words import sentences
from lab.messages import STATES
from lab.two_runs import TwoRuns

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.experiment_plan import Plan
    from lab.messages import Snapshot
    from lab.training import Run


class Reported:
    """Two runs that are compared, and a report of them that is always new."""

    def __init__(self, a: Run, b: Run, plan: Plan | None) -> None:
        self._two = TwoRuns(a, b, plan)
        self._lock = threading.RLock()
        self._thread: threading.Thread | None = None
        self._wish = ""  # the state to be in instead of running
        self._state, self._message = "ready", ""
        self._closed = self._rests = False
        self._progress = Progress(self.repeats)
        self._board = Bulletin(self._report(1), "experiment")
        self._let_board_go = weakref.finalize(self, self._board.close)
        this = weakref.ref(self)  # the runs must not keep a forgotten experiment alive

        def hear(_snapshot: Snapshot) -> None:
            experiment = this()
            if experiment is not None and experiment._thread is None:  # noqa: SLF001 - our own
                experiment._publish()  # noqa: SLF001 - our own

        self._leave = [run.subscribe(hear) for run in self.runs]
        self._publish()

    @property
    def latest(self) -> Report:
        """The newest report."""
        return self._board.latest

    @property
    def runs(self) -> tuple[Run, Run]:
        """The two runs."""
        return self._two.runs

    @property
    def plan(self) -> Plan | None:
        """What is compared; ``None`` for runs that were given."""
        return self._two.plan

    @property
    def labels(self) -> tuple[str, str]:
        """What the two are called."""
        return self._two.labels

    @property
    def repeats(self) -> int:
        """How many pairs are to be trained."""
        return 1 if self.plan is None else self.plan.repeats

    @property
    def epochs(self) -> int:
        """How long each run is trained."""
        return max(run.settings.epochs for run in self.runs)

    def request(self) -> None:
        """Do nothing: what is new is told unasked. Views of a run ask for snapshots."""

    def subscribe(self, callback: Callable[[Report], object]) -> Callable[[], None]:
        """Have a function called with each new report, from a thread of the experiment's own.

        A slow one misses some, but always gets the newest. It holds up other subscribers, never
        the training.

        Returns:
            The function that ends the subscription.
        """
        return self._board.subscribe(callback)

    def wait(self, *until: str, timeout: float = 60.0) -> Report:
        """Wait until the experiment is in one of these states; none given: until it stands still.

        Raises:
            RuntimeError: it has failed, and that was not waited for.
            TimeoutError: it took too long.
        """
        for state in until:
            one_of("until", state, STATES)
        wished = until or tuple(state for state in STATES if state not in ("starting", "running"))
        report = self._board.wait(
            lambda report: report.state in (*wished, "failed"), number("timeout", timeout, least=0)
        )
        if report is None:
            raise TimeoutError(
                f"The experiment did not get there in {timeout:g} seconds: "
                f"it is {self.latest.state}."
            )
        if report.state not in wished:
            raise RuntimeError(report.message)
        return report

    def _publish(self) -> None:
        with self._lock:  # none may overtake another one
            self._board.hang(self._report(self.latest.sequence + 1))

    def _report(self, sequence: int) -> Report:
        latest, progress = self._two.shown(), self._progress
        state, message = self._state, self._message
        if state == "ready":
            if any(one.state == "starting" for one in latest):
                state = "starting"
            failed = [one.message for one in latest if one.state == "failed"]
            if why := failed[0] if failed else self._two.refused():
                state, message = "failed", why
        now = Record.of(latest[0]), Record.of(latest[1])
        pairs = progress.pairs if progress.complete else (*progress.pairs, now)
        share = progress.share(*now)
        rows = table(self.epochs, pairs)
        return Report(
            sequence=sequence,
            state=state,
            message=message,
            labels=self.labels,
            epochs=self.epochs,
            repeats=self.repeats,
            share=share,
            seconds_left=progress.seconds_left(share),
            pairs=progress.pairs,
            now=None if progress.complete else now,
            means=progress.means,
            rows=rows,
            sentences=sentences(rows, self.labels, pairs),
            devices=(latest[0].device, latest[1].device),
        )
