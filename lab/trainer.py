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
import math
import time
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.modules.dropout import _DropoutNd

from lab.augmentation import augment
from lab.batches import Batches
from lab.classification_losses import make_loss
from lab.curves import MOST_POINTS, Record, bin_means
from lab.devices import OwnRandom, choose_device, leave_global_random
from lab.evaluation import Outcome, outcome
from lab.history import History
from lab.looking import Looker, NotFiniteError, choose, drawn_part
from lab.models import build
from lab.schedules import factor
from lab.settings import ALONE, is_module
from lab.training_optimizers import change_optimizer, make_optimizer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

    from numpy.typing import NDArray
    from torch import Tensor, nn

    from lab.datasets import ImageDataset
    from lab.messages import Settings, Watched

TEST_CHUNK = {"cpu": 250, "cuda": 5000, "mps": 2000}
"""Images to try at a time: on a CPU few enough to stay in its cache."""

CHECK_EVERY = 50
"""On a GPU, steps between two looks at the loss: each look makes the CPU wait for the GPU."""

TOO_LARGE = 1e6
"""A loss from which a run counts as diverged: guessing blindly among ten classes costs 2.3."""

HISTORY_BYTES = 2**26
"""What the kept moments of a run may take: 64 MiB."""

KEEP_FACTOR = 1.25
"""How much further the next moment to keep lies: with each epoch's end, these are kept."""


class Diverged(Exception):  # noqa: N818 - what happened, not a mistake of the program
    """The loss is beyond all bounds, or a weight or an output is not a finite number any more."""


@dataclass(frozen=True)
class Test:
    """A test on the way: after which step and epoch, loss, accuracy, and seconds of training."""

    step: int
    epoch: int
    loss: float
    accuracy: float
    seconds: float


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

    def __init__(
        self, settings: Settings, data: ImageDataset, before: Trainer | None = None
    ) -> None:
        self.data, self.settings = data, settings
        self.device, self.device_words = choose_device(settings.device, settings.threads)
        self._chunk = TEST_CHUNK[self.device.type]
        self._mean, self._std = mean_and_std(data.train_images)
        # The data rest on the device as bytes, as one tensor each: no loader, no worker processes.
        self._train_images = torch.from_numpy(data.train_images).to(self.device)
        self._train_labels = torch.from_numpy(data.train_labels).to(self.device)
        self._test_images = torch.from_numpy(data.test_images).to(self.device)
        self._test_labels = torch.from_numpy(data.test_labels).to(self.device)
        watched = choose(data.test_labels, settings.watched)
        self.watched_count = len(watched)
        self._watched = torch.from_numpy(watched).to(self.device)
        self._drawn = drawn_part(data)
        self._counts = torch.bincount(self._train_labels, minlength=len(data.class_names))
        self.history = History(HISTORY_BYTES)
        # A module of one's own has its initial weights already; they are wanted again at a reset.
        self._own: dict[str, Any] = {}
        if is_module(settings.model):
            if before is not None and before.settings.model is settings.model:
                self._own = before._own  # noqa: SLF001 - a friend
            else:
                self._own = copy.deepcopy(settings.model.state_dict())
        self.reset()

    def reset(self) -> None:
        """Go back to the initial weights, the same each time, and test them."""
        with leave_global_random():
            torch.manual_seed(self.settings.seed)
            self.model = self._make_model()
            self._random = OwnRandom(self.device)
        self._weights = [p for p in self.model.parameters() if p.requires_grad]
        if not self._weights:
            raise ValueError("This network has nothing to learn: none of its weights may change.")
        modules = list(self.model.modules())
        self._dropouts = [(m, m.p) for m in modules if isinstance(m, _DropoutNd)]
        self._draws = bool(self._dropouts or self._own)
        self._batch_norm = any(isinstance(module, _BatchNorm) for module in modules)
        self._looker = Looker(
            self.model, self._test_images, self._watched, self._chunk, self._input
        )
        if self._looker.classes != len(self.data.class_names):
            raise ValueError(
                f"This network tells {self._looker.classes} classes apart, but the data have "
                f"{len(self.data.class_names)}: its last layer must put out as many numbers."
            )
        self._optimizer = make_optimizer(self.settings, self._weights)
        self._batches = Batches(
            len(self._train_labels),
            self.settings.seed,
            self.device,
            normalised=self._batch_norm,
        )
        self._changes = torch.Generator(self.device).manual_seed(self.settings.seed)
        self.step_count = 0
        self.images_seen = 0
        self._checked = 0
        self._losses, self._rates = Record(self.device), Record(torch.device("cpu"))
        self._seconds = 0.0
        self._next_kept = 1
        self.tests: list[Test] = []
        self.history.clear()
        self._mirror = self.model  # another one, as soon as a moment is looked at
        self._mirrored = -1
        self.change(self.settings)
        for _ in self._test():
            pass

    def _make_model(self) -> nn.Module:
        channels, height, width = self.data.train_images.shape[1:]
        model: nn.Module
        if is_module(self.settings.model):
            model = self.settings.model
            model.load_state_dict(self._own)
        else:
            shape, classes = (channels, height, width), len(self.data.class_names)
            model = build(self.settings.model, shape, classes)
        checkpoint = self.settings.checkpoint
        if checkpoint is not None:
            state = model.state_dict()
            checkpoint.check_fit({name: tuple(value.shape) for name, value in state.items()})
            weights = {n: torch.from_numpy(np.array(a)) for n, a in checkpoint.weights.items()}
            model.load_state_dict(weights)
        # Channels last makes convolutions and pooling on a CPU faster by a fifth at 28 x 28.
        model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return model.to(self.device)

    def change(self, settings: Settings) -> None:
        """Go on with other settings: those of ``lab.settings.LIVE`` may differ.

        Raises:
            ValueError: the network cannot be trained like that; nothing has changed.
        """
        if self._batch_norm and settings.batch_size == 1:
            raise ValueError(ALONE)
        change_optimizer(self._optimizer, settings)
        for module, p in self._dropouts:
            module.p = p if settings.dropout is None else settings.dropout
        self._loss = make_loss(settings, self._counts)
        self.settings = settings

    @property
    def has_dropout(self) -> bool:
        """Whether the network has dropout layers."""
        return bool(self._dropouts)

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self._batches.epoch

    @property
    def steps_per_epoch(self) -> int:
        """How many steps the next whole epoch will have."""
        return self._batches.steps_per_epoch(self.settings.batch_size)

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
        loss = self._learn(batch, rate)
        self._losses.note(self.step_count, loss)
        self._rates.note(self.step_count, rate)
        self.step_count += 1
        self.images_seen += len(batch)
        end_of_epoch = self._batches.taken(len(batch))
        keeps = self.step_count >= self._next_kept
        self._seconds += time.perf_counter() - began
        if self.device.type == "cpu" or end_of_epoch or keeps or not self.step_count % CHECK_EVERY:
            self.check_losses()
        if keeps:
            self._next_kept = max(self.step_count + 1, math.ceil(self.step_count * KEEP_FACTOR))
            self.history.keep(self.step_count, self.model.state_dict())
        if end_of_epoch:
            yield from self._test()

    def _learn(self, batch: Tensor, rate: float) -> Tensor:
        """Take one step with a batch, given by its images' places; return the loss."""
        pixels = self._pixels(self._train_images[batch])
        if self.settings.augmentation:
            pixels = augment(
                pixels,
                self.settings.augmentation,
                self._changes,
                scale=self.data.scale,
                fill=self._mean,
            ).contiguous(memory_format=torch.channels_last)
        with self._random if self._draws else nullcontext():
            loss = self._loss(self._logits(self._normalised(pixels)), self._train_labels[batch])
        self._optimizer.zero_grad()
        torch.autograd.backward(loss)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        with torch.no_grad():
            self._optimizer.step()
        return loss.detach()

    def _logits(self, numbers: Tensor) -> Tensor:
        """Return what the network says, in float32, whatever it computes in."""
        with self._precision():
            logits: Tensor = self.model(numbers)
        return logits.float()

    def _precision(self) -> AbstractContextManager[object]:
        if self.settings.precision == "float32":
            return nullcontext()
        return torch.autocast(self.device.type, dtype=torch.bfloat16)

    def check_losses(self) -> None:
        """Look at the losses since the last look. A GPU is waited for.

        Raises:
            Diverged: one is beyond all bounds. The last good weights are back, the steps after it
                are forgotten.
        """
        began = time.perf_counter()
        bounded = self._losses.between(self._checked, self.step_count) < TOO_LARGE  # not so for NaN
        all_bounded = bool(bounded.all())
        self._seconds += time.perf_counter() - began
        if not all_bounded:
            self.step_count = self._checked + int(bounded.long().argmin())
            raise self._give_up()
        self._checked = self.step_count

    def _test(self) -> Iterator[None]:
        """Try the whole test set, note what comes out, and keep a copy of the weights."""
        answers = []
        for images in torch.split(self._test_images, self._chunk):
            self.model.eval()  # a look between two parts may have put it back
            with torch.no_grad():
                answers.append(self._logits(self._input(images)))
            self.model.train()
            yield
        last = outcome(torch.cat(answers), self._test_labels)
        if not last.loss < TOO_LARGE:
            raise self._give_up()
        self.outcome: Outcome = last
        self.tests.append(
            Test(self.step_count, self.epoch, last.loss, last.accuracy, self._seconds)
        )
        state = self.model.state_dict()
        self._good = {name: value.detach().clone() for name, value in state.items()}
        self.history.keep(self.step_count, state)

    def _give_up(self) -> Diverged:
        """Bring the last good weights back, and return the error to raise."""
        self.model.load_state_dict(self._good)
        self._optimizer.state.clear()
        self._checked = self.step_count
        return Diverged()

    def _pixels(self, images: Tensor) -> Tensor:
        return images.to(torch.float32, memory_format=torch.channels_last)

    def _normalised(self, pixels: Tensor) -> Tensor:
        return pixels.sub_(self._mean).div_(self._std)

    def _input(self, images: Tensor) -> Tensor:
        """Turn bytes into the numbers that the network takes: mean 0 and standard deviation 1."""
        return self._normalised(self._pixels(images))

    def release(self) -> None:
        """Let go of the memory that only a step needs."""
        self._optimizer.zero_grad()

    def look(self, sample: int, moment: int | None = None) -> dict[str, Any]:
        """Return what the views show: the fields ``looked_at`` to ``predictions`` of a snapshot.

        Args:
            sample: the place of an image among the watched ones.
            moment: a step of which the weights are kept, or one near it; ``None`` is now.

        Raises:
            Diverged: a number is not finite. The last good weights are back.
        """
        try:
            if moment is None:
                return {"looked_at": -1, **self._looker.look(self.model, sample)}
            step = self.moment(moment)
            return {"looked_at": step, **self._looker.look(self._mirror, sample)}
        except NotFiniteError:
            raise self._give_up() from None

    def moment(self, step: int) -> int:
        """Return the step nearest to this one whose weights can be looked at.

        One that is looked at stays, even if the history needs its room for others.
        """
        if step == self._mirrored:
            return step
        step = self.history.nearest(step)
        if self._mirrored < 0:
            self._mirror = copy.deepcopy(self.model)
        self._mirror.load_state_dict(self.history.at(step))
        self._mirrored = step
        return step

    def weights(self, moment: int | None = None) -> tuple[int, dict[str, NDArray[Any]]]:
        """Return a step and the weights after it, as arrays of their own.

        Args:
            moment: a step near which weights are kept; ``None`` is now.
        """
        self.check_losses()
        step = self.step_count if moment is None else self.history.nearest(moment)
        state = self.model.state_dict() if moment is None else self.history.at(moment)
        return step, {n: value.detach().cpu().numpy().copy("C") for n, value in state.items()}

    def curves(self) -> dict[str, Any]:
        """Return the fields ``loss_steps`` to ``moments`` of a ``Snapshot``."""
        steps, losses = bin_means(self._losses.array(self.step_count), MOST_POINTS)
        _, rates = bin_means(self._rates.array(self.step_count), MOST_POINTS)
        last = self.outcome
        return {
            "loss_steps": steps,
            "loss": losses,
            "rates": rates,
            "test_steps": np.array([test.step for test in self.tests], np.int64),
            "test_loss": np.array([test.loss for test in self.tests], np.float32),
            "test_accuracy": np.array([test.accuracy for test in self.tests], np.float32),
            "test_seconds": np.array([test.seconds for test in self.tests], np.float32),
            "confusion": last.confusion,
            "test_predictions": last.predictions[self._drawn],
            "test_confidences": last.confidences[self._drawn],
            "test_true": last.true[self._drawn],
            "moments": np.array(self.history.steps, np.int64),
        }

    def watched(self) -> Watched:
        """Return the watched images and what the network consists of."""
        return self._looker.watched(self.data, sum(weight.numel() for weight in self._weights))


def mean_and_std(images: NDArray[np.uint8]) -> tuple[float, float]:
    """Return the mean and the standard deviation of all pixels (1 if they are all the same)."""
    # Counted by value and in parts: a float copy of MNIST would take 376 MB.
    parts = np.array_split(images, math.ceil(len(images) / 1000))
    counts = sum(np.bincount(part.ravel(), minlength=256) for part in parts)
    values = np.arange(256)
    mean = np.average(values, weights=counts)
    std = math.sqrt(np.average((values - mean) ** 2, weights=counts))
    return float(mean), std or 1.0
