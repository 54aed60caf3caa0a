r"""Paired experiments: the same seed twice, one thing different, and what comes of it.

::

    with Experiment({"learning_rate": 0.001}, {"optimizer": ("sgd", "adam")}, repeats=6) as trial:
        trial.start()
        print(*trial.wait("finished", timeout=600).sentences, sep="\n")

Both runs of a pair begin with the same weights (as far as their networks are alike) and see the
same batches. They are trained in turns, never both at a time: so each has the processor for
itself, and whatever else the machine does meets both.
"""

from __future__ import annotations

import logging
import threading
import time
import weakref
from typing import TYPE_CHECKING, Any

from lab.experiment_plan import Plan, difference_of
from lab.experiment_report import Record, Report, curves, table
from lab.experiment_words import sentences
from lab.messages import STATES, number, one_of
from lab.training import Run
from lab.two_runs import TwoRuns

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from lab.experiment_report import Curves
    from lab.messages import Snapshot

log = logging.getLogger(__name__)

OVER = ("finished", "stopped", "failed")
"""The states of an experiment that has come to an end: to go on is to begin again."""


class Experiment:
    """Train two networks that differ in one thing, and compare them.

    Every method can be called from any thread. An experiment that nobody refers to ends its
    workers.

    Args:
        base: the settings that both share, by the names that ``Run`` knows (default: none).
        difference: what differs, with its two values: ``{"momentum": (0, 0.9)}``.
        repeats: how many pairs are trained, each with the next seed (default 1, at most 100).
        epochs: how long each run is trained (default 20).

    Raises:
        ValueError, TypeError: what cannot be compared or trained; the sentence says why.
    """

    def __init__(
        self,
        base: Mapping[str, Any] | None = None,
        difference: Mapping[str, Sequence[Any]] | None = None,
        *,
        repeats: int = 1,
        epochs: int = 20,
    ) -> None:
        plan = Plan(base or {}, difference or {}, repeats, epochs)
        a, b = (Run(**arm) for arm in plan.arms(0))
        self._set_up(a, b, plan)

    @classmethod
    def of(cls, a: Run, b: Run) -> Experiment:
        """Compare two runs that are there already, such as one and its fork.

        They stay as they are until they are started; ``close`` leaves them open.

        Raises:
            ValueError: they differ in more than one setting.
        """
        if not (isinstance(a, Run) and isinstance(b, Run)):
            raise TypeError("Two runs are compared: Experiment.of(run, run.fork()).")
        if a is b:
            raise ValueError("A run cannot be compared with itself: fork it.")
        difference_of(a.settings, b.settings)
        experiment = cls.__new__(cls)
        experiment._set_up(a, b, None)  # noqa: SLF001 - our own
        return experiment

    def _set_up(self, a: Run, b: Run, plan: Plan | None) -> None:
        self._two = TwoRuns(a, b, plan)
        self._lock = threading.RLock()
        self._changed = threading.Condition(self._lock)
        self._thread: threading.Thread | None = None
        self._wish = ""  # the state to be in instead of running
        self._state, self._message = "ready", ""
        self._subscribers: tuple[Callable[[Report], object], ...] = ()
        self._closed = False
        self._sequence = 0
        self._forget()
        this = weakref.ref(self)  # the runs must not keep a forgotten experiment alive

        def hear(_snapshot: Snapshot) -> None:
            experiment = this()
            if experiment is not None and experiment._thread is None:  # noqa: SLF001 - our own
                experiment._publish()  # noqa: SLF001 - our own

        self._leave = [run.subscribe(hear) for run in self.runs]
        self._publish()

    def _forget(self) -> None:
        self._done: tuple[tuple[Record, Record], ...] = ()
        self._means: tuple[Curves, Curves] | None = None
        self._spent = 0.0  # seconds
        self._since = time.perf_counter()
        self._began_at: float | None = None  # the share that was done before it was started

    @property
    def latest(self) -> Report:
        """The newest report."""
        return self._latest

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

    def start(self) -> None:
        """Train, or go on after a pause. After the end: begin again."""
        with self._lock:
            self._check_open()
            self._wish = ""
            if self._thread is not None:
                return
            if self._state in OVER:
                self._begin()
            self._state, self._message = "running", ""
            self._since = time.perf_counter()
            self._thread = threading.Thread(target=self._work, name="lab-experiment", daemon=True)
            self._thread.start()
        self._publish()

    def pause(self) -> None:
        """Let both stand still after the present step."""
        self._halt("paused")

    def stop(self) -> None:
        """End the experiment where it is. What is known stays; ``start`` begins again."""
        with self._lock:
            if self._thread is None and self._state == "paused":
                self._settle("stopped")
        self._halt("stopped")
        self._publish()

    def reset(self) -> None:
        """Go back to the beginning; what is known is forgotten."""
        self._check_open()
        self._halt("ready", wait=True)
        with self._lock:
            self._begin()
        self._publish()

    def renew(
        self,
        base: Mapping[str, Any],
        difference: Mapping[str, Sequence[Any]],
        *,
        repeats: int = 1,
        epochs: int = 20,
    ) -> None:
        """Compare something else: the arguments are those of the class.

        Raises:
            ValueError, TypeError: what cannot be; the experiment goes on as it was.
        """
        if self.plan is None:
            raise ValueError("These runs were given: another pair needs an experiment of its own.")
        plan = Plan(base, difference, repeats, epochs)
        self._check_open()
        self._halt("ready", wait=True)
        with self._lock:
            self._two.plan = plan
            self._begin()
        self._publish()

    def request(self) -> None:
        """Do nothing: what is new is told unasked. Views of a run ask for snapshots."""

    def subscribe(self, callback: Callable[[Report], object]) -> Callable[[], None]:
        """Have a function called with each new report, from any thread.

        Returns:
            The function that ends the subscription.
        """
        with self._lock:
            self._subscribers = (*self._subscribers, callback)

        def unsubscribe() -> None:
            with self._lock:
                self._subscribers = tuple(one for one in self._subscribers if one is not callback)

        return unsubscribe

    def wait(self, *until: str, timeout: float = 60.0) -> Report:
        """Wait until the experiment is in one of these states; none given: until it stands still.

        Raises:
            RuntimeError: it has failed, and that was not waited for.
            TimeoutError: it took too long.
        """
        for state in until:
            one_of("until", state, STATES)
        deadline = time.monotonic() + number("timeout", timeout, least=0)
        with self._changed:
            while True:
                state = self._latest.state
                if state in until or (not until and state not in ("running", "starting")):
                    return self._latest
                if state == "failed":
                    raise RuntimeError(self._latest.message)
                if not self._changed.wait(max(0.0, deadline - time.monotonic())):
                    raise TimeoutError(
                        f"The experiment did not get there in {timeout:g} seconds: it is {state}."
                    )

    def close(self) -> None:
        """End it and its workers. The last report can still be looked at."""
        self._halt("stopped")
        with self._lock:
            self._closed = True
        for leave in self._leave:
            leave()
        if self.plan is not None:
            for run in self.runs:
                run.close()

    def __enter__(self) -> Experiment:  # noqa: PYI034 - typing.Self came with Python 3.11
        """Use it in a ``with`` block; it is closed at its end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("This experiment is closed: make a new one.")

    def _begin(self) -> None:
        self._forget()
        self._state, self._message = "ready", ""
        self._two.prepare(0)

    def _halt(self, state: str, *, wait: bool = False) -> None:
        """Have the training thread stand still in a state."""
        with self._lock:
            thread = self._thread
            if thread is None:
                return
            self._wish = state
            self._two.halt()
        if wait and thread is not threading.current_thread():
            thread.join()

    def _settle(self, state: str, message: str = "") -> None:
        with self._lock:
            self._state, self._message, self._wish = state, message, ""
            self._spent += time.perf_counter() - self._since
            self._thread = None
            if state == "stopped" and not self._closed:
                self._two.stop()
        self._publish()

    def _work(self) -> None:
        """Train until there is nothing more to do, or something else is wished."""
        try:
            while self._advance():
                self._publish()
        except RuntimeError as error:  # a run has failed, or was closed by others
            self._settle("failed", str(error))

    def _advance(self) -> bool:
        """Give the run that is behind its turn; returns whether there is more to do."""
        a, b = self._two.settle(self._given_up)
        if why := self._two.refused():
            self._settle("failed", why)
            return False
        with self._lock:
            if self._began_at is None:  # only now the images are loaded: what is left can be told
                self._began_at = (a.share + b.share) / 2
                self._since = time.perf_counter()
            if self._wish or self._closed:
                self._settle(self._wish or "stopped")
                return False
            turn = self._two.next_turn()
            if turn is None:
                return self._next_pair(a, b)
        self._two.end_turn(*turn, self._given_up)
        return True

    def _given_up(self) -> bool:
        """Whether a run need not be waited for any longer."""
        loading = any(run.latest.state == "starting" for run in self.runs)
        return self._closed or (self._wish != "" and loading)

    def _next_pair(self, a: Record, b: Record) -> bool:
        self._done = (*self._done, (a, b))
        self._means = (
            curves([one for one, _ in self._done]),
            curves([other for _, other in self._done]),
        )
        if len(self._done) >= self.repeats:
            self._settle("finished")
            return False
        self._two.prepare(len(self._done))
        return True

    def _publish(self) -> None:
        with self._changed:
            self._sequence += 1
            self._latest = self._report()
            self._changed.notify_all()
            report, subscribers = self._latest, self._subscribers
        for callback in subscribers:
            _call(callback, report)

    def _report(self) -> Report:
        latest = self._two.shown()
        state, message = self._state, self._message
        if state == "ready":
            if any(one.state == "starting" for one in latest):
                state = "starting"
            failed = [one.message for one in latest if one.state == "failed"]
            if why := failed[0] if failed else self._two.refused():
                state, message = "failed", why
        now = Record.of(latest[0]), Record.of(latest[1])
        complete = len(self._done) >= self.repeats
        at_work = 0.0 if complete else (now[0].share + now[1].share) / 2
        share = (len(self._done) + at_work) / self.repeats
        spent = self._spent
        if self._thread is not None:
            spent += time.perf_counter() - self._since
        gained = share - (self._began_at or 0.0) / self.repeats
        pairs = self._done if complete else (*self._done, now)
        rows = table(self.epochs, pairs)
        return Report(
            sequence=self._sequence,
            state=state,
            message=message,
            labels=self.labels,
            epochs=self.epochs,
            repeats=self.repeats,
            share=share,
            seconds_left=spent * (1 - share) / gained if gained > 0 else None,
            pairs=self._done,
            now=None if complete else now,
            means=self._means,
            rows=rows,
            sentences=sentences(rows, self.labels, pairs),
            devices=(latest[0].device, latest[1].device),
        )


def _call(callback: Callable[[Report], object], report: Report) -> None:
    try:
        callback(report)
    except Exception:
        log.exception("A subscriber of an experiment raised an error; the experiment goes on")
