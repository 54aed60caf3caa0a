"""What the script of a run reads: the images as lines of plain Python, or as files beside it."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

import numpy as np

from lab.checkpoints import to_bytes
from lab.datasets import WITHOUT_ROOT, load

if TYPE_CHECKING:
    from lab.settings import Settings

START_FILE = "start.safetensors"
"""The weights that a run began from, where they were not drawn anew."""

DIGITS = """\
digits, scale = load_digits(), 16
images, labels = digits.images.astype(np.uint8)[:, None], digits.target.astype(np.int64)
test = np.zeros(len(labels), dtype=bool)
for label in range(10):  # of each class, every fifth image is kept for the test
    test[np.flatnonzero(labels == label)[4::5]] = True
train_images, train_labels = images[~test], labels[~test]
test_images, test_labels = images[test], labels[test]"""

IDX = '''\
root, scale = Path({root!r}).expanduser(), 255
folders = [root / {folder!r} / "raw", root / "raw", root]


def read(name):
    """Read an IDX file, plain or packed: a header with its shape, then bytes."""
    files = [folder / (name + end) for folder in folders for end in ("", ".gz")]
    content = next(file for file in files if file.is_file()).read_bytes()
    if content[:2] == b"\\x1f\\x8b":
        content = gzip.decompress(content)
    shape = np.frombuffer(content, ">u4", count=content[3], offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * content[3]).reshape(shape).copy()


train_images = read("train-images-idx3-ubyte")[:, None]
train_labels = read("train-labels-idx1-ubyte").astype(np.int64)
test_images = read("t10k-images-idx3-ubyte")[:, None]
test_labels = read("t10k-labels-idx1-ubyte").astype(np.int64)'''

ARCHIVE = """\
data = np.load({file!r})  # saved from the lab, beside this script
train_images, train_labels = data["train_images"], data["train_labels"]
test_images, test_labels = data["test_images"], data["test_labels"]
scale = int(data["scale"])"""


def script_files(settings: Settings) -> tuple[str, ...]:
    """Return the names of the files that the script reads from its own folder."""
    start = START_FILE if settings.checkpoint is not None else ""
    return tuple(name for name in (_archive_name(settings), start) if name)


def script_file(settings: Settings, name: str) -> bytes:
    """Return the content of one of these files.

    Raises:
        ValueError, OSError: there is no such file, or the data cannot be read.
    """
    if name not in script_files(settings):
        raise ValueError(f"The script reads no file {name!r:.80}.")
    return to_bytes(settings.checkpoint) if name == START_FILE else _archive(settings)


def data_code(settings: Settings) -> tuple[list[str], str]:
    """Return imports, and lines that make the arrays of training and test images and labels."""
    if file := _archive_name(settings):
        return ["import numpy as np"], ARCHIVE.format(file=file)
    if settings.dataset == "digits":
        return ["import numpy as np", "from sklearn.datasets import load_digits"], DIGITS
    from lab.datasets.idx import FOLDERS  # noqa: PLC0415 - read only what is asked for

    folder = FOLDERS.get(settings.dataset, settings.dataset)
    root = os.fspath(settings.root or "")
    imports = ["import gzip", "from pathlib import Path", "import numpy as np"]
    return imports, IDX.format(root=root, folder=folder)


def _archive_name(settings: Settings) -> str:
    """Return the name of the file with the images; "" where the script reads their own files."""
    from lab.datasets.medmnist import is_medmnist  # noqa: PLC0415 - read only what is asked for

    name = settings.dataset
    if name == "digits" or not (name in WITHOUT_ROOT or name == "images" or is_medmnist(name)):
        return ""
    return f"{name}.npz"


def _archive(settings: Settings) -> bytes:
    """Return a run's images and labels, read anew from their source."""
    data = load(settings.dataset, settings.root, **settings.options)
    content = io.BytesIO()
    np.savez_compressed(
        content,
        train_images=data.train_images,
        train_labels=data.train_labels,
        test_images=data.test_images,
        test_labels=data.test_labels,
        scale=np.array(data.scale),
    )
    return content.getvalue()
