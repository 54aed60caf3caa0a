"""One network being trained on one data set, a step at a time. Needs PyTorch; lives in the worker.

The steps are those of the usual lines::

    torch.manual_seed(seed)
    model = build("lenet", input_shape, classes)
    optimizer = torch.optim.SGD(model.parameters(), learning_rate, momentum)
    loss = cross_entropy(model((images - mean) / std), labels)  # of the training images' pixels
    loss.backward()
    optimizer.step()
"""

from __future__ import annotations

import copy
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from lab.batches import Batches
from lab.calibration import calibrate
from lab.course import Course, Test
from lab.device_data import DeviceData, mean_and_std
from lab.devices import OwnRandom, choose_device, leave_global_random
from lab.edits import Edits
from lab.evaluation import outcome
from lab.initial_model import OwnModule, initial_model
from lab.learner import Learner
from lab.looking import Looker, NotFiniteError, ViewedImages
from lab.messages import Snapshot
from lab.moments import HISTORY_BYTES, KEEP_FACTOR, Moments
from lab.schedules import factor
from lab.settings import is_module

__all__ = ["HISTORY_BYTES", "KEEP_FACTOR", "Diverged", "Trainer", "mean_and_std"]

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray

    from lab.checkpoints import Checkpoint
    from lab.datasets import ImageDataset
    from lab.messages import Settings, Watched
    from lab.wanted import Wanted

CHECK_EVERY = 50
"""On a GPU, steps between two looks at the loss: each look makes the CPU wait for the GPU."""

TOO_LARGE = 1e6
"""A loss from which a run counts as diverged: guessing blindly among ten classes costs 2.3."""


class Diverged(Exception):  # noqa: N818 - what happened, not a mistake of the program
    """The loss is beyond all bounds, or a weight or an output is not a finite number any more."""


class Trainer:
    """The network, the data and the optimizer's memory.

    Args:
        settings: what to train, and how.
        data: the images.
        before: the trainer whose place this one takes: it knows with which weights a module of
            one's own began.

    Raises:
        ValueError: the data, the network or the device cannot be used; the sentence is for the
            learner.
    """

    snapshot = Snapshot
    """What tells of it."""

    def __init__(
        self, settings: Settings, data: ImageDataset, before: Trainer | None = None
    ) -> None:
        self.data, self.settings = data, settings
        self.device, self.device_words = choose_device(settings.device, settings.threads)
        self.here = here = DeviceData(data, self.device)
        chunk = None if self.device.type == "cpu" else here.chunk
        self._images = ViewedImages(
            here.test_images,
            data.test_labels,
            settings.watched,
            here.numbers,
            white=data.scale,
            chunk=chunk,
        )
        self.edits = Edits(nn.Module())  # of no network yet
        self.by_hand = False  # whether weights had been set by hand when it had to give up
        self.own: OwnModule | None = None
        if not is_module(settings.model):
            self.reset()
            return
        now = OwnModule(settings.model)
        same = before is not None and before.settings.model is settings.model
        self.own = before.own if before is not None and same else now
        try:
            with nullcontext() if before is None else before.edits.away():
                self.reset()
        except BaseException:  # the trainer before goes on with the module
            module = now.put_back()
            if before is not None and same:
                module.to(before.device)
            raise

    def reset(self) -> None:
        """Go back to the initial weights, the same each time, and test them."""
        self.edits.let_go()
        with leave_global_random():
            torch.manual_seed(self.settings.seed)
            shape, classes = self.data.train_images.shape[1:], len(self.data.class_names)
            model = initial_model(self.settings, shape, classes, self.own)
            self.model = model.to(self.device)
            random = OwnRandom(self.device)
        here, own = self.here, self.own is not None
        self._learner = Learner(self.settings, self.model, here, random, own=own)
        self._looker = Looker(self.model, self._images)
        if self._looker.classes != classes:
            raise ValueError(
                f"This network tells {self._looker.classes} classes apart, but the data have "
                f"{classes}: its last layer must put out as many numbers."
            )
        self._batches = Batches(
            len(here.train_labels),
            self.settings.seed,
            self.device,
            normalised=self._learner.normalises,
        )
        self.step_count = 0
        self.images_seen = 0
        self._checked = 0
        self._course = Course(self.device)
        self._seconds = 0.0
        self.edits = Edits(self.model)
        self.moments = Moments(self.model, self._copied)
        try:
            for _ in self._test():
                pass
        except Diverged:
            raise ValueError("With its first weights the loss is beyond all bounds.") from None

    def change(self, settings: Settings) -> None:
        """Go on with other settings: those of ``lab.settings.LIVE`` may differ.

        Raises:
            ValueError: the network cannot be trained like that; nothing has changed.
        """
        self._learner.change(settings)
        self.settings = settings

    def begin_from(self, checkpoint: Checkpoint | None, own: OwnModule | None) -> None:
        """Say where a reset goes back to, if that is not where this trainer has begun."""
        self.settings = replace(self.settings, checkpoint=checkpoint)
        if own is not None:
            self.own, self._learner.dropouts = own, own.dropouts

    def own_copy(self) -> nn.Module | None:
        """Return a copy of a module of one's own; None if the network is another."""
        return self._copied() if self.own is not None else None

    def _copied(self) -> nn.Module:
        """Return a copy of the network, with all channels on."""
        with self.edits.away():
            return copy.deepcopy(self.model)

    @property
    def has_dropout(self) -> bool:
        """Whether the network has dropout layers."""
        return bool(self._learner.dropouts)

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self._batches.epoch

    @property
    def within_epoch(self) -> bool:
        """Whether some images of an epoch have been learnt from, and others have not."""
        return self._batches.within_epoch

    @property
    def tests(self) -> list[Test]:
        """The tests on the way; the first is that of the initial weights."""
        return self._course.tests

    @property
    def result(self) -> str:
        """What came out, in a sentence."""
        return f"{self.tests[-1].accuracy:.1%} of the test images are recognised."

    @property
    def total_steps(self) -> int:
        """Steps of the whole run: those done, and those to come with the present batch size."""
        settings = self.settings
        return self.step_count + self._batches.steps_left(settings.batch_size, settings.epochs)

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.epoch >= self.settings.epochs

    def step(self, learning_rate: float | None = None) -> None:
        """Do all that ``advance`` does at once, with another learning rate if one is given."""
        if learning_rate is not None and learning_rate != self.settings.learning_rate:
            self.change(replace(self.settings, learning_rate=learning_rate))
        for _ in self.advance():
            pass

    def advance(self) -> Iterator[None]:
        """Learn from one batch; after the last one of an epoch, try the whole test set.

        The test of a large set takes longer than a hand likes to wait. So this comes up for air
        between its parts; the step is done when the iteration ends.

        Raises:
            Diverged: the loss is beyond all bounds. The last good weights are back.
        """
        began = time.perf_counter()
        batch = self._batches.next(self.settings.batch_size)
        rate = self.settings.learning_rate
        if self.settings.schedule != "constant":
            rate *= factor(self.settings.schedule, self.step_count, self.total_steps)
        loss = self._learner.learn(batch, rate)
        self._course.note(self.step_count, loss, rate)
        self.step_count += 1
        self.images_seen += len(batch)
        end_of_epoch = self._batches.taken(len(batch))
        keeps = self.moments.due(self.step_count)
        self._seconds += time.perf_counter() - began
        if self.device.type == "cpu" or end_of_epoch or keeps or not self.step_count % CHECK_EVERY:
            self.check_losses()
        if keeps:
            self.moments.keep(self.step_count)
        if end_of_epoch:
            yield from self._test()

    def check_losses(self) -> None:
        """Look at the losses since the last look. A GPU is waited for.

        Raises:
            Diverged: one is beyond all bounds. The last good weights are back, the steps after it
                are forgotten.
        """
        began = time.perf_counter()
        losses = self._unchecked_losses()
        bounded = losses < TOO_LARGE  # not so for NaN
        all_bounded = bool(bounded.all())
        self._seconds += time.perf_counter() - began
        if not all_bounded:
            self.step_count = self._checked + int(bounded.long().argmin())
            raise self._give_up()
        self._checked = self.step_count

    def _unchecked_losses(self) -> torch.Tensor:
        """Return the losses since the last look, which must be bounded."""
        return self._course.losses.between(self._checked, self.step_count)

    def _test(self) -> Iterator[None]:
        """Try the whole test set, note what comes out, and keep a copy of the weights."""
        answers = []
        for images in self.here.test_parts():
            self.model.eval()  # a look between two parts may have put it back
            with torch.no_grad():
                answers.append(self._learner.logits(self.here.numbers(images)))
            self.model.train()
            yield
        logits, labels = torch.cat(answers), self.here.test_labels
        last = outcome(logits, labels)
        if not last.loss < TOO_LARGE:
            raise self._give_up()
        self._course.tested(
            Test(self.step_count, self.epoch, last.loss, last.accuracy, self._seconds),
            last.of(self._images.drawn),
            lambda: calibrate(logits.cpu().numpy(), labels.cpu().numpy()),
        )
        self.moments.trust()
        self.moments.keep(self.step_count)

    def _give_up(self) -> Diverged:
        """Bring the last good weights back, and return the error to raise."""
        self.moments.bring_back()
        self._learner.forget()
        self.by_hand = self.edits.forget()
        self._checked = self.step_count
        return Diverged()

    def release(self) -> None:
        """Let go of the memory that only a step needs."""
        self._learner.release()

    def look(self, wanted: Wanted, moment: int | None = None) -> dict[str, Any]:
        """Return what the views show: the fields of a snapshot from ``looked_at`` on.

        What is about many images comes from the last survey.

        Args:
            wanted: what to look at.
            moment: a step of which the weights are kept, or one near it; ``None`` is now.

        Raises:
            Diverged: a number is not finite. The last good weights are back.
        """
        step, model = self._at(moment)
        hands = {"edits": self.edits.count, "switched_off": self.edits.switched_off}
        try:
            with self._in_place(model):
                seen = self._looker.look(model, wanted, gradients=step < 0)
        except NotFiniteError:
            raise self._give_up() from None
        return {"looked_at": step, **hands, **seen}

    def survey(self, wanted: Wanted, moment: int | None = None) -> Iterator[None] | None:
        """Return the way to what is about many images, piece by piece; None if it is known.

        There must be no step in between.

        Args:
            wanted: as in ``look``.
            moment: as in ``look``.

        Raises:
            Diverged: on the way; a number is not finite. The last good weights are back.
        """
        step, model = self._at(moment)
        version = step, self.step_count if step < 0 else 0, self.edits.version
        pieces = self._looker.survey(model, wanted, version)
        return None if pieces is None else self._guarded(pieces, model)

    def asks_anew(self, wanted: Wanted) -> bool:
        """Whether another survey is wanted than the last one was, whatever the weights are."""
        return self._looker.asks_anew(wanted)

    def _guarded(self, pieces: Iterator[None], model: nn.Module) -> Iterator[None]:
        try:
            with self._in_place(model):
                # `yield from` would close what a later call goes on with.
                for piece in pieces:  # noqa: UP028
                    yield piece
        except NotFiniteError:
            raise self._give_up() from None
        except Exception:
            self.edits.version += 1  # asked for again, it is another one
            raise

    def _at(self, moment: int | None) -> tuple[int, nn.Module]:
        """Return the network at a moment, and its step; -1 is now."""
        return (-1, self.model) if moment is None else self.moments.at(moment)

    def _in_place(self, model: nn.Module) -> AbstractContextManager[None]:
        """Have the same channels off in the network of another moment."""
        return nullcontext() if model is self.model else self.edits.in_place(model)

    def moment(self, step: int) -> int:
        """Return the step nearest to this one whose weights can be looked at.

        Raises:
            LookupError: none are kept.
        """
        return self.moments.at(step)[0]

    def weights(self, moment: int | None = None) -> tuple[int, dict[str, NDArray[Any]]]:
        """Return a step and the weights after it, as arrays of their own.

        Args:
            moment: a step near which weights are kept; ``None`` is now.

        Raises:
            LookupError: none are kept.
        """
        self.check_losses()
        step = self.step_count if moment is None else self.moments.history.nearest(moment)
        return step, self.moments.weights(moment)

    def curves(self) -> dict[str, Any]:
        """Return the fields ``loss_steps`` to ``moments`` of a ``Snapshot``."""
        moments = np.array(self.moments.history.steps, np.int64)
        return {**self._course.fields(self.step_count), "moments": moments}

    def watched(self) -> Watched:
        """Return the watched images and what the network consists of."""
        data = self.data
        return self._looker.watched(
            class_names=data.class_names,
            parameters=sum(weight.numel() for weight in self._learner.weights),
            train_count=len(data.train_labels),
            test_count=len(data.test_labels),
            dataset=data.name,
            licence=data.licence,
            source=data.source,
            warning=data.warning,
            train_counts=np.bincount(data.train_labels, minlength=len(data.class_names)),
        )
