"""A network that learns to tell images apart, a step at a time. Needs PyTorch; lives in the worker.

The steps are those of the usual lines::

    torch.manual_seed(seed)
    model = build("lenet", input_shape, classes)
    optimizer = torch.optim.SGD(model.parameters(), learning_rate, momentum)
    loss = cross_entropy(model((images - mean) / std), labels)  # of the training images' pixels
    loss.backward()
    optimizer.step()
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

import torch

from lab.calibration import calibrate
from lab.course import Course, Test
from lab.devices import OwnRandom
from lab.evaluation import outcome
from lab.initial_model import OwnModule, initial_model
from lab.learner import Learner
from lab.looking import Looker, NotFiniteError, ViewedImages
from lab.settings import is_module
from lab.training_loop import TOO_LARGE, TrainingLoop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from torch import nn

    from lab.datasets import ImageDataset
    from lab.messages import Settings, Watched
    from lab.wanted import Wanted


class Trainer(TrainingLoop):
    """A network that tells classes apart.

    Args:
        settings: what to train, and how.
        data: the images.
        before: whose place this one takes: it knows with which weights a module of one's own
            began.

    Raises:
        ValueError: the data, the network or the device cannot be used; the sentence is for the
            learner.
    """

    images: ViewedImages

    def __init__(
        self, settings: Settings, data: ImageDataset, before: TrainingLoop | None = None
    ) -> None:
        super().__init__(settings, data)
        here = self.here
        chunk = None if self.device.type == "cpu" else here.chunk
        self.images = ViewedImages(
            here.test_images,
            data.test_labels,
            settings.watched,
            here.numbers,
            white=data.scale,
            chunk=chunk,
        )
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

    def _make(self) -> None:
        shape, classes = self.data.train_images.shape[1:], len(self.data.class_names)
        model = initial_model(self.settings, shape, classes, self.own)
        self.model = model.to(self.device)
        random, own = OwnRandom(self.device), self.own is not None
        self._learner = Learner(self.settings, self.model, self.here, random, own=own)
        self._looker = Looker(self.model, self.images)
        if self._looker.classes != classes:
            raise ValueError(
                f"This network tells {self._looker.classes} classes apart, but the data have "
                f"{classes}: its last layer must put out as many numbers."
            )
        self._course = Course(self.device)

    @property
    def result(self) -> str:
        """What came out, in a sentence."""
        return f"{self.tests[-1].accuracy:.1%} of the test images are recognised."

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
            last.of(self.images.drawn),
            lambda: calibrate(logits.cpu().numpy(), labels.cpu().numpy()),
        )
        self.moments.trust()
        self.moments.keep(self.step_count)

    def look(self, wanted: Wanted, moment: int | None = None) -> dict[str, Any]:
        """Return what the views show: the fields of a snapshot from ``looked_at`` on.

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

    @property
    def found(self) -> dict[str, Any]:
        """What surveys found out last: fields of a snapshot, another table when it changes."""
        return self._looker.found

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

    def _in_place(self, model: nn.Module) -> AbstractContextManager[None]:
        """Have the same channels off in the network of another moment."""
        return nullcontext() if model is self.model else self.edits.in_place(model)

    def watched(self) -> Watched:
        """Return the watched images and what the network consists of."""
        return self._looker.watched(**self._about())
