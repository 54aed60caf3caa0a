"""Handwritten digits: 1,797 real scans of 8 x 8 pixels that come with scikit-learn."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lab.datasets.dataset import ImageDataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

TEST_EVERY = 5
"""Of each class, every fifth image is kept for the test (about 20 %)."""


def load_digits() -> ImageDataset:
    """Read the digits and split them, always in the same way, the same share of each class.

    Returns:
        1,442 training and 355 test images of shape ``(1, 8, 8)`` with values from 0 to ``scale`` =
        16.

    Raises:
        FileNotFoundError: scikit-learn is not installed.
    """
    images, labels = _read()
    in_test = np.zeros(len(labels), dtype=bool)
    for label in range(10):
        # The file goes on from writer to writer, so that every fifth image takes some of each hand.
        in_test[np.flatnonzero(labels == label)[TEST_EVERY - 1 :: TEST_EVERY]] = True
    return ImageDataset(
        name="digits",
        train_images=images[~in_test],
        train_labels=labels[~in_test],
        test_images=images[in_test],
        test_labels=labels[in_test],
        class_names=tuple(str(label) for label in range(10)),
        scale=16,
        licence="CC BY 4.0",
        source=(
            "E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI "
            "Machine Learning Repository, https://doi.org/10.24432/C50P49; "
            "the copy that scikit-learn carries"
        ),
    )


def _read() -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return images (1797, 1, 8, 8) and labels (1797,) as ``sklearn.datasets`` has them."""
    package = importlib.util.find_spec("sklearn")
    if package is None or package.origin is None:
        raise FileNotFoundError(
            "The digits come with scikit-learn, which is not installed: pip install scikit-learn."
        )
    # Read beside the library, not through it: importing scikit-learn takes two seconds and 70 MB.
    file = Path(package.origin).parent / "datasets" / "data" / "digits.csv.gz"
    if file.exists():
        table = np.loadtxt(
            file, delimiter=",", dtype=np.uint8
        )  # 64 pixels and the label in each row
        return table[:, :-1].reshape(-1, 1, 8, 8), table[:, -1].astype(np.int64)
    from sklearn.datasets import load_digits as from_library  # noqa: PLC0415 - the file has moved

    bunch = from_library()
    return bunch.images.astype(np.uint8)[:, None], bunch.target.astype(np.int64)
