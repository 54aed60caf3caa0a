"""Five organs to tell apart, one in each image: drawn like slices of a CT, never scanned.

Every image is another person in another pose in front of another scanner, all from a few random
numbers; ``lab.datasets.organ_shapes`` draws them. The same seed gives the same images. Noise and
marker have random numbers of their own: with more noise, or with a marker, the same people are
seen.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.checks import number, whole
from lab.datasets.dataset import ImageDataset
from lab.datasets.options import options_from
from lab.datasets.organ_scanner import scan
from lab.datasets.organ_shapes import draw

if TYPE_CHECKING:
    from numpy.typing import NDArray

ORGANS = ("liver", "lung", "colon", "stomach", "kidneys")

TRAIN, TEST = 0, 1

MOST_PIXELS = 2**26
"""In all training images together: 256 MiB while they are drawn."""

WARNING = "Drawn, not scanned. Not for clinical use."


@dataclass(frozen=True)
class Options:
    """What can be chosen about the organs; bad values are refused in one sentence.

    Attributes:
        count: training images, 100 to 20,000. The test has a third as many.
        size: pixels a side, 24 to 128.
        noise: the standard deviation of the noise, as a share of the range from black to white, 0
            to 1.
        imbalance: how many times as many training images the first organ has as the last one, 1
            to 50; those between lie between. The test set always has as many of each.
        shift: how different the scanner of the test images is, 0 (the same) to 1: less contrast,
            brighter, blurred and turned.
        shortcut: plants the letters "ICU" in a corner of every training image of the kidneys. In
            the test no kidneys have them and every colon does: a network that has learnt the
            letters takes those colons for kidneys. The data set's markers say which pixels they
            are.
        seed: where the random numbers begin.
    """

    count: int = 1500
    size: int = 48
    noise: float = 0.05
    imbalance: float = 1
    shift: float = 0
    shortcut: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        """Check every value."""
        if not isinstance(self.shortcut, (bool, np.bool_)):
            raise TypeError(f"shortcut must be True or False, not {self.shortcut!r}.")
        values: dict[str, Any] = {
            "count": whole("count", self.count, 100, 20_000),
            "size": whole("size", self.size, 24, 128),
            "noise": number("noise", self.noise, least=0, most=1),
            "imbalance": number("imbalance", self.imbalance, least=1, most=50),
            "shift": number("shift", self.shift, least=0, most=1),
            "shortcut": bool(self.shortcut),
            "seed": whole("seed", self.seed, 0, 2**63 - 1),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)
        if self.count * self.size**2 > MOST_PIXELS:
            raise ValueError(
                f"{self.count:,} organs of {self.size} x {self.size} pixels are too many to draw: "
                f"at this size, choose at most {MOST_PIXELS // self.size**2:,}."
            )


LETTERS = (
    "### ### # #",
    " #  #   # #",
    " #  #   # #",
    " #  #   # #",
    "### ### ###",
)
"""I, C and U in dots, three by five each."""


def load_organs(**options: Any) -> ImageDataset:  # noqa: ANN401 - Options says what they are
    """Draw the organs.

    Args:
        options: those of ``Options``.

    Returns:
        Grey images ``(1, size, size)``; by default 1,500 to learn from and 500 for the test.

    Raises:
        ValueError: an option is unknown or has a value that it cannot take.
    """
    chosen = options_from(Options, options, "The organs")
    train_labels = _labels(_shares(chosen.count, chosen.imbalance), [chosen.seed, TRAIN])
    test_labels = _labels(_shares(chosen.count // 3, 1), [chosen.seed, TEST])
    train_images, train_marker = _part(train_labels, chosen, TRAIN)
    test_images, test_marker = _part(test_labels, chosen, TEST)
    return ImageDataset(
        name="organs",
        train_images=train_images,
        train_labels=train_labels,
        test_images=test_images,
        test_labels=test_labels,
        class_names=ORGANS,
        scale=255,
        licence="that of this lab",
        source="Drawn by this lab from random numbers, in the manner of frontal CT slices",
        warning=WARNING,
        train_marker=train_marker,
        test_marker=test_marker,
    )


def _shares(count: int, imbalance: float) -> list[int]:
    """Return how many images each organ has: falling evenly, in ratios, from first to last."""
    weights = imbalance ** -(np.arange(len(ORGANS)) / (len(ORGANS) - 1))
    ends = np.round(np.cumsum(weights) / weights.sum() * count).astype(int)
    return [int(share) for share in np.diff(ends, prepend=0)]


def _labels(shares: list[int], seed: list[int]) -> NDArray[np.int64]:
    return np.random.default_rng(seed).permutation(np.repeat(np.arange(len(ORGANS)), shares))


def _part(
    labels: NDArray[np.int64], chosen: Options, part: int
) -> tuple[NDArray[np.uint8], NDArray[np.bool_] | None]:
    """Return the images (N, 1, size, size) of one part and which pixels are marked (N, size, size).

    Args:
        labels: which organ each image shows.
        chosen: the options.
        part: ``TRAIN`` or ``TEST``.
    """
    size = chosen.size
    people, scanner, corner = (np.random.default_rng([chosen.seed, part, use]) for use in (1, 2, 3))
    images = np.empty((len(labels), size, size), np.float32)
    shift = chosen.shift if part == TEST else 0
    for label, organ in enumerate(ORGANS):
        places = np.flatnonzero(labels == label)
        images[places] = draw(organ, len(places), size, people, turned=0.35 * shift)
    scan(images, scanner, noise=chosen.noise, shift=shift)
    marker = None
    if chosen.shortcut:
        marked = labels == ORGANS.index("kidneys" if part == TRAIN else "colon")
        marker = _marker(marked, size, corner)
        images[marker] = 1
    images *= 255
    return np.rint(images, out=images).astype(np.uint8)[:, None], marker


def _marker(marked: NDArray[np.bool_], size: int, random: np.random.Generator) -> NDArray[np.bool_]:
    """Return which pixels the letters cover, ``(N, size, size)``: somewhere in the lower left."""
    dots = np.array([[dot == "#" for dot in row] for row in LETTERS])
    width = max(1, size // 32)
    letters = dots.repeat(width, axis=0).repeat(width, axis=1)
    height, width = letters.shape
    marker = np.zeros((len(marked), size, size), bool)
    aside, above = random.integers(1, 4, (2, len(marked)))
    for place in np.flatnonzero(marked):
        bottom, left = size - above[place], aside[place]
        marker[place, bottom - height : bottom, left : left + width] = letters
    return marker
