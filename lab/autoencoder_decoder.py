"""What a decoder makes of places in the plane: numpy's own forward pass, quick enough for a hand.

It gives the numbers that the PyTorch module gives. No PyTorch is loaded.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from lab.blas import one_thread

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from lab.autoencoder import Layers

    Images = NDArray[np.float32]
    """``(N, C, H, W)``, from 0 to 1."""


class Decoder:
    """A decoder that stands still: dense layers with SiLU between them and a sigmoid at the end.

    Args:
        layers: weights ``(out, in)`` and biases ``(out,)``, as a snapshot has them.
        shape: channels, height and width of an image.
    """

    def __init__(self, layers: Layers, shape: tuple[int, ...]) -> None:
        if not layers or layers[-1][1].size != math.prod(shape):
            raise ValueError(f"This decoder does not put out images of {shape}.")
        self.layers, self.shape = layers, shape

    def __call__(self, codes: ArrayLike) -> Images:
        """Decode places ``(N, 2)`` to images ``(N, C, H, W)`` between 0 and 1."""
        values = np.asarray(codes, np.float32)
        with one_thread():
            for weights, biases in self.layers[:-1]:
                z = values @ weights.T + biases  # (N, out)
                values = z * _sigmoid(z)
            weights, biases = self.layers[-1]
            values = _sigmoid(values @ weights.T + biases)
        return values.reshape(-1, *self.shape)


def _sigmoid(z: NDArray[np.float32]) -> NDArray[np.float32]:
    # exp never sees more than 80: no overflow in float32
    return np.asarray(1 / (1 + np.exp(np.minimum(-z, np.float32(80)))), np.float32)


def tiles(
    decoder: Decoder, middle: tuple[float, float], reach: float, count: int, most: int = 32
) -> NDArray[np.uint8]:
    """Decode the middles of ``count`` × ``count`` equal tiles of a square of the plane.

    Args:
        decoder: what decodes.
        middle: of the square.
        reach: half its side.
        count: tiles along a side.
        most: pixels along a side of a tile; larger images are reduced by whole factors.

    Returns:
        ``(C, count · h, count · w)`` uint8: one picture, the second coordinate growing upwards.
    """
    steps = (2 * np.arange(count) + 1) / count - 1  # the tiles' middles, from −1 to 1
    x, y = np.meshgrid(middle[0] + reach * steps, middle[1] - reach * steps)
    small = reduced(decoder(np.column_stack([x.ravel(), y.ravel()])), most)
    channels, height, width = small.shape[1:]
    table = small.reshape(count, count, channels, height, width).transpose(2, 0, 3, 1, 4)
    return to_bytes(table.reshape(channels, count * height, count * width))


def reduced(images: Images, most: int) -> Images:
    """Average images over squares of pixels, so that no side is longer than ``most`` pixels."""
    factor = math.ceil(max(images.shape[2:]) / most)
    if factor == 1:
        return images
    count, channels, height, width = images.shape
    rows, columns = height // factor, width // factor
    part = images[:, :, : rows * factor, : columns * factor]
    means: Images = part.reshape(count, channels, rows, factor, columns, factor).mean((3, 5))
    return means


def walk(a: ArrayLike, b: ArrayLike, count: int) -> NDArray[np.float32]:
    """Return ``count`` places from one to another in equal steps, both ends included.

    For images, this is a cross-fade.
    """
    start, end = np.asarray(a, np.float32), np.asarray(b, np.float32)
    share = np.linspace(0, 1, count, dtype=np.float32).reshape(-1, *[1] * start.ndim)
    return np.asarray((1 - share) * start + share * end)


def to_bytes(images: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Turn numbers from 0 to 1 into bytes for drawing."""
    return np.asarray(np.rint(255 * images), np.uint8)


class Likeness:
    """Finds the images that are most like one.

    Args:
        images: ``(N, C, H, W)`` uint8, at least one.
    """

    def __init__(self, images: NDArray[np.uint8]) -> None:
        self._rows = images.reshape(len(images), -1).astype(np.float32) / 255
        self._squares = np.square(self._rows).sum(axis=1)

    def distances(self, images: Images) -> NDArray[np.float32]:
        """Return how far others are from them: ``(M, N)``, the root mean square over the pixels."""
        others = images.reshape(len(images), -1)
        with one_thread():
            products = others @ self._rows.T
        squares = np.square(others).sum(axis=1)[:, np.newaxis] + self._squares - 2 * products
        distances = np.sqrt(np.maximum(squares, 0) / self._rows.shape[1])
        return np.asarray(distances, np.float32)

    def nearest(self, images: Images, count: int) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Return the places and distances of those most like each, both ``(M, count)``."""
        distances = self.distances(images)
        places = np.argsort(distances, axis=1, kind="stable")[:, :count]
        return places, np.take_along_axis(distances, places, axis=1)
