"""One network that learns from one batch after the other, as the settings say."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

import torch
from torch.nn.modules.batchnorm import _BatchNorm

from lab.augmentation import augment
from lab.classification_losses import make_loss
from lab.initial_model import dropouts
from lab.settings import ALONE
from lab.training_optimizers import change_optimizer, make_optimizer

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from torch import Tensor, nn
    from torch.nn.modules.dropout import _DropoutNd

    from lab.device_data import DeviceData
    from lab.devices import OwnRandom
    from lab.settings import Settings


class Learner:
    """The network, its loss and the optimizer's memory.

    Args:
        settings: how to learn.
        model: the network.
        here: the images.
        random: the random numbers that dropout draws from.
        own: whether the network is a module of one's own, of which nobody knows what it draws.

    Raises:
        ValueError: the network has no weights to learn.
    """

    def __init__(
        self,
        settings: Settings,
        model: nn.Module,
        here: DeviceData,
        random: OwnRandom,
        *,
        own: bool,
    ) -> None:
        self.model, self._here = model, here
        self.weights = [p for p in model.parameters() if p.requires_grad]
        if not self.weights:
            raise ValueError("This network has nothing to learn: none of its weights may change.")
        self.dropouts: list[tuple[_DropoutNd, float]] = dropouts(model)
        self._random = random if own or self.dropouts else nullcontext()
        self.normalises = any(isinstance(module, _BatchNorm) for module in model.modules())
        self._optimizer = make_optimizer(settings, self.weights)
        self._device = self.weights[0].device
        self._changes = torch.Generator(self._device).manual_seed(settings.seed)
        self.change(settings)

    def change(self, settings: Settings) -> None:
        """Go on with other settings: those of ``lab.settings.LIVE`` may differ.

        Raises:
            ValueError: the network cannot be trained like that; nothing has changed.
        """
        if self.normalises and settings.batch_size == 1:
            raise ValueError(ALONE)
        change_optimizer(self._optimizer, settings)
        for module, p in self.dropouts:
            module.p = p if settings.dropout is None else settings.dropout
        self._loss = make_loss(settings, self._here.counts)
        self._settings = settings

    def learn(self, batch: Tensor, rate: float) -> Tensor:
        """Take one step with a batch, given by its images' places; return the loss."""
        here = self._here
        pixels = here.pixels(here.train_images[batch])
        if self._settings.augmentation:
            pixels = augment(
                pixels,
                self._settings.augmentation,
                self._changes,
                scale=here.scale,
                fill=here.mean,
            ).contiguous(memory_format=torch.channels_last)
        with self._random:
            loss = self._loss(self.logits(here.normalised(pixels)), here.train_labels[batch])
        return self._descend(loss, rate)

    def _descend(self, loss: Tensor, rate: float) -> Tensor:
        """Have the optimizer step down from a loss; return its value."""
        self._optimizer.zero_grad()
        torch.autograd.backward(loss)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        with torch.no_grad():
            self._optimizer.step()
        return loss.detach()

    def logits(self, numbers: Tensor) -> Tensor:
        """Return what the network says, in float32, whatever it computes in."""
        with self._precision():
            logits: Tensor = self.model(numbers)
        return logits.float()

    def _precision(self) -> AbstractContextManager[object]:
        if self._settings.precision == "float32":
            return nullcontext()
        return torch.autocast(self._device.type, dtype=torch.bfloat16)

    def forget(self) -> None:
        """Forget what the optimizer remembers of the steps before."""
        self._optimizer.state.clear()

    def release(self) -> None:
        """Let go of the memory that only a step needs."""
        self._optimizer.zero_grad()
