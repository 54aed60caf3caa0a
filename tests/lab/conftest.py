"""What several tests of the lab need."""

import gzip

import numpy as np
import pytest


@pytest.fixture
def save_set():
    """Return a function that writes a little data set as four IDX files."""

    def save(folder, *, train=20, test=10, side=12, classes=3, pack=False):
        folder.mkdir(parents=True, exist_ok=True)
        random = np.random.default_rng(0)
        for part, count in (("train", train), ("t10k", test)):
            labels = np.arange(count, dtype=np.uint8) % classes
            images = random.integers(0, 60, (count, side, side), dtype=np.uint8)
            for image, label in zip(images, labels, strict=True):
                # Each class is a bright band at another height.
                image[label * side // classes : (label + 1) * side // classes] += 150
            for kind, array in (("images-idx3", images), ("labels-idx1", labels)):
                sizes = np.array(array.shape, ">u4").tobytes()
                content = bytes([0, 0, 8, array.ndim]) + sizes + array.tobytes()
                name = f"{part}-{kind}-ubyte" + (".gz" if pack else "")
                (folder / name).write_bytes(gzip.compress(content) if pack else content)
        return folder

    return save
