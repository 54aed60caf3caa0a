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
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lab.experiment_plan import Plan, difference_of
from lab.experiment_progress import Progress
from lab.experiment_reported import Reported
from lab.training import Run

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from lab.experiment_report import Record


log = logging.getLogger(__name__)

OVER = ("finished", "stopped", "failed")
"""The states of an experiment that has come to an end: to go on is to begin again."""


class Experiment(Reported):
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
        super().__init__(a, b, plan)

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
        Reported.__init__(experiment, a, b, None)
        return experiment

    def start(self) -> None:
        """Train, or go on after a pause. After the end: begin again."""
        with self._lock:
            self._check_open()
            self._wish = ""
            if self._thread is not None:
                return
            if self._state in OVER:
                self._begin()
            elif self._rests:  # the weights of the pair at work are gone
                self._two.prepare(len(self._progress.pairs))
                self._progress.forget_time()
            self._rests = False
            self._state, self._message = "running", ""
            self._publish()
            self._thread = threading.Thread(target=self._work, name="lab-experiment", daemon=True)
            self._thread.start()

    def pause(self) -> None:
        """Let both stand still after the present step."""
        self._halt("paused")

    def stop(self) -> None:
        """End the experiment where it is. What is known stays; ``start`` begins again."""
        with self._lock:
            if self._thread is None and self._state == "paused":
                self._settle("stopped")
        self._halt("stopped")

    def reset(self) -> None:
        """Go back to the beginning; what is known is forgotten."""
        self._check_open()
        self._halt("ready", wait=True)
        with self._lock:
            self._begin()
            self._publish()

    def rest(self, message: str = "This experiment rests: start goes on.") -> None:
        """Pause, and free the memory of both runs; waits for them. Given runs stay as they are.

        What is complete stays. After a pause ``start`` trains the pair at work from its beginning.

        Args:
            message: what the views say meanwhile, if there is something to go on with.

        Raises:
            RuntimeError: it is closed.
        """
        self._check_open()
        if self.plan is None:
            return
        self._halt("paused", wait=True)
        with self._lock:
            if self._thread is None:  # else it was started again meanwhile
                self._two.rest(message)
                self._rests = True
                self._message = message if self._state == "paused" else self._message
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
        self._two.check(plan)
        self._halt("ready", wait=True)
        with self._lock:
            self._two.plan = plan
            self._begin()
            self._publish()

    def close(self) -> None:
        """End it and its workers. The last report can still be looked at."""
        with self._lock:
            self._closed = True
        self._halt("stopped", wait=True)
        for leave in self._leave:
            leave()
        if self.plan is not None:
            for run in self.runs:
                run.close()
        self._let_board_go()

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
        self._two.prepare(0)
        self._progress = Progress(self.repeats)
        self._rests = False
        self._state, self._message = "ready", ""

    def _halt(self, state: str, *, wait: bool = False) -> None:
        """Have the training thread stand still in a state."""
        with self._lock:
            thread = self._thread
            if thread is None:
                return
            self._wish = state
            self._two.halt()
        if wait:
            thread.join()

    def _settle(self, state: str, message: str = "") -> None:
        with self._lock:
            self._stand(state, message)
            if state == "stopped" and not self._closed:
                self._two.stop()
            self._publish()

    def _stand(self, state: str, message: str) -> None:
        self._state, self._message, self._wish = state, message, ""
        self._progress.stop_clock()
        self._thread = None

    def _work(self) -> None:
        """Train until there is nothing more to do, or something else is wished."""
        try:
            while self._advance():
                self._publish()
        except RuntimeError as error:  # a run has failed, or was closed by others
            self._break_off(str(error))
        except Exception as error:
            log.exception("An experiment broke off")
            self._break_off(f"The comparison broke off: {error}")

    def _break_off(self, message: str) -> None:
        with self._lock:
            self._stand("failed", message)
            # The last picture stays: it may be a report that cannot be made.
            last = self.latest
            self._board.hang(
                replace(last, sequence=last.sequence + 1, state="failed", message=message)
            )

    def _advance(self) -> bool:
        """Give the run that is behind its turn; returns whether there is more to do."""
        a, b = self._two.settle(self._given_up)
        if why := self._two.refused():
            self._settle("failed", why)
            return False
        with self._lock:
            self._progress.start_clock(a, b)  # only now the images are loaded
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
        self._progress.add(a, b)
        if self._progress.complete:
            self._settle("finished")
            return False
        self._two.prepare(len(self._progress.pairs))
        return True
