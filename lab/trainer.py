"""One network being trained on one data set, a step at a time. Needs PyTorch; lives in the worker.

The steps are those of the usual lines::

    torch.manual_seed(seed)
    model = lenet(...)
    optimizer = torch.optim.SGD(model.parameters(), learning_rate, momentum)
    loss = cross_entropy(model((images - mean) / std), labels)  # of the training images' pixels
    loss.backward()
    optimizer.step()
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch.nn.functional import cross_entropy

from lab.capture import capture
from lab.messages import Watched
from lab.models import EMBEDDING_LAYER, FEATURE_LAYERS, FIRST_CONVOLUTION, lenet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray
    from torch import Tensor

    from lab.datasets import ImageDataset
    from lab.messages import Settings

MOST_POINTS = 600
"""The most points of the loss curve: more than a page has room for."""

TEST_CHUNK = {"cpu": 250, "cuda": 5000, "mps": 2000}
"""Images to try at a time: on a CPU few enough to stay in its cache."""

CHECK_EVERY = 50
"""On a GPU, steps between two looks at the loss: each look makes the CPU wait for the GPU."""


TOO_LARGE = 1e6
"""A loss from which a run counts as diverged: guessing blindly among ten classes costs 2.3."""


class Diverged(Exception):  # noqa: N818 - what happened, not a mistake of the program
    """The loss is beyond all bounds, or a weight or an output is not a finite number any more."""


class Trainer:
    """The network, the data and the optimizer's memory.

    Raises:
        ValueError: the data or the device cannot be used; the sentence is for the learner.
    """

    def __init__(self, settings: Settings, data: ImageDataset) -> None:
        self.data = data
        self.device, self.device_words = _choose_device(settings.device, settings.threads)
        self._chunk = TEST_CHUNK[self.device.type]
        self.seed = settings.seed
        self.batch_size = settings.batch_size
        self.momentum = settings.momentum
        self.epochs = settings.epochs
        self.steps_per_epoch = math.ceil(len(self.data.train_images) / self.batch_size)
        self.total_steps = self.epochs * self.steps_per_epoch
        self._mean, self._std = mean_and_std(self.data.train_images)
        # The data rest on the device as bytes, as one tensor each: no loader, no worker processes.
        self._train_images = torch.from_numpy(self.data.train_images).to(self.device)
        self._train_labels = torch.from_numpy(self.data.train_labels).to(self.device)
        self._test_images = torch.from_numpy(self.data.test_images).to(self.device)
        self._test_labels = torch.from_numpy(self.data.test_labels).to(self.device)
        self._watched = torch.from_numpy(choose(self.data.test_labels, settings.watched)).to(
            self.device
        )
        self._losses = torch.zeros(self.total_steps, device=self.device)
        self.reset()

    def reset(self) -> None:
        """Go back to the initial weights, the same each time, and test them."""
        image_shape = self.data.train_images.shape[1:]
        with torch.random.fork_rng(devices=[]):  # leave the global random numbers as they are
            torch.manual_seed(self.seed)
            model = lenet(
                (image_shape[0], image_shape[1], image_shape[2]), len(self.data.class_names)
            )
        # Channels last makes convolutions and pooling on a CPU faster by a fifth at 28 x 28.
        model = model.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.model = model.to(self.device)
        self._weights = list(self.model.parameters())
        self._velocities = [torch.zeros_like(weight) for weight in self._weights]
        self._shuffle = torch.Generator().manual_seed(self.seed)
        self._order = torch.empty(0, dtype=torch.int64)
        self.step_count = 0
        self.images_seen = 0
        self._checked = 0
        self.tests: list[tuple[int, float, float]] = []  # step, loss, accuracy
        for _ in self._test():
            pass

    @property
    def watched_count(self) -> int:
        """How many test images are watched."""
        return len(self._watched)

    @property
    def epoch(self) -> int:
        """Epochs completed."""
        return self.step_count // self.steps_per_epoch

    @property
    def finished(self) -> bool:
        """Whether all epochs are done."""
        return self.step_count >= self.total_steps

    def step(self, learning_rate: float) -> None:
        """Do all that ``advance`` does at once."""
        for _ in self.advance(learning_rate):
            pass

    def advance(self, learning_rate: float) -> Iterator[None]:
        """Learn from one batch; after the last one of an epoch, try the whole test set.

        The test of a large set takes longer than a hand likes to wait. So this comes up for air
        between its parts; the step is done when the iteration ends.

        Raises:
            Diverged: the loss is beyond all bounds. The last good weights are back.
        """
        position = self.step_count % self.steps_per_epoch
        if position == 0:
            self._order = torch.randperm(len(self._train_labels), generator=self._shuffle).to(
                self.device
            )
        batch = self._order[position * self.batch_size : (position + 1) * self.batch_size]
        loss = cross_entropy(
            self.model(self._input(self._train_images[batch])), self._train_labels[batch]
        )
        gradients = torch.autograd.grad(loss, self._weights)
        # torch.optim.SGD's own arithmetic. Making one imports torch._dynamo: 1.3 s before the
        # first step.
        with torch.no_grad():
            torch._foreach_mul_(self._velocities, self.momentum)
            torch._foreach_add_(self._velocities, gradients)
            torch._foreach_add_(self._weights, self._velocities, alpha=-learning_rate)
        self._losses[self.step_count] = loss.detach()
        self.step_count += 1
        self.images_seen += len(batch)
        end_of_epoch = self.step_count % self.steps_per_epoch == 0
        if self.device.type == "cpu" or end_of_epoch or self.step_count % CHECK_EVERY == 0:
            self.check_losses()
        if end_of_epoch:
            yield from self._test()

    def check_losses(self) -> None:
        """Look at the losses since the last look.

        Raises:
            Diverged: one is beyond all bounds. The last good weights are back, the steps after it
                are forgotten.
        """
        recent = self._losses[self._checked : self.step_count]
        bounded = recent < TOO_LARGE  # not so for NaN
        if not bounded.all():
            self.step_count = self._checked + int(bounded.long().argmin())
            raise self._give_up()
        self._checked = self.step_count

    def _test(self) -> Iterator[None]:
        """Try the whole test set, note loss and accuracy, and keep a copy of the weights."""
        total, right = 0.0, 0
        for images, labels in zip(
            torch.split(self._test_images, self._chunk),
            torch.split(self._test_labels, self._chunk),
            strict=True,
        ):
            with torch.no_grad():
                logits = self.model(self._input(images))
                total += float(cross_entropy(logits, labels, reduction="sum"))
                right += int((logits.argmax(dim=1) == labels).sum())
            yield
        count = len(self._test_labels)
        if not total / count < TOO_LARGE:
            raise self._give_up()
        self.tests.append((self.step_count, total / count, right / count))
        self._good = [weight.detach().clone() for weight in self._weights]

    def _give_up(self) -> Diverged:
        """Bring the last good weights back, and return the error to raise."""
        with torch.no_grad():
            for weight, good in zip(self._weights, self._good, strict=True):
                weight.copy_(good)
            for velocity in self._velocities:
                velocity.zero_()
        self._checked = self.step_count
        return Diverged()

    def _input(self, images: Tensor) -> Tensor:
        """Turn bytes into the numbers that the network takes: mean 0 and standard deviation 1."""
        numbers = images.to(torch.float32, memory_format=torch.channels_last)
        return numbers.sub_(self._mean).div_(self._std)

    def look(self, sample: int) -> dict[str, Any]:
        """Return what the views show of the present weights: the last six fields of a ``Snapshot``.

        Raises:
            Diverged: a number is not finite. The last good weights are back.
        """
        chosen = self._input(self._test_images[self._watched[sample : sample + 1]])
        stages = capture(self.model, chosen, [*FEATURE_LAYERS, "output"])
        embeddings, logits = [], []
        for part in torch.split(self._watched, self._chunk):
            images = self._input(self._test_images[part])
            captured = capture(self.model, images, [EMBEDDING_LAYER, "output"])
            embeddings.append(captured[EMBEDDING_LAYER])
            logits.append(captured["output"])
        seen = {
            "probabilities": _array(stages["output"][0].softmax(dim=0)),
            "filters": _array(self.model.get_submodule(FIRST_CONVOLUTION).weight),
            "embeddings": _array(torch.cat(embeddings)),
        }
        maps = tuple((name, _array(stages[name][0])) for name in FEATURE_LAYERS)
        if not all(
            np.isfinite(array).all() for array in [*seen.values(), *(array for _, array in maps)]
        ):
            raise self._give_up()
        predictions = torch.cat(logits).argmax(dim=1).cpu().numpy()
        return {"sample": sample, "feature_maps": maps, "predictions": predictions, **seen}

    def curves(self) -> dict[str, Any]:
        """Return the curves: the fields ``loss_steps`` to ``test_accuracy`` of a ``Snapshot``."""
        steps, losses = bin_means(self._losses[: self.step_count].cpu().numpy(), MOST_POINTS)
        tests = np.array(self.tests)
        return {
            "loss_steps": steps,
            "loss": losses,
            "test_steps": tests[:, 0].astype(np.int64),
            "test_loss": tests[:, 1].astype(np.float32),
            "test_accuracy": tests[:, 2].astype(np.float32),
        }

    def watched(self) -> Watched:
        """Return the watched images and the shape of the network."""
        chosen = self._watched.cpu().numpy()
        names = [name for name, _ in self.model.named_children()]
        shapes = capture(self.model, self._input(self._test_images[:1]), names)
        return Watched(
            images=np.rint(self.data.test_images[chosen] * (255 / self.data.scale)).astype(
                np.uint8
            ),
            labels=self.data.test_labels[chosen],
            class_names=self.data.class_names,
            layers=tuple((name, tuple(shapes[name].shape[1:])) for name in names),
            parameters=sum(weight.numel() for weight in self._weights),
            train_count=len(self.data.train_labels),
            test_count=len(self.data.test_labels),
            dataset=self.data.name,
            licence=self.data.licence,
            source=self.data.source,
        )


def mean_and_std(images: NDArray[np.uint8]) -> tuple[float, float]:
    """Return the mean and the standard deviation of all pixels (1 if they are all the same)."""
    # Counted by value and in parts: a float copy of MNIST would take 376 MB.
    parts = np.array_split(images, math.ceil(len(images) / 1000))
    counts = sum(np.bincount(part.ravel(), minlength=256) for part in parts)
    values = np.arange(256)
    mean = np.average(values, weights=counts)
    std = math.sqrt(np.average((values - mean) ** 2, weights=counts))
    return float(mean), std or 1.0


def choose(labels: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """Return the places of ``count`` labels, each class in its share, in ascending order."""
    share = np.empty(len(labels))
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        # How far through its class each one is, from 0 to 1: the smallest ones of all hold each
        # class's share.
        share[places] = (np.arange(len(places)) + 0.5) / len(places)
    return np.sort(np.argsort(share, kind="stable")[:count])


def bin_means(
    losses: NDArray[np.float32], most: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Shorten a curve to at most ``most`` points, each the mean of some neighbours.

    No step is left out. The bins are 1, 2, 4, 8, ... steps wide, so that a growing curve changes
    its bins rarely. Only the last one may hold less.

    Returns:
        The middle of each bin (steps count from 1) and the mean within it, both ``(K,)`` float32.
    """
    width = 1
    while math.ceil(len(losses) / width) > most:
        width *= 2
    starts = np.arange(0, len(losses), width)
    if len(starts) == 0:
        return np.empty(0, np.float32), np.empty(0, np.float32)
    counts = np.minimum(width, len(losses) - starts)
    sums = np.add.reduceat(losses.astype(np.float64), starts)
    return (starts + (counts + 1) / 2).astype(np.float32), (sums / counts).astype(np.float32)


def _array(tensor: Tensor) -> NDArray[np.float32]:
    """Copy a tensor into an array of its own: the weights go on changing."""
    return np.array(tensor.detach().cpu().numpy(), dtype=np.float32, order="C")


def _choose_device(name: str, threads: int) -> tuple[torch.device, str]:
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    if name == "cuda":
        if not torch.cuda.is_available():
            msg = 'PyTorch finds no CUDA GPU here: choose device="cpu" or "auto".'
            raise ValueError(msg)
        return torch.device("cuda"), torch.cuda.get_device_name()
    if name == "mps":
        if not torch.backends.mps.is_available():
            msg = 'PyTorch finds no Apple GPU here: choose device="cpu" or "auto".'
            raise ValueError(msg)
        return torch.device("mps"), "Apple GPU"
    torch.set_num_threads(threads)
    return torch.device("cpu"), f"CPU, {threads} thread{'s' if threads > 1 else ''}"
