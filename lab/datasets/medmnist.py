"""MedMNIST files: small medical images, a ``.npz`` for each set (J. Yang et al., 2023).

Read without the medmnist package, which would download them and make a folder in the home
directory.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lab.datasets.amounts import LARGEST
from lab.datasets.archives import Archive, open_archive
from lab.datasets.dataset import ImageDataset
from lab.datasets.medmnist_facts import (
    CLASS_NAMES,
    LICENCE,
    LICENCES,
    MULTI_LABEL,
    SIZES,
    VOLUMES,
)
from lab.datasets.npz import read_array

if TYPE_CHECKING:
    import os

    from numpy.typing import NDArray

NAME = re.compile(r"(?P<flag>[a-z]+mnist(?:3d)?)(?:_(?P<side>\d+))?(?:\.npz)?")
FOLDERS = ("", "medmnist", "MedMNIST", ".medmnist")
SOURCE = (
    "J. Yang et al. (2023), MedMNIST v2: a large-scale lightweight benchmark for 2D and 3D "
    "biomedical image classification, https://medmnist.com"
)


def is_medmnist(name: str) -> bool:
    """Whether a name is that of a MedMNIST set, e.g. ``"organamnist_64"``."""
    match = NAME.fullmatch(name)
    return match is not None and match["flag"] in {*CLASS_NAMES, *MULTI_LABEL, *VOLUMES}


def load_medmnist(name: str, root: str | os.PathLike[str]) -> ImageDataset:
    """Read one MedMNIST file.

    Args:
        name: the set, e.g. ``"pneumoniamnist"``, with ``_64``, ``_128`` or ``_224`` for its larger
            images.
        root: the folder with the file, or the file itself.

    Raises:
        ValueError: the set has no single label an image, or the file is damaged.
        FileNotFoundError: the file is not there; the sentence says where it was looked for.
    """
    match = NAME.fullmatch(name)
    if match is None or not is_medmnist(name):
        raise ValueError(f"{name!r} is no MedMNIST set: choose one of {', '.join(CLASS_NAMES)}.")
    flag, side = match["flag"], int(match["side"] or SIZES[0])
    if flag in VOLUMES:
        raise ValueError(
            f"{flag} holds volumes, and here images are learnt from: choose one of "
            f"{', '.join(CLASS_NAMES)}."
        )
    if flag in MULTI_LABEL:
        raise ValueError(
            f"An image of {flag} can show several findings at once, and here each image has one "
            f"class: choose one of {', '.join(CLASS_NAMES)}."
        )
    if side not in SIZES:
        raise ValueError(f"MedMNIST has images of {SIZES} pixels a side, not of {side}.")
    file = _find(f"{flag}.npz" if side == SIZES[0] else f"{flag}_{side}.npz", root)
    with open_archive(file, file.name) as archive:
        parts = {part: _read_part(archive, part) for part in ("train", "val", "test")}
    return ImageDataset(
        name=flag if side == SIZES[0] else f"{flag}_{side}",
        train_images=parts["train"][0],
        train_labels=parts["train"][1],
        validation_images=parts["val"][0],
        validation_labels=parts["val"][1],
        test_images=parts["test"][0],
        test_labels=parts["test"][1],
        class_names=CLASS_NAMES[flag],
        scale=255,
        licence=LICENCES.get(flag, LICENCE),
        source=SOURCE,
        warning="Not for clinical use.",
    )


def _find(name: str, root: str | os.PathLike[str]) -> Path:
    place = Path(root).expanduser()
    if place.is_file():
        return place
    for folder in FOLDERS:
        if (place / folder / name).is_file():
            return place / folder / name
    raise FileNotFoundError(f"Found no {name} in {place}, nor in a folder medmnist there.")


def _read_part(archive: Archive, part: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return images (N, C, H, W) and labels (N,) of one part, ``train``, ``val`` or ``test``."""
    labels = read_array(archive, f"{part}_labels", LARGEST)  # first: the smaller of the two
    if labels.dtype.kind not in "iu" or labels.ndim not in (1, 2):
        raise ValueError(
            f"{part}_labels in {archive.name} holds {labels.ndim}-dimensional {labels.dtype} "
            f"values: expected whole numbers, one for each image."
        )
    if labels.ndim == 2 and labels.shape[1] != 1:
        raise ValueError(
            f"{archive.name} has {labels.shape[1]} labels for each image, and here each image has "
            f"one class: choose a set of MedMNIST with single labels."
        )
    images = read_array(archive, f"{part}_images", LARGEST)
    grey = images.ndim == 3
    if images.dtype != np.uint8 or not (grey or (images.ndim == 4 and images.shape[3] == 3)):
        raise ValueError(
            f"{part}_images in {archive.name} has the shape {images.shape} and the type "
            f"{images.dtype}: expected (number, height, width), for colour with a 3 behind, "
            f"and uint8."
        )
    images = images[:, None] if grey else np.ascontiguousarray(images.transpose(0, 3, 1, 2))
    return images, np.clip(labels.reshape(-1), -1, 2**31).astype(np.int64)
