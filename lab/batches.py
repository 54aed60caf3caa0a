"""In which order and in what batches a network sees the training images."""

from __future__ import annotations

import math

import torch


class Batches:
    """Shuffles the images anew for each epoch, and cuts the order into batches.

    Args:
        count: how many images there are.
        seed: the same one gives the same orders.
        device: where the batches' places are wanted.
        normalised: whether the network normalises over a batch. A lone last image cannot be: it is
            left out of its epoch.
    """

    def __init__(self, count: int, seed: int, device: torch.device, *, normalised: bool) -> None:
        self._count, self._normalised = count, normalised
        self._random = torch.Generator().manual_seed(seed)
        self._device = device
        self._order = torch.empty(0, dtype=torch.int64)
        self._position = 0  # images learnt from in the present epoch
        self.epoch = 0
        """How many epochs are completed."""

    def next(self, size: int) -> torch.Tensor:
        """Return the places of the next images, of which ``taken`` is told when they are learnt."""
        if not len(self._order):
            order = torch.randperm(self._count, generator=self._random)
            self._order = order.to(self._device)
        return self._order[self._position : self._position + size]

    def taken(self, count: int) -> bool:
        """Go on after so many images; return whether the epoch ends with them."""
        self._position += count
        left = self._count - self._position
        if left > 1 or (left == 1 and not self._normalised):
            return False
        self._position, self._order = 0, self._order[:0]
        self.epoch += 1
        return True

    @property
    def within_epoch(self) -> bool:
        """Whether an epoch has begun and is not at its end."""
        return self._position > 0

    def steps_per_epoch(self, size: int) -> int:
        """Return how many batches of a size a whole epoch has."""
        return self._steps(self._count, size)

    def steps_left(self, size: int, epochs: int) -> int:
        """Return how many batches of a size are to come until so many epochs are completed."""
        rest = self._steps(self._count - self._position, size) if self.within_epoch else 0
        return rest + max(0, epochs - self.epoch - self.within_epoch) * self.steps_per_epoch(size)

    def _steps(self, images: int, size: int) -> int:
        alone = self._normalised and images > 1 and images % size == 1
        return math.ceil((images - alone) / size)
