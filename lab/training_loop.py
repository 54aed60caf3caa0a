"""A network in training, a step at a time, of whatever kind. Needs PyTorch; lives in the worker."""

from __future__ import annotations

import copy
import time
from abc import ABC, abstractmethod
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn

from lab.batches import Batches
from lab.device_data import DeviceData
from lab.devices import choose_device, leave_global_random
from lab.edits import Edits
from lab.messages import Snapshot
from lab.moments import Moments
from lab.schedules import factor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from lab.checkpoints import Checkpoint
    from lab.datasets import ImageDataset
    from lab.initial_model import OwnModule
    from lab.learner import Learner
    from lab.messages import Settings, Watched
    from lab.viewed_images import ViewedImages
    from lab.wanted import Wanted

CHECK_EVERY = 50
"""On a GPU, steps between two looks at the loss: each look makes the CPU wait for the GPU."""

TOO_LARGE = 1e6
"""A loss from which a run counts as diverged: guessing blindly among ten classes costs 2.3."""


class Diverged(Exception):  # noqa: N818 - what happened, not a mistake of the program
    """The loss is beyond all bounds, or a weight or an output is not a finite number any more."""


class TrainingLoop(ABC):
    """The network, the data and the optimizer's memory.

    Args:
        settings: what to train, and how.
        data: the images.

    Raises:
        ValueError: the device cannot be used; the sentence is for the learner.
    """

    snapshot: type[Snapshot] = Snapshot
    """What tells of it."""

    model: nn.Module
    images: ViewedImages | None = None  # by which the network is viewed, if it tells them apart
    _learner: Learner
    _course: Any  # a Course, or another that notes the losses of each step

    def __init__(self, settings: Settings, data: ImageDataset) -> None:
        self.data, self.settings = data, settings
        self.device, self.device_words = choose_device(settings.device, settings.threads)
        self.here = DeviceData(data, self.device)
        self.edits = Edits(nn.Module())  # of no network yet
        self.by_hand = False  # whether weights had been set by hand when it had to give up
        self.own: OwnModule | None = None

    @abstractmethod
    def _make(self) -> None:
        """Make the network with its initial weights, the learner and the course."""

    @abstractmethod
    def _test(self) -> Iterator[None]:
        """Try the whole test set, note what comes out, and keep a copy of the weights."""

    @property
    @abstractmethod
    def result(self) -> str:
        """What came out, in a sentence."""

    @abstractmethod
    def look(self, wanted: Wanted, moment: int | None = None) -> dict[str, Any]:
        """Return what the views show: the fields of a snapshot from ``looked_at`` on.

        Args:
            wanted: what to look at.
            moment: a step of which the weights are kept, or one near it; ``None`` is now.

        Raises:
            Diverged: a number is not finite. The last good weights are back.
        """

    @abstractmethod
    def survey(self, wanted: Wanted, moment: int | None = None) -> Iterator[None] | None:
        """Return the way to what is about many images, piece by piece; None if it is known.

        There must be no step in between.

        Args:
            wanted: as in ``look``.
            moment: as in ``look``.

        Raises:
            Diverged: on the way; a number is not finite. The last good weights are back.
        """

    @property
    @abstractmethod
    def found(self) -> dict[str, Any]:
        """What surveys found out last: fields of a snapshot, another table when it changes."""

    @abstractmethod
    def asks_anew(self, wanted: Wanted) -> bool:
        """Whether another survey is wanted than the last one was, whatever the weights are."""

    @abstractmethod
    def watched(self) -> Watched:
        """Return the watched images and what the network consists of."""

    def reset(self) -> None:
        """Go back to the initial weights, the same each time, and test them."""
        self.edits.let_go()
        with leave_global_random():
            torch.manual_seed(self.settings.seed)
            self._make()
        self._batches = Batches(
            len(self.here.train_labels),
            self.settings.seed,
            self.device,
            normalised=self._learner.normalises,
        )
        self.step_count = 0
        self.images_seen = 0
        self._checked = 0
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

    def studied(self, moment: int | None) -> tuple[int, nn.Module]:
        """Return a step, and a copy of the network as it was then, or is now: for a study."""
        step, model = self._at(moment)
        with self.edits.away():
            return (self.step_count if step < 0 else step), copy.deepcopy(model)

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
    def tests(self) -> Sequence[Any]:
        """The tests on the way; the first is that of the initial weights."""
        tests: Sequence[Any] = self._course.tests
        return tests

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
        losses: torch.Tensor = self._course.losses.between(self._checked, self.step_count)
        return losses

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

    def _at(self, moment: int | None) -> tuple[int, nn.Module]:
        """Return the network at a moment, and its step; -1 is now."""
        return (-1, self.model) if moment is None else self.moments.at(moment)

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

    def _about(self) -> dict[str, Any]:
        """Return the fields of ``Watched`` that tell of the data and of the network's size."""
        data = self.data
        return {
            "class_names": data.class_names,
            "parameters": sum(weight.numel() for weight in self._learner.weights),
            "train_count": len(data.train_labels),
            "test_count": len(data.test_labels),
            "dataset": data.name,
            "licence": data.licence,
            "source": data.source,
            "warning": data.warning,
            "train_counts": np.bincount(data.train_labels, minlength=len(data.class_names)),
        }
