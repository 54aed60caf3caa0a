"""The worker of a run: trains, obeys between two steps, and shows a snapshot to those who ask.

The commands are tuples, a name and at most one value:

======================== ======================================================================
``("start",)``           train; after the end, begin again from the initial weights
``("pause",)``           stand still after the present step
``("step", n)``          train n steps, then pause
``("epochs", n)``        train to the end of the n-th epoch from here, then pause
``("stop",)``            end the run here; the weights stay
``("reset",)``           back to the initial weights
``("watch", wanted)``    look at something else; see ``lab.wanted``
``("edit", (...))``      set a weight; see ``lab.edits``, here and in the next two
``("switch", (...))``    switch a channel off, or on
``("undo",)``            take back what a hand did last
``("study", study)``     study the network that is looked at; see ``lab.studies``
``("end study", key)``   give a study up
``("look", step)``       show the weights of that step, or of one near it; None is now
``("change", values)``   go on with other settings
``("renew", settings)``  begin anew with other settings
``("began", (c, own))``  a reset goes back to that checkpoint and module: before a rest
``("keep", (n, ...))``   send the weights of a step with the ticket n; see ``hand_over``
``("request",)``         send a snapshot as soon as there is something new
``("close",)``           end the worker
======================== ======================================================================
"""

from __future__ import annotations

import contextlib
import math
import sys
import time
import traceback
from dataclasses import replace
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from lab import advice, courtesy
from lab.datasets import load
from lab.inside import HANDS
from lab.messages import Correction, Message, Settings, Snapshot
from lab.settings import is_module, same_data
from lab.showing import Showing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lab.training_loop import TrainingLoop

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
            message = advice.NO_MEMORY
        send(Snapshot(state="failed", message=message))


class Worker(Showing):
    """The loop around a ``TrainingLoop``: the steps, the commands, and the clock."""

    def __init__(
        self,
        settings: Settings,
        commands: SimpleQueue[tuple[Any, ...]],
        send: Callable[[Message], None],
    ) -> None:
        self._commands = commands
        self._rest_until = 0.0  # a hand goes first
        self._step_seconds = 0.0  # the last one took
        self._open = True
        super().__init__(_trainer(settings), send)

    def _begin(self) -> None:
        super()._begin()
        self._until_step: int | None = None  # pause after this step
        self._until_epoch: int | None = None  # pause after this epoch
        self._work: Iterator[None] | None = None  # the step it is at
        self._next_step = time.perf_counter()

    @property
    def _wake(self) -> float:
        """When to work on: what a step has begun waits for no pace."""
        return self._rest_until if self._work else max(self._rest_until, self._next_step)

    @property
    def _free_until(self) -> float:
        """Until when no step is to be done."""
        if self._state != "running" or self._settings.pace is None:
            return super()._free_until
        return self._next_step

    @property
    def _fair(self) -> float:
        """For how long a study may go on: while steps are done, as long as one of them takes."""
        return self._step_seconds if self._state == "running" else math.inf

    def run(self) -> None:
        """Work until closed."""
        try:
            self._show()
            while self._open:
                if self._surveys.under_way:
                    self._survey()
                else:  # the network may change
                    self._studies.go_on(self._fair)
                    if self._state == "running" and time.perf_counter() >= self._wake:
                        self._train()
                self._obey()
                self._show()
        finally:  # whatever ends it, a module of one's own is given back as it was
            self._trainer.edits.let_go()

    def _train(self) -> None:
        from lab.training_loop import Diverged  # noqa: PLC0415 - loads PyTorch

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
        ended = time.perf_counter()
        self._step_seconds = ended - began
        if self._trainer.device.type == "cpu":
            self._rest_until = ended + courtesy.rest(ended - began)
        if done:
            self._work = None
            self._after_step()

    def _after_step(self) -> None:
        trainer = self._trainer
        self._watch.mark(trainer.step_count, trainer.images_seen)
        if trainer.finished:
            self._finish()
        elif self._until_epoch is not None and trainer.epoch >= self._until_epoch:
            self._change("paused", f"Paused after epoch {trainer.epoch}.")
        elif self._until_step is not None and trainer.step_count >= self._until_step:
            self._change("paused", f"Paused after step {trainer.step_count}.")

    def _diverged(self) -> None:
        self._work = None
        super()._diverged()

    def _out_of_memory(self) -> None:
        from lab.devices import free_memory  # noqa: PLC0415 - loads PyTorch

        self._trainer.release()
        free_memory()
        self._change("paused", advice.out_of_memory(self._settings.batch_size))

    def _obey(self) -> None:
        """Obey all commands that are there; while nothing is to be done, wait for one."""
        wait = self._studies.wait
        if self._frames.due or self._surveys.under_way:
            wait = 0.0
        elif self._state == "running":
            wake = self._wake
            frame = self._frames.wake(self._about)
            if not self._work and frame is not None:
                wake = min(wake, frame)
            until = max(0.0, wake - time.perf_counter())
            wait = until if wait is None else min(wait, until)
        with contextlib.suppress(Empty):
            self._obey_one(*self._commands.get(block=wait != 0, timeout=wait))
            while True:
                self._obey_one(*self._commands.get_nowait())

    def _obey_one(self, name: str, value: Any = None) -> None:  # noqa: ANN401 - what it is depends on the name
        if name == "request":
            self._frames.ask()
        elif name == "keep":
            self._keep(*value)
        elif name == "close":
            self._open = False
        else:
            self._act(name, value)
            self._obeyed += 1
            # Whoever commanded sees the effect: at once, or while it runs with the next snapshot.
            if self._state == "running":
                self._frames.ask()
            else:
                self._frames.demand()

    def _act(self, name: str, value: Any) -> None:  # noqa: ANN401 - what it is depends on the name
        trainer = self._trainer
        self._end_survey()  # it would be of what was
        if name in ("look", "watch", "study", "end study", *HANDS):
            self._serve_view(name, value)
        elif name in ("start", "step", "epochs"):
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
        elif name == "change":
            self._change_settings(value)
        elif name == "renew":
            self._renew(value)
        elif name == "began":
            trainer.begin_from(*value)

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
        trainer = self._trainer
        try:
            if "epochs" in values:
                self._check_epochs(values["epochs"])
            trainer.change(replace(self._settings, **values))
        except ValueError as error:
            self._refuse(error)
            return
        self._problem = ""
        if self._corrects:
            self._correct()
        if not values.keys().isdisjoint({"pace", "batch_size"}):
            self._next_step = time.perf_counter()
            self._watch.begin_anew(trainer.step_count, trainer.images_seen)
        if self._state == "finished" and not trainer.finished:
            self._change("paused", advice.more_epochs(self._settings.epochs - trainer.epoch))
        elif self._state in ("running", "paused") and trainer.finished and self._work is None:
            self._finish()

    def _check_epochs(self, epochs: int) -> None:
        """Refuse fewer epochs than there are already: the last test belongs to the last step."""
        under_way = self._trainer.within_epoch and self._state not in OVER
        begun = self._trainer.epoch + under_way
        if epochs < begun:
            raise ValueError(advice.too_few_epochs(begun, epochs))

    def _renew(self, settings: Settings) -> None:
        """Begin anew with other settings, or refuse them and stay as before."""
        try:
            trainer = _trainer(settings, self._trainer)
        except (ValueError, TypeError, OSError) as error:
            self._refuse(error)
        except Exception as error:
            from lab.devices import free_memory  # noqa: PLC0415 - loads PyTorch

            words = advice.NO_MORE_MEMORY
            if not _is_out_of_memory(error):
                if not is_module(settings.model):
                    raise
                kind = "" if isinstance(error, RuntimeError) else f"{type(error).__name__}: "
                words = f"This module cannot take these images: {kind}{error}"
            free_memory()
            self._refuse(ValueError(words))
        else:
            self._trainer.edits.let_go()
            self._employ(trainer)

    def _refuse(self, error: Exception) -> None:
        self._problem = str(error)
        self._corrects = True
        self._correct()

    def _correct(self) -> None:
        """Tell whoever holds the run its settings: those it knows come from what was refused."""
        self._send(Correction(self._obeyed + 1, self._settings))


def _trainer(settings: Settings, before: TrainingLoop | None = None) -> TrainingLoop:
    """Return a trainer, with the data of the one before if they are the same."""
    if before is not None and same_data(settings, before.settings):
        data = before.data
    else:  # before PyTorch: what is wrong with the data is said at once
        data = load(settings.dataset, settings.root, **settings.options)
    return settings.trainer(data, before)


def _is_out_of_memory(error: Exception) -> bool:
    if "torch" not in sys.modules:  # which may be what failed
        return isinstance(error, MemoryError)
    from lab.devices import is_out_of_memory  # noqa: PLC0415 - loads PyTorch

    return is_out_of_memory(error)
