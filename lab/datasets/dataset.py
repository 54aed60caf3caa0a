"""What every image data set of the lab looks like, whatever file it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ImageDataset:
    """Labelled images, split into a part to learn from and a part to be tested on.

    Images are ``uint8`` because a class-room computer has little memory. Divide them by ``scale``
    to get the numbers in [0, 1] that a network is fed with: ``train_images / scale``.

    Attributes:
        name: what the set is called, e.g. ``"digits"``.
        train_images: ``(N, C, H, W)`` uint8, 0 to ``scale``.
        train_labels: ``(N,)`` int64, 0 to ``len(class_names) - 1``.
        test_images: ``(M, C, H, W)`` uint8, 0 to ``scale``.
        test_labels: ``(M,)`` int64.
        class_names: one name a class; its place is the label.
        scale: the pixel value that stands for 1.0 (16 for the digits, 255 for most others).
        licence: under which terms the images may be used.
        source: where they come from.
        warning: what whoever looks at the results must know, e.g. "Not for clinical use."; or "".
        validation_images: ``(V, C, H, W)`` uint8, a part to choose settings by; None if the set has
            none.
        validation_labels: ``(V,)`` int64, or None.
        train_marker: ``(N, H, W)`` bool, which pixels of the training images belong to a planted
            shortcut, something that gives the class away and has nothing to do with it; None if
            nothing was planted.
        test_marker: ``(M, H, W)`` bool, the same for the test images.

    Raises:
        ValueError: if the parts do not fit together. The sentence says which.
    """

    name: str
    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.int64]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    scale: int
    licence: str
    source: str
    warning: str = ""
    validation_images: NDArray[np.uint8] | None = None
    validation_labels: NDArray[np.int64] | None = None
    train_marker: NDArray[np.bool_] | None = None
    test_marker: NDArray[np.bool_] | None = None

    def __post_init__(self) -> None:
        """Refuse parts that do not fit together."""
        parts = {
            "training": (self.train_images, self.train_labels, self.train_marker),
            "test": (self.test_images, self.test_labels, self.test_marker),
        }
        if (self.validation_images is None) != (self.validation_labels is None):
            raise ValueError("A validation part needs both its images and their labels.")
        if self.validation_images is not None and self.validation_labels is not None:
            parts["validation"] = (self.validation_images, self.validation_labels, None)
        for part, (images, labels, marker) in parts.items():
            _check_part(part, images, labels, self.class_names)
            if images.shape[1:] != self.train_images.shape[1:]:
                raise ValueError(
                    f"The training images are {_size(self.train_images.shape[1:])}, "
                    f"the {part} images {_size(images.shape[1:])}: "
                    f"they must have the same size."
                )
            if marker is not None and marker.shape != (len(images), *images.shape[2:]):
                raise ValueError(
                    f"The marker of the {part} images has the shape {marker.shape}: "
                    f"expected one value for each of their pixels."
                )


def _check_part(
    part: str,
    images: NDArray[np.uint8],
    labels: NDArray[np.int64],
    class_names: tuple[str, ...],
) -> None:
    if images.ndim != 4 or 0 in images.shape or images.dtype != np.uint8:
        raise ValueError(
            f"The {part} images have the shape {images.shape} and the type {images.dtype}: "
            f"expected (number, channels, height, width) and uint8, and none of them 0."
        )
    if labels.shape != images.shape[:1]:
        raise ValueError(
            f"There are {len(images):,} {part} images but {labels.size:,} labels: "
            f"each image needs exactly one label."
        )
    if labels.min() < 0 or labels.max() >= len(class_names):
        wrong = labels.min() if labels.min() < 0 else labels.max()
        raise ValueError(
            f"A {part} label is {wrong}, but there are {len(class_names)} classes: "
            f"labels must lie between 0 and {len(class_names) - 1}."
        )


def _size(shape: tuple[int, ...]) -> str:
    """Say a shape (C, H, W) in words."""
    channels, height, width = shape
    return f"{height} x {width} pixels with {channels} channel{'s' if channels > 1 else ''}"
