"""The test images by which a network is viewed: some of them, a fair part, or one of one's own."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from torch import Tensor

    Integers = NDArray[np.int64]
    Bytes = NDArray[np.uint8]

MOST_BYTES = 2**25
"""The most bytes of images that are sent for drawing: 32 MiB."""


class ViewedImages:
    """The images that a network is looked at with. A place is one among those that are drawn.

    Args:
        images: ``(M, C, H, W)``, on the network's device; 0 is black.
        labels: ``(M,)``, their classes.
        watched: how many are watched at most.
        numbers: makes of images the numbers that the network takes.
        white: the number that is white.
        chunk: how many to send through in one go; ``None`` is as many as suit a CPU's cache.
    """

    def __init__(
        self,
        images: Tensor,
        labels: Integers,
        watched: int,
        numbers: Callable[[Tensor], Tensor],
        *,
        white: float = 255,
        chunk: int | None = None,
    ) -> None:
        self._images, self._white, self._labels = images, white, labels
        self._numbers = numbers
        size = math.prod(images.shape[1:])
        self.chunk = chunk or cache_chunk(size)
        self.drawn = choose(labels, max(1, MOST_BYTES // size))
        """Which of all images are drawn: all, or of a large set a part."""
        self._on_device = torch.from_numpy(self.drawn).to(images.device)
        self.labels = labels[self.drawn]
        self.watched = self.some(watched)
        """The places of those that are watched."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Channels, height and width of an image."""
        return tuple(self._images.shape[1:])

    def some(self, count: int) -> Integers:
        """Return ``count`` places, each class in its share. The fewer are among the more."""
        chosen = choose(self._labels, min(count, len(self.drawn)))
        return np.searchsorted(self.drawn, chosen)

    def at(self, places: Integers) -> Tensor:
        """Return the numbers that the network takes for the images at some places."""
        return self._numbers(self._images[self._on_device[torch.from_numpy(places)]])

    def own(self, image: Bytes) -> Tensor:
        """Return the numbers that the network takes for one image of one's own."""
        pixels = torch.tensor(image, dtype=torch.float32, device=self._images.device)
        return self._numbers(pixels[None] * (self._white / 255))

    @property
    def black(self) -> Tensor:
        """The numbers that the network takes for one image that is black."""
        return self.own(np.zeros(self.shape, np.uint8))

    def bytes(self, places: Integers) -> Bytes:
        """Return images for drawing, 0 (black) to 255 (white)."""
        images = self._images[self._on_device[torch.from_numpy(places)]].cpu().numpy()
        return np.asarray(np.rint(images * (255 / self._white)), dtype=np.uint8)


def choose(labels: Integers, count: int) -> Integers:
    """Return the places of ``count`` labels, each class in its share, in ascending order."""
    share = np.empty(len(labels))
    for label in np.unique(labels):
        places = np.flatnonzero(labels == label)
        # How far through its class each one is, from 0 to 1: the smallest ones of all hold each
        # class's share.
        share[places] = (np.arange(len(places)) + 0.5) / len(places)
    return np.sort(np.argsort(share, kind="stable")[:count])


def cache_chunk(size: int) -> int:
    """Return how many images of so many numbers to send through on a CPU in one go.

    Few enough that what the first layers make of them stays in a cache.
    """
    return min(250, max(8, 80_000 // size))
