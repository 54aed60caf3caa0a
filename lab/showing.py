"""How a run stands, in a worker: its trainer, one state, and the snapshots that tell of them."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from lab import advice
from lab.frames import Frames, Surveys
from lab.handing import hand_over
from lab.messages import Found
from lab.settings import is_module
from lab.stopwatch import Stopwatch
from lab.studying import Studying
from lab.wanted import Choices, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from lab.frames import About
    from lab.messages import Message, Settings, Snapshot
    from lab.studies import Study
    from lab.training_loop import TrainingLoop

NO_ROOM = "There is not enough memory to look at all of that: choose fewer images."


class Showing:
    """A trainer, what is said of it, and what of it is looked at."""

    def __init__(self, trainer: TrainingLoop, send: Callable[[Message], None]) -> None:
        self._send = send
        self._wanted = Wanted()  # as it was chosen, for whatever network
        self._obeyed = 0
        self._told_found: object = None  # what everybody has been told
        self._told = 0  # commands that had been obeyed when the last snapshot was made
        self._frames = Frames()
        self._studies = Studying(send)
        self._employ(trainer)

    def _employ(self, trainer: TrainingLoop) -> None:
        self._trainer = trainer
        self._corrects = False  # whoever holds the run knows the settings
        self._studies.end()
        watched = trainer.watched()
        self._choices = Choices.of(watched)
        self._view = self._choices.fit(self._wanted)
        self._begin()
        self._send(watched)

    def _begin(self) -> None:
        in_vain = self._settings.dropout and not self._trainer.has_dropout
        self._state, self._message = "ready", advice.NO_DROPOUT if in_vain else advice.READY
        self._problem = ""  # what was refused, until something else is done
        self._moment: int | None = None  # the step that is looked at
        self._watch = Stopwatch()
        self._surveys = Surveys()
        self._no_room = False  # for the survey that is wanted
        self._seen: dict[str, Any] = {}  # by the last look
        self._frames.demand()

    @property
    def _free_until(self) -> float:
        """Until when no step is to be done, so that a look holds nothing up."""
        return 0.0 if self._state == "running" else math.inf

    @property
    def _settings(self) -> Settings:
        return self._trainer.settings

    def _change(self, state: str, message: str) -> None:
        if state == "running":
            self._watch.start()
        else:
            self._watch.stop()
        self._state, self._message, self._problem = state, message, ""
        self._frames.demand()

    def _finish(self) -> None:
        self._change("finished", f"Finished: {self._trainer.result}")

    def _diverged(self) -> None:
        epoch = self._trainer.tests[-1].epoch
        step, rate = self._trainer.step_count + 1, self._settings.learning_rate
        words = advice.diverged(step, epoch, rate, by_hand=self._trainer.by_hand)
        self._change("diverged", words)

    def _look_at(self, step: int | None) -> None:
        moment, self._moment, self._problem = self._moment, None, ""
        try:
            self._moment = None if step is None else self._trainer.moment(step)
        except LookupError:
            self._problem = advice.NO_MOMENTS
        except Exception as error:
            if _is_out_of_memory(error):
                self._moment, self._problem = moment, advice.NO_MORE_MEMORY
            elif is_module(self._settings.model):  # it may hold anything
                self._problem = f"This module cannot be copied: {error}"
            else:
                raise

    def _serve_view(self, name: str, value: Any) -> None:  # noqa: ANN401 - what it is depends on the name
        """Look at something else, or reach into the network; it shows soon."""
        self._frames.hurry()
        if name == "look":
            self._look_at(value)
            self._surveys.hurry()  # what they found is of another moment
        elif name == "watch":
            self._wanted = value
            self._view = self._choices.fit(value)
        elif name == "study":
            self._study(value)
        elif name == "end study":
            self._studies.end(value)
        else:
            self._problem = ""
            try:
                if name == "switch":  # the page may have known another network
                    self._choices.check_channel(*value[:2])
                self._trainer.edits.obey(name, value)
            except ValueError as error:
                self._problem = str(error)

    def _study(self, study: Study) -> None:
        trainer = self._trainer
        if trainer.images is None:
            self._studies.refuse(study, "Only a network that tells images apart can be studied.")
            return
        try:
            step, model = trainer.studied(self._moment)
        except Exception as error:  # noqa: BLE001 - a module of one's own may hold anything
            self._studies.refuse(study, f"This module cannot be copied: {error}")
        else:
            self._studies.begin(study, model, trainer.images, trainer.edits, step)

    def _keep(self, ticket: int, step: int | None, module: bool) -> None:
        from lab.training_loop import Diverged  # noqa: PLC0415 - loads PyTorch

        if self._told < self._obeyed:  # whoever keeps it knows what it is
            self._frames.demand()
            self._show()
        try:
            kept = hand_over(self._trainer, ticket, step, module)
        except Diverged:
            self._diverged()
            kept = hand_over(self._trainer, ticket, step, module)
        self._send(kept)

    @property
    def _about(self) -> About:
        """What a snapshot would be about."""
        return self._trainer.step_count, len(self._trainer.tests), self._obeyed

    def _show(self) -> None:
        """Send a snapshot if the state has changed, or one was asked for and time allows it."""
        if not self._frames.ready(self._about):
            return
        running = self._state == "running"
        may = not running or self._surveys.in_time or self._trainer.asks_anew(self._view)
        if may and not self._no_room:
            self._surveys.begin(self._trainer.survey(self._view, self._moment))
            if self._surveys.under_way:
                self._survey()
        self._frames.show(self._send_snapshot, self._free_until)

    def _survey(self) -> None:
        """Go on with the survey; who looks hears of its end."""
        from lab.training_loop import Diverged  # noqa: PLC0415 - loads PyTorch

        try:
            done = self._surveys.go_on(self._free_until)
            if done or self._trainer.found is not self._told_found:
                self._frames.demand()
        except Diverged:
            self._surveys.begin(None)
            self._diverged()
        except (RuntimeError, MemoryError) as error:
            if not _is_out_of_memory(error):
                raise
            self._no_room = True
        if self._no_room:  # the error is forgotten by now, and what it held
            self._surveys.begin(None)
            _free_memory()
            self._frames.demand()

    def _end_survey(self) -> None:
        """Give the survey up that is under way; another may find room."""
        self._surveys.begin(None)
        self._no_room = False

    def _send_snapshot(self) -> About:
        snapshot, found = self._snapshot(), self._trainer.found
        if found is not self._told_found:
            self._send(Found(found))
            self._told_found = found
        self._send(snapshot)
        self._told = self._obeyed
        return self._about

    def _snapshot(self) -> Snapshot:
        from lab.training_loop import Diverged  # noqa: PLC0415 - loads PyTorch

        trainer = self._trainer
        saw = False
        try:
            trainer.check_losses()
            self._seen = trainer.look(self._view, self._moment)
            saw = True
        except Diverged:
            self._diverged()
            self._seen = trainer.look(self._view)
            saw = True
        except (RuntimeError, MemoryError) as error:
            if not _is_out_of_memory(error):
                raise
        if not saw:  # what was seen last stays
            _free_memory()
        problem = NO_ROOM if self._no_room or not saw else self._problem
        steps, images = self._watch.speed(trainer.step_count, trainer.images_seen)
        total = trainer.total_steps
        goes_on = steps > 0 and self._state not in ("stopped", "diverged")
        return trainer.snapshot(
            state=self._state,
            message=problem or self._message,
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
            surveying=self._surveys.under_way,
            **trainer.curves(),
            **self._seen,
        )


def _is_out_of_memory(error: Exception) -> bool:
    from lab.devices import is_out_of_memory  # noqa: PLC0415 - loads PyTorch

    return is_out_of_memory(error)


def _free_memory() -> None:
    from lab.devices import free_memory  # noqa: PLC0415 - loads PyTorch

    free_memory()
