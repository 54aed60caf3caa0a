"""The worker of a run: trains, obeys between two steps, and shows a snapshot to those who ask.

The commands are tuples, a name and at most one value:

======================== ======================================================================
``("start",)``           train; after the end, begin again from the initial weights
``("pause",)``           stand still after the present step
``("step", n)``          train n steps, then pause
``("epochs", n)``        train to the end of the n-th epoch from here, then pause
``("stop",)``            end the run here; the weights stay
``("reset",)``           back to the initial weights
``("select", i)``        show the maps of the i-th watched image
``("look", step)``       show the weights of that step, or of one near it; None is now
``("change", values)``   go on with other settings
``("renew", settings)``  begin anew with other settings
``("keep", (n, step))``  send the weights of that step, None is now, with the ticket n
``("request",)``         send a snapshot as soon as there is something new
``("close",)``           end the worker
======================== ======================================================================
"""

from __future__ import annotations

import contextlib
import sys
import time
import traceback
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from lab import courtesy
from lab.datasets import load
from lab.messages import Kept, Message, Settings, Snapshot
from lab.stopwatch import Stopwatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lab.trainer import Trainer

SHARE = 0.01
"""The share of the training time that making snapshots may take."""

SHORTEST = 0.1
"""Seconds between two snapshots at least: ten a second are enough for the eye."""

OVER = ("finished", "stopped", "diverged")
"""The states in which a run has come to an end: to go on is to begin again."""


def work(
    settings: Settings,
    commands: SimpleQueue[tuple[Any, ...]],
    send: Callable[[Message], None],
    loaded: Callable[[], object] = lambda: None,
) -> None:
    """Train as commanded until ``("close",)`` comes, or something fails and a message says so."""
    try:
        worker = Worker(settings, commands, send)
        loaded()
        worker.run()
    except (ValueError, TypeError, OSError) as error:  # the data or the device: our own sentence
        send(Snapshot(state="failed", message=str(error)))
    except Exception as error:  # noqa: BLE001 - whatever it is, the learner must hear of it
        traceback.print_exc()
        message = f"The training broke off: {type(error).__name__}: {error}"
        if _is_out_of_memory(error):
            message = "There is not enough memory for these images and this network."
        send(Snapshot(state="failed", message=message))


class Worker:
    """The loop around a ``Trainer``: one state, the commands, the clock, and when to show what."""

    def __init__(
        self,
        settings: Settings,
        commands: SimpleQueue[tuple[Any, ...]],
        send: Callable[[Message], None],
    ) -> None:
        self._commands, self._send = commands, send
        self._sample = 0
        self._obeyed = 0
        self._requested = False  # somebody wants the next snapshot
        self._shown = (-1, -1, -1)  # what the last snapshot was about
        self._next_snapshot = 0.0
        self._rest_until = 0.0  # a hand goes first
        self._open = True
        self._employ(settings, _trainer(settings))

    def _employ(self, settings: Settings, trainer: Trainer) -> None:
        self._settings, self._trainer = settings, trainer
        self._sample = min(self._sample, trainer.watched_count - 1)
        self._begin()
        self._send(trainer.watched())

    def _begin(self) -> None:
        message = "Ready. Press start and watch it learn."
        if self._settings.dropout and not self._trainer.has_dropout:
            message = "Ready. This network has no dropout layers, so that dropout changes nothing."
        self._state, self._message = "ready", message
        self._due_at_once = True  # the state has changed, so everybody must hear
        self._until_step: int | None = None  # pause after this step
        self._until_epoch: int | None = None  # pause after this epoch
        self._work: Iterator[None] | None = None  # the step it is at
        self._moment: int | None = None  # the step that is looked at
        self._watch = Stopwatch()
        self._next_step = time.perf_counter()

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
            if self._settings.pace is not None:
                # The rhythm is kept from step to step, but no lost time is made up for in a rush.
                next_step = self._next_step + 1 / self._settings.pace
                self._next_step = max(next_step, time.perf_counter())
            self._work = self._trainer.advance()
        began = time.perf_counter()
        try:
            done = next(self._work, "done") == "done"  # otherwise: in the middle of a test
        except Diverged:
            self._diverged()
            return
        except (RuntimeError, MemoryError) as error:
            if not _is_out_of_memory(error):
                raise
            done = False
            self._work = None
        if self._work is None:  # the error is forgotten by now, and what it held
            self._out_of_memory()
            return
        if self._trainer.device.type == "cpu":
            ended = time.perf_counter()
            self._rest_until = ended + courtesy.rest(ended - began)
        if done:
            self._work = None
            self._after_step()

    def _after_step(self) -> None:
        trainer = self._trainer
        self._watch.mark(trainer.step_count, trainer.images_seen)
        if trainer.finished:
            accuracy = trainer.tests[-1].accuracy
            self._change("finished", f"Finished: {accuracy:.1%} of the test images are recognised.")
        elif self._until_epoch is not None and trainer.epoch >= self._until_epoch:
            self._change("paused", f"Paused after epoch {trainer.epoch}.")
        elif self._until_step is not None and trainer.step_count >= self._until_step:
            self._change("paused", f"Paused after step {trainer.step_count}.")

    def _diverged(self) -> None:
        self._work = None
        epoch = self._trainer.tests[-1].epoch
        back = "initial weights" if epoch == 0 else f"weights of epoch {epoch}"
        rate = self._settings.learning_rate
        self._change(
            "diverged",
            f"In step {self._trainer.step_count + 1} the loss grew beyond all bounds. "
            f"The learning rate of {rate:g} makes steps that are too long. "
            f"The {back} are back. "
            f"Try {rate / 10:.3g}, then press start.",
        )

    def _out_of_memory(self) -> None:
        from lab.devices import free_memory  # noqa: PLC0415 - loads PyTorch

        self._trainer.release()
        free_memory()
        size = self._settings.batch_size
        advice = (
            f"Try a batch size of {size // 2}, then press start."
            if size > 1
            else "Choose a smaller network, then press start."
        )
        self._change(
            "paused",
            f"There is not enough memory for {size} image{'s' if size > 1 else ''} at a time. "
            f"The weights are kept. {advice}",
        )

    def _change(self, state: str, message: str) -> None:
        if state == "running":
            self._watch.start()
        else:
            self._watch.stop()
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
        elif name == "keep":
            self._keep(*value)
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
        trainer = self._trainer
        if name in ("start", "step", "epochs"):
            self._start(name, value)
        elif name == "pause" and self._state == "running":
            self._change("paused", f"Paused after step {trainer.step_count}.")
        elif name == "stop" and self._state in ("running", "paused"):
            self._change(
                "stopped", f"Stopped after step {trainer.step_count}. The weights are kept."
            )
        elif name == "reset":
            trainer.reset()
            self._begin()
        elif name == "select":
            self._sample = min(value, trainer.watched_count - 1)
        elif name == "look":
            self._moment = None if value is None else trainer.moment(value)
        elif name == "change":
            self._change_settings(value)
        elif name == "renew":
            self._renew(value)

    def _start(self, until: str, count: int | None) -> None:
        if self._state in OVER:
            self._trainer.reset()
            self._begin()
        far = count or 0
        self._until_step = self._trainer.step_count + far if until == "step" else None
        self._until_epoch = self._trainer.epoch + far if until == "epochs" else None
        self._next_step = time.perf_counter()
        self._change("running", "It is learning.")

    def _change_settings(self, values: dict[str, Any]) -> None:
        try:
            settings = replace(self._settings, **values)
            self._trainer.change(settings)
        except ValueError as error:
            self._refuse(error)
            return
        self._settings = settings
        if not values.keys().isdisjoint({"pace", "batch_size"}):
            self._next_step = time.perf_counter()
            self._watch.begin_anew(self._trainer.step_count, self._trainer.images_seen)
        if self._state == "finished" and not self._trainer.finished:
            left = settings.epochs - self._trainer.epoch
            self._change("paused", f"{left} more epoch{'s' if left > 1 else ''}: press start.")

    def _renew(self, settings: Settings) -> None:
        """Begin anew with other settings, or refuse them and stay as before."""
        try:
            trainer = _trainer(settings, self._trainer)
        except (ValueError, TypeError, OSError) as error:
            self._refuse(error)
        except (RuntimeError, MemoryError) as error:
            from lab.devices import free_memory  # noqa: PLC0415 - loads PyTorch

            if not _is_out_of_memory(error):
                raise
            free_memory()
            self._refuse(ValueError("There is not enough memory for that; the run is as it was."))
        else:
            self._employ(settings, trainer)

    def _refuse(self, error: Exception) -> None:
        self._message = str(error)
        self._requested = True
        self._send(self._settings)  # whoever holds the run must know what is the case

    def _keep(self, ticket: int, step: int | None) -> None:
        from lab.trainer import Diverged  # noqa: PLC0415 - loads PyTorch

        try:
            self._send(Kept(ticket, *self._trainer.weights(step)))
        except Diverged:
            self._diverged()
            self._send(Kept(ticket, *self._trainer.weights(step)))

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
        busy = time.thread_time()  # on a busy machine, waiting for a turn is no cost of the views
        self._send(self._snapshot())
        cost = time.thread_time() - busy
        self._due_at_once = self._requested = False
        self._shown = self._about
        ended = time.perf_counter()
        # In the pause that a pace leaves between two steps, a snapshot holds nothing up.
        free = self._settings.pace is not None and ended < self._next_step
        self._next_snapshot = ended + (SHORTEST if free else max(SHORTEST, cost / SHARE))

    def _snapshot(self) -> Snapshot:
        from lab.trainer import Diverged  # noqa: PLC0415 - loads PyTorch

        trainer = self._trainer
        try:
            trainer.check_losses()
            seen = trainer.look(self._sample, self._moment)
        except Diverged:
            self._diverged()
            seen = trainer.look(self._sample)
        steps, images = self._watch.speed(trainer.step_count, trainer.images_seen)
        total = trainer.total_steps
        goes_on = steps > 0 and self._state not in ("stopped", "diverged")
        return Snapshot(
            state=self._state,
            message=self._message,
            obeyed=self._obeyed,
            step=trainer.step_count,
            total_steps=total,
            epoch=trainer.epoch,
            epochs=self._settings.epochs,
            seconds=self._watch.seconds,
            seconds_left=(total - trainer.step_count) / steps if goes_on else None,
            images_per_second=images,
            learning_rate=self._settings.learning_rate,
            pace=self._settings.pace,
            device=trainer.device_words,
            **trainer.curves(),
            **seen,
        )


def _trainer(settings: Settings, before: Trainer | None = None) -> Trainer:
    """Return a trainer, with the data of the one before if they are the same."""
    data = None
    if before is not None and all(
        getattr(settings, name) == getattr(before.settings, name)
        for name in ("dataset", "root", "options")
    ):
        data = before.data
    if data is None:  # before PyTorch: what is wrong with the data is said at once
        data = load(settings.dataset, settings.root, **settings.options)
    from lab.trainer import Trainer  # noqa: PLC0415 - loads PyTorch

    return Trainer(settings, data, before)


def _is_out_of_memory(error: Exception) -> bool:
    if "torch" not in sys.modules:  # which may be what failed
        return isinstance(error, MemoryError)
    from lab.devices import is_out_of_memory  # noqa: PLC0415 - loads PyTorch

    return is_out_of_memory(error)
