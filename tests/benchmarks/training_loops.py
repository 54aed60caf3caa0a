"""What the training benchmarks compare with: plain PyTorch loops of the usual kind, and data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader, Dataset

from lab.datasets import ImageDataset, load
from lab.device_data import mean_and_std

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from torch import Tensor, nn

MOST_SIDE = 28


def images(root: str | None, *, train: int = 12_000, test: int = 2_000) -> ImageDataset:
    """Return MNIST from a folder, or, without one, drawn images of its size in ten classes."""
    if root is not None:
        return load("mnist", root)
    random = np.random.default_rng(0)
    patterns = random.normal(size=(10, 7, 7)).repeat(4, 1).repeat(4, 2) * 25

    def draw(count: int) -> tuple[Any, Any]:
        labels = random.integers(0, 10, count)
        noise = random.normal(size=(count, MOST_SIDE, MOST_SIDE)) * 60
        pixels = (128 + patterns[labels] + noise).clip(0, 255).astype(np.uint8)
        return pixels[:, None], labels

    return ImageDataset(
        "drawn",
        *draw(train),
        *draw(test),
        tuple("0123456789"),
        255,
        "none",
        "drawn by this benchmark",
    )


class Samples(Dataset[Any]):
    """Images one by one, as torchvision's MNIST with ``ToTensor`` and ``Normalize`` makes them.

    Each is turned into a picture and back, because its transforms are made for pictures.
    """

    def __init__(self, pixels: Any, labels: Any, mean: float, std: float) -> None:
        self.pixels, self.labels = torch.from_numpy(pixels[:, 0]), torch.from_numpy(labels)
        self.mean, self.std = (mean / 255,), (std / 255,)

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, place: int) -> tuple[Tensor, int]:
        picture = Image.fromarray(self.pixels[place].numpy())
        image = torch.from_numpy(np.array(picture, copy=True))
        image = image.view(picture.height, picture.width, 1).permute(2, 0, 1).contiguous()
        image = image.to(torch.float32).div(255).clone()
        mean, std = torch.as_tensor(self.mean), torch.as_tensor(self.std)
        return image.sub_(mean.view(-1, 1, 1)).div_(std.view(-1, 1, 1)), int(self.labels[place])


def plain_loop(
    data: ImageDataset,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    loss_of: Callable[[Tensor, Tensor], Tensor],
    batch_size: int = 64,
) -> Iterator[int]:
    """Train as in a textbook, epoch after epoch; yields how many images each step had."""
    mean, std = mean_and_std(data.train_images)
    loader = DataLoader(
        Samples(data.train_images, data.train_labels, mean, std), batch_size, shuffle=True
    )
    while True:
        for inputs, labels in loader:
            optimizer.zero_grad()
            loss_of(model(inputs), labels).backward()
            optimizer.step()
            yield len(labels)


def accuracy(data: ImageDataset, model: nn.Module) -> float:
    """Return the share of test images recognised; the model is back in training mode then."""
    mean, std = mean_and_std(data.train_images)
    model.eval()
    right = 0
    with torch.no_grad():
        for start in range(0, len(data.test_labels), 1000):
            part = slice(start, start + 1000)
            inputs = (torch.tensor(data.test_images[part]).float() - mean) / std
            right += int((model(inputs).argmax(1) == torch.tensor(data.test_labels[part])).sum())
    model.train()
    return right / len(data.test_labels)
