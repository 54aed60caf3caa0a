"""An autoencoder that learns from one batch after the other, and the course that takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from lab.autoencoder import AutoencoderSettings
from lab.autoencoder_code import LATENT
from lab.autoencoder_model import Autoencoder, divergence, reconstruction
from lab.curves import MOST_POINTS, Record, bin_means
from lab.devices import OwnRandom
from lab.learner import Learner

if TYPE_CHECKING:
    from torch import Tensor

    from lab.device_data import DeviceData
    from lab.settings import Settings


@dataclass(frozen=True)
class AutoencoderTest:
    """A test on the way: after which step and epoch, its losses, and seconds of training."""

    step: int
    epoch: int
    loss: float
    reconstruction: float
    divergence: float
    seconds: float


class AutoencoderLearner(Learner):
    """The autoencoder, its losses and the optimizer's memory.

    Attributes:
        parts: the reconstruction and the divergence of the last step.
        bounded: its loss, as if ``beta`` was 1 at most: what tells whether the run diverges.
    """

    def __init__(self, settings: AutoencoderSettings, model: Autoencoder, here: DeviceData) -> None:
        self.autoencoder, self.beta = model, settings.beta
        self._noise = torch.Generator().manual_seed(settings.seed)
        random = OwnRandom(here.train_images.device)
        super().__init__(settings, model, here, random, own=False)

    def change(self, settings: Settings) -> None:
        """Go on with other settings: those of ``lab.autoencoder.LIVE`` may differ."""
        assert isinstance(settings, AutoencoderSettings), "those of this run"
        super().change(settings)
        self.beta = settings.beta

    def numbers(self, images: Tensor) -> Tensor:
        """Turn bytes into numbers from 0 to 1."""
        return images.to(torch.float32).div_(self._here.scale)

    def learn(self, batch: Tensor, rate: float) -> Tensor:
        """Take one step with a batch, given by its images' places; return the loss."""
        images = self.numbers(self._here.train_images[batch])
        noise = None
        if self.autoencoder.variational:
            noise = torch.randn(len(images), LATENT, generator=self._noise).to(images.device)
        fit, apart = self.losses(images, noise)
        self.parts = fit.mean(), apart.mean()
        loss = self.parts[0] + self.beta * self.parts[1]
        self.bounded = (self.parts[0] + min(self.beta, 1) * self.parts[1]).detach()
        return self._descend(loss, rate)

    def losses(self, images: Tensor, noise: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return reconstruction and divergence of each image, both ``(N,)``.

        Args:
            images: numbers from 0 to 1.
            noise: as in ``Autoencoder``.
        """
        logits, mean, log_variance = self.autoencoder(images, noise)
        fit = reconstruction(logits, images)
        if not self.autoencoder.variational:
            return fit, torch.zeros_like(fit)
        return fit, divergence(mean, log_variance)


class AutoencoderCourse:
    """What a run has gone through: the losses of each step, and the tests on the way."""

    def __init__(self, device: torch.device, learner: AutoencoderLearner) -> None:
        self.losses, self._rates = Record(device), Record(torch.device("cpu"))
        self._parts = Record(device), Record(device)
        self.bounded = Record(device)
        self._learner = learner
        self.tests: list[AutoencoderTest] = []

    def note(self, step: int, loss: Tensor, rate: float) -> None:
        """Note what the step just done, which counts from 0, was like."""
        self.losses.note(step, loss)
        self._rates.note(step, rate)
        self.bounded.note(step, self._learner.bounded)
        for record, part in zip(self._parts, self._learner.parts, strict=True):
            record.note(step, part.detach())

    def fields(self, count: int) -> dict[str, Any]:
        """Return the fields of a snapshot that tell how it went, after some steps."""
        records = (self.losses, self._rates, *self._parts)
        binned = [bin_means(record.array(count), MOST_POINTS) for record in records]
        names = ("loss", "rates", "reconstruction", "divergence")
        tested = {
            "test_loss": [test.loss for test in self.tests],
            "test_reconstruction": [test.reconstruction for test in self.tests],
            "test_divergence": [test.divergence for test in self.tests],
            "test_seconds": [test.seconds for test in self.tests],
        }
        return {
            "loss_steps": binned[0][0],
            **{name: values for name, (_, values) in zip(names, binned, strict=True)},
            "test_steps": np.array([test.step for test in self.tests], np.int64),
            **{name: np.array(values, np.float32) for name, values in tested.items()},
        }
