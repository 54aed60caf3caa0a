"""The images for a network of one's own, as they come: checked, and made into what it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import torch

from lab.viewed_images import ViewedImages

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray
    from torch import Tensor, nn

MOST = 60_000
"""The most images."""


def still_images(
    model: nn.Module,
    images: object,
    labels: object,
    watched: int,
    scaling: tuple[float | Sequence[float], float | Sequence[float]],
) -> ViewedImages:
    """Return images ready to look at a network with.

    Args:
        model: the network; the images go to its device, and are given to it in its precision.
        images: ``(N, C, H, W)``, an array or a tensor, uint8 or numbers from 0 to 1.
        labels: ``(N,)`` whole numbers, or ``None``.
        watched: how many are watched at most.
        scaling: the mean and the standard deviation that the network expects to be taken off and
            divided by, each a number or one a channel.

    Raises:
        ValueError, TypeError: they cannot be used; the sentence says why.
    """
    pixels = _pixels(images)
    weight = next((p for p in model.parameters() if p.is_floating_point()), torch.empty(0))
    mean, std = (
        _per_channel(name, values, pixels.shape[1]).to(weight.device)
        for name, values in zip(("mean", "std"), scaling, strict=True)
    )
    if not bool((std > 0).all()):
        raise ValueError("std must be above 0: the images are divided by it.")
    white = 255.0 if pixels.dtype == torch.uint8 else 1.0

    def numbers(some: Tensor) -> Tensor:
        shares = some.to(torch.float32) / white
        return ((shares - mean) / std).to(weight.dtype, memory_format=torch.channels_last)

    chunk = None if weight.device.type == "cpu" else 2000
    known = _labels(labels, len(pixels))
    on_device = pixels.to(weight.device)
    return ViewedImages(on_device, known, watched, numbers, white=white, chunk=chunk)


def _pixels(images: object) -> Tensor:
    if isinstance(images, np.ndarray):
        images = torch.from_numpy(np.ascontiguousarray(images))
    if not isinstance(images, torch.Tensor):
        raise TypeError(
            f"images must be an array or a tensor (images, channels, height, width), "
            f"not {type(images).__name__}."
        )
    if images.ndim != 4 or 0 in images.shape:
        raise ValueError(
            f"images must have the shape (images, channels, height, width), and none of them 0, "
            f"not {tuple(images.shape)}."
        )
    if len(images) > MOST:
        raise ValueError(f"There can be at most {MOST:,} images, not {len(images):,}.")
    if images.dtype == torch.uint8:
        return images.detach()
    if not images.is_floating_point():
        raise TypeError(
            f"images must be uint8, 0 to 255, or numbers from 0 to 1, not {images.dtype}."
        )
    images = images.detach().to(torch.float32)
    low, high = float(images.min()), float(images.max())
    if not (low >= 0 and high <= 1):  # not so for NaN
        raise ValueError(
            f"images of numbers must lie between 0 (black) and 1 (white), these lie between "
            f"{low:g} and {high:g}: say mean and std for what your network expects."
        )
    return images


def _per_channel(name: str, values: float | Sequence[float], channels: int) -> Tensor:
    numbers = torch.as_tensor(values, dtype=torch.float32).reshape(-1)
    if len(numbers) not in (1, channels) or not bool(numbers.isfinite().all()):
        raise ValueError(f"{name} must be a finite number, or {channels}, one for each channel.")
    return numbers[:, None, None]


def _labels(labels: object, count: int) -> NDArray[np.int64]:
    if labels is None:
        return np.full(count, -1, np.int64)
    if isinstance(labels, torch.Tensor):
        labels = labels.detach().cpu().numpy()
    known = np.asarray(labels)
    if known.shape != (count,) or known.dtype.kind not in "iu":
        raise ValueError(
            f"labels must be {count} whole numbers, one for each image, not {known.dtype} of the "
            f"shape {known.shape}."
        )
    if known.min() < 0:
        raise ValueError(f"labels count from 0: {known.min()} is none.")
    return known.astype(np.int64)
