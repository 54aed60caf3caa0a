"""The worker of a run: trains, obeys between two steps, and shows a snapshot to those who ask.

The commands are tuples of plain values:

======================== ======================================================================
``("start",)``           train; after the end, begin again from the initial weights
``("pause",)``           stand still after the present step
``("step", n)``          train n steps, then pause
``("stop",)``            end the run here; the weights stay
``("reset",)``           back to the initial weights
``("select", i)``        show the maps of the i-th watched image
``("learning_rate", x)`` use another learning rate from the next step on
``("pace", x)``          at most x steps in a second; None is as fast as it can
``("request",)``         send a snapshot as soon as there is something new; no command to be counted
``("close",)``           end the worker
======================== ======================================================================
"""

from __future__ import annotations

import contextlib
import os
import pickle
import sys
import threading
import time
import traceback
from collections import deque
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from lab import courtesy
from lab.datasets import load
from lab.messages import Settings, Snapshot, Watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SHARE = 0.01
"""The share of the training time that making snapshots may take."""

SHORTEST = 0.1
"""Seconds between two snapshots at least: ten a second are enough for the eye."""

SPEED_WINDOW = 5.0
"""Seconds over which the speed is measured."""

OVER = ("finished", "stopped", "diverged")
"""The states in which a run has come to an end: to go on is to begin again."""


def work(
    settings: Settings,
    commands: SimpleQueue[tuple[Any, ...]],
    send: Callable[[Watched | Snapshot], None],
    loaded: Callable[[], object] = lambda: None,
) -> None:
    """Train as commanded until ``("close",)`` comes, or something fails and a message says so."""
    try:
        worker = Worker(settings, commands, send)
        loaded()
        worker.run()
    except (ValueError, OSError) as error:  # the data or the device: the sentence is ours
        send(Snapshot(state="failed", message=str(error)))
    except Exception as error:  # noqa: BLE001 - whatever it is, the learner must hear of it
        traceback.print_exc()
        message = f"The training broke off: {type(error).__name__}: {error}"
        send(Snapshot(state="failed", message=message))


class Worker:
    """The loop around a ``Trainer``: one state, the commands, the clock, and when to show what."""

    def __init__(
        self,
        settings: Settings,
        commands: SimpleQueue[tuple[Any, ...]],
        send: Callable[[Watched | Snapshot], None],
    ) -> None:
        data = load(settings.dataset, settings.root)  # first: what is wrong with it is said at once
        from lab.trainer import Trainer  # noqa: PLC0415 - loads PyTorch

        self._commands, self._send = commands, send
        self._trainer = Trainer(settings, data)
        self._learning_rate, self._pace = settings.learning_rate, settings.pace
        self._sample = 0
        self._obeyed = 0
        self._requested = False  # somebody wants the next snapshot
        self._due_at_once = True  # the state has changed, so everybody must hear
        self._shown = (-1, -1, -1)  # what the last snapshot was about
        self._next_snapshot = 0.0
        self._rest_until = 0.0  # a hand goes first
        self._open = True
        self._begin()
        send(self._trainer.watched())

    def _begin(self) -> None:
        self._state, self._message = "ready", "Ready. Press start and watch it learn."
        self._until = self._trainer.total_steps  # pause after this step
        self._work: Iterator[None] | None = None  # the step it is at
        self._earlier = 0.0  # seconds of running before the last pause
        self._since = 0.0  # when it began to run after that
        self._measure_speed_anew()

    def _measure_speed_anew(self) -> None:
        self._next_step = time.perf_counter()
        mark = (self._seconds, self._trainer.step_count, self._trainer.images_seen)
        self._marks: deque[tuple[float, int, int]] = deque([mark])

    @property
    def _seconds(self) -> float:
        """How long it has been running."""
        return self._earlier + (
            time.perf_counter() - self._since if self._state == "running" else 0.0
        )

    @property
    def _wake(self) -> float:
        """When to work on: what a step has begun waits for no pace."""
        return self._rest_until if self._work else max(self._rest_until, self._next_step)

    def run(self) -> None:
        """Work until closed."""
        self._show()
        while self._open:
            if self._state == "running" and time.perf_counter() >= self._wake:
                self._train()
            self._obey()
            self._show()

    def _train(self) -> None:
        from lab.trainer import Diverged  # noqa: PLC0415 - loads PyTorch

        if self._work is None:
            if self._pace is not None:
                # The rhythm is kept from step to step, but no lost time is made up for in a rush.
                self._next_step = max(self._next_step + 1 / self._pace, time.perf_counter())
            self._work = self._trainer.advance(self._learning_rate)
        began = time.perf_counter()
        try:
            next(self._work)
        except StopIteration:
            self._work = None
        except Diverged:
            self._diverged()
            return
        if self._trainer.device.type == "cpu":
            ended = time.perf_counter()
            self._rest_until = ended + courtesy.rest(ended - began)
        if self._work:
            return  # in the middle of a test
        self._measure_speed()
        if self._trainer.finished:
            accuracy = self._trainer.tests[-1][2]
            self._change("finished", f"Finished: {accuracy:.1%} of the test images are recognised.")
        elif self._trainer.step_count >= self._until:
            self._change("paused", f"Paused after step {self._trainer.step_count}.")

    def _measure_speed(self) -> None:
        seconds = self._seconds
        if seconds - self._marks[-1][0] >= SPEED_WINDOW / 50:
            self._marks.append((seconds, self._trainer.step_count, self._trainer.images_seen))
            while seconds - self._marks[0][0] > SPEED_WINDOW:
                self._marks.popleft()

    def _diverged(self) -> None:
        self._work = None
        epoch = self._trainer.tests[-1][0] // self._trainer.steps_per_epoch
        back = "initial weights" if epoch == 0 else f"weights of epoch {epoch}"
        self._change(
            "diverged",
            f"In step {self._trainer.step_count + 1} the loss grew beyond all bounds. "
            f"The learning rate of {self._learning_rate:g} makes steps that are too long. "
            f"The {back} are back. "
            f"Try {self._learning_rate / 10:.3g}, then press start.",
        )

    def _change(self, state: str, message: str) -> None:
        self._earlier, self._since = self._seconds, time.perf_counter()
        self._state, self._message = state, message
        self._due_at_once = True

    def _obey(self) -> None:
        """Obey all commands that are there; while nothing is to be done, wait for one."""
        wait: float | None = None
        if self._due_at_once:
            wait = 0.0
        elif self._state == "running":
            wake = self._wake
            if not self._work and self._requested and self._shown != self._about:
                wake = min(wake, self._next_snapshot)
            wait = max(0.0, wake - time.perf_counter())
        with contextlib.suppress(Empty):
            self._obey_one(*self._commands.get(block=wait != 0, timeout=wait))
            while True:
                self._obey_one(*self._commands.get_nowait())

    def _obey_one(self, name: str, value: Any = None) -> None:  # noqa: ANN401 - what it is depends on the name
        if name == "request":
            self._requested = True
        elif name == "close":
            self._open = False
        else:
            self._act(name, value)
            self._obeyed += 1
            # Whoever commanded sees the effect: at once, or while it runs with the next snapshot.
            if self._state == "running":
                self._requested = True
            else:
                self._due_at_once = True

    def _act(self, name: str, value: Any) -> None:  # noqa: ANN401 - what it is depends on the name
        if name in ("start", "step"):
            self._start(self._trainer.total_steps if name == "start" else value)
        elif name == "pause" and self._state == "running":
            self._change("paused", f"Paused after step {self._trainer.step_count}.")
        elif name == "stop" and self._state in ("running", "paused"):
            self._change(
                "stopped", f"Stopped after step {self._trainer.step_count}. The weights are kept."
            )
        elif name == "reset":
            self._trainer.reset()
            self._begin()
        elif name == "select":
            self._sample = min(value, self._trainer.watched_count - 1)
        elif name == "learning_rate":
            self._learning_rate = value
        elif name == "pace":
            self._pace = value
            self._measure_speed_anew()

    def _start(self, steps: int) -> None:
        if self._state in OVER:
            self._trainer.reset()
            self._begin()
        self._until = min(self._trainer.step_count + steps, self._trainer.total_steps)
        self._next_step = time.perf_counter()
        self._change("running", "It is learning.")

    @property
    def _about(self) -> tuple[int, int, int]:
        """What a snapshot would be about: if it is what the last one was, there is nothing new."""
        return self._trainer.step_count, len(self._trainer.tests), self._obeyed

    def _show(self) -> None:
        """Send a snapshot if the state has changed, or one was asked for and time allows it."""
        began = time.perf_counter()
        asked = self._requested and self._shown != self._about and began >= self._next_snapshot
        if not (self._due_at_once or asked):
            return
        self._send(self._snapshot())
        self._due_at_once = self._requested = False
        self._shown = self._about
        ended = time.perf_counter()
        cost = ended - began
        # In the pause that a pace leaves between two steps, a snapshot holds nothing up.
        free = self._pace is not None and ended < self._next_step
        self._next_snapshot = ended + (SHORTEST if free else max(SHORTEST, cost / SHARE))

    def _snapshot(self) -> Snapshot:
        from lab.trainer import Diverged  # noqa: PLC0415 - loads PyTorch

        trainer = self._trainer
        try:
            trainer.check_losses()
            seen = trainer.look(self._sample)
        except Diverged:
            self._diverged()
            seen = trainer.look(self._sample)
        (seconds0, steps0, images0) = self._marks[0]
        elapsed = self._seconds - seconds0
        steps, images = trainer.step_count - steps0, trainer.images_seen - images0
        known = elapsed > 0 and steps > 0
        left = trainer.total_steps - trainer.step_count
        goes_on = known and self._state not in ("stopped", "diverged")
        return Snapshot(
            state=self._state,
            message=self._message,
            obeyed=self._obeyed,
            step=trainer.step_count,
            total_steps=trainer.total_steps,
            epoch=trainer.epoch,
            epochs=trainer.epochs,
            seconds=self._seconds,
            seconds_left=left * elapsed / steps if goes_on else None,
            images_per_second=images / elapsed if known else 0.0,
            learning_rate=self._learning_rate,
            pace=self._pace,
            device=trainer.device_words,
            **trainer.curves(),
            **seen,
        )


def main() -> None:
    """Be the child process: commands by standard input, messages by standard output."""
    messages = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints must not get among the messages
    source = os.fdopen(os.dup(0), "rb")
    try:
        settings = pickle.load(source)  # noqa: S301 - from our own parent
    except EOFError:
        return  # the parent has gone already
    commands: SimpleQueue[tuple[Any, ...]] = SimpleQueue()
    threading.Thread(target=_listen, args=(source, commands), daemon=True).start()

    def send(message: Watched | Snapshot) -> None:
        pickle.dump(message, messages, protocol=pickle.HIGHEST_PROTOCOL)
        messages.flush()

    with contextlib.suppress(BrokenPipeError):
        work(settings, commands, send, _give_way)
    sys.stderr.flush()
    os._exit(0)  # the listener still waits for a command


def _give_way() -> None:
    """Let the page go first from now on. Loading like this would take a busy machine for ever."""
    if hasattr(os, "SCHED_IDLE"):  # gives way at once, where a nice process ends its turn first
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    elif hasattr(os, "nice"):
        os.nice(10)


def _listen(source: Any, commands: SimpleQueue[tuple[Any, ...]]) -> None:  # noqa: ANN401 - any binary stream
    try:
        while True:
            commands.put(pickle.load(source))  # noqa: S301 - from our own parent
    finally:
        os._exit(0)  # the parent has closed the pipe or is gone: there is nothing to save
