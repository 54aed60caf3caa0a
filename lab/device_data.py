"""A data set where a network is trained, and what the network takes of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import torch

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from lab.datasets import ImageDataset

TEST_CHUNK = {"cpu": 250, "cuda": 5000, "mps": 2000}
"""Images to try at a time: on a CPU few enough to stay in its cache."""


class DeviceData:
    """A data set on a device, as bytes, one tensor each: no loader, no worker processes.

    Args:
        data: the images.
        device: where they are wanted.
    """

    def __init__(self, data: ImageDataset, device: torch.device) -> None:
        self.scale = data.scale
        self.mean, self.std = mean_and_std(data.train_images)
        self.train_images = torch.from_numpy(data.train_images).to(device)
        self.train_labels = torch.from_numpy(data.train_labels).to(device)
        self.test_images = torch.from_numpy(data.test_images).to(device)
        self.test_labels = torch.from_numpy(data.test_labels).to(device)
        self.counts = torch.bincount(self.train_labels, minlength=len(data.class_names))
        self.chunk = TEST_CHUNK[device.type]

    def pixels(self, images: Tensor) -> Tensor:
        """Turn bytes into numbers, channels last."""
        return images.to(torch.float32, memory_format=torch.channels_last)

    def normalised(self, pixels: Tensor) -> Tensor:
        """Make, in place, the numbers that the network takes: mean 0 and standard deviation 1."""
        return pixels.sub_(self.mean).div_(self.std)

    def numbers(self, images: Tensor) -> Tensor:
        """Turn bytes into the numbers that the network takes."""
        return self.normalised(self.pixels(images))

    def test_parts(self) -> tuple[Tensor, ...]:
        """Return the test images in parts that can be tried in one go."""
        return torch.split(self.test_images, self.chunk)


def mean_and_std(images: NDArray[np.uint8]) -> tuple[float, float]:
    """Return the mean and the standard deviation of all pixels (1 if they are all the same)."""
    # Counted by value and in parts: a float copy of MNIST would take 376 MB.
    parts = np.array_split(images, math.ceil(len(images) / 1000))
    counts = sum(np.bincount(part.ravel(), minlength=256) for part in parts)
    values = np.arange(256)
    mean = np.average(values, weights=counts)
    std = math.sqrt(np.average((values - mean) ** 2, weights=counts))
    return float(mean), std or 1.0
