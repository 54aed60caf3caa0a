"""IDX files: the format of MNIST, Fashion-MNIST and their relatives.

A file is two zero bytes, one byte for the type of the numbers, one byte for the number of
dimensions, each dimension as a big-endian 32-bit integer, and then the numbers. Files may be
packed with gzip. The format is described at the end of Y. LeCun's MNIST page
(http://yann.lecun.com/exdb/mnist/).

Headers can lie and archives can explode. So nothing is believed before it was compared with the
file, and never more is unpacked than the header announces.
"""

from __future__ import annotations

import contextlib
import gzip
import math
import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from lab.datasets.dataset import ImageDataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""The type byte of the header and the numpy type it stands for."""

LARGEST = 2**30
"""The most bytes one file may unpack to: 1 GiB, twenty times MNIST."""

GZIP_RATIO = 1032
"""Deflate cannot pack more than this many bytes into one (zlib's technical notes)."""

MOST_DIMENSIONS = 4
CHUNK = 2**20

FOLDERS = {"mnist": "MNIST", "fashion_mnist": "FashionMNIST"}
CLASS_NAMES = {
    "mnist": tuple(str(label) for label in range(10)),
    "fashion_mnist": (
        "T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
        "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot",
    ),
}  # fmt: skip
LICENCES = {"mnist": "CC BY-SA 3.0", "fashion_mnist": "MIT"}
SOURCES = {
    "mnist": "Y. LeCun, C. Cortes and C. J. C. Burges, The MNIST database of handwritten digits",
    "fashion_mnist": "Zalando Research, https://github.com/zalandoresearch/fashion-mnist",
}


def read_idx(path: str | os.PathLike[str]) -> NDArray[Any]:
    """Read one IDX file, plain or packed with gzip.

    Returns:
        The array in the shape and type that the header announces (numbers in this machine's byte
        order).

    Raises:
        ValueError: the file is damaged, lies about its size or is no IDX file. One sentence says
            what is wrong.
        OSError: the file cannot be opened.
    """
    path = Path(path)
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
        raw.seek(0)
        stored = os.fstat(raw.fileno()).st_size
        with _broken_archive_in_words(path.name):
            stream: gzip.GzipFile | BinaryIO = gzip.GzipFile(fileobj=raw) if packed else raw
            shape, dtype = _read_header(stream, path.name)
            _check_size(shape, dtype, path.name, stored, packed=packed)
            return _read_numbers(stream, shape, dtype, path.name)


def _read_header(
    stream: gzip.GzipFile | BinaryIO, name: str
) -> tuple[tuple[int, ...], np.dtype[Any]]:
    start = stream.read(4)
    if (
        len(start) < 4
        or start[:2] != b"\0\0"
        or start[2] not in DTYPES
        or not 1 <= start[3] <= MOST_DIMENSIONS
    ):
        raise ValueError(
            f"{name} is not an IDX file: it starts with the bytes {start.hex(' ') or '(none)'}, "
            f"an image file starts with 00 00 08 03 and a label file with 00 00 08 01."
        )
    sizes = stream.read(4 * start[3])
    if len(sizes) < 4 * start[3]:
        raise ValueError(f"{name} ends within its header: copy or download it again.")
    shape = tuple(int(size) for size in np.frombuffer(sizes, ">u4"))
    return shape, np.dtype(DTYPES[start[2]])


def _check_size(
    shape: tuple[int, ...], dtype: np.dtype[Any], name: str, stored: int, *, packed: bool
) -> None:
    """Compare what the header announces with what the file can hold, before taking memory."""
    announced = math.prod(shape) * dtype.itemsize  # Python integers: cannot overflow
    size = " x ".join(f"{length:,}" for length in shape)
    if announced == 0:
        raise ValueError(f"{name} announces {size} values: it holds nothing to learn from.")
    if announced > LARGEST:
        raise ValueError(
            f"{name} announces {size} values ({_amount(announced)}); "
            f"more than {_amount(LARGEST)} is not read."
        )
    header = 4 + 4 * len(shape)
    if packed and announced + header > stored * GZIP_RATIO:
        raise ValueError(
            f"{name} announces {size} values ({_amount(announced)}), "
            f"but a packed file of {_amount(stored)} cannot hold that much: "
            f"it is damaged, copy or download it again."
        )
    if not packed and announced + header != stored:
        raise ValueError(
            f"{name} announces {size} values, which makes a file of {announced + header:,} bytes, "
            f"but it has {stored:,}: it is damaged, copy or download it again."
        )


def _read_numbers(
    stream: gzip.GzipFile | BinaryIO, shape: tuple[int, ...], dtype: np.dtype[Any], name: str
) -> NDArray[Any]:
    array = np.empty(shape, dtype)  # the system hands out these pages only as they are filled
    buffer = array.reshape(-1).view(np.uint8).data
    filled = 0
    while filled < len(buffer):
        chunk = stream.read(min(CHUNK, len(buffer) - filled))
        if not chunk:
            raise ValueError(
                f"{name} announces {len(buffer):,} bytes of values but ends after {filled:,}: "
                f"it is cut off, copy or download it again."
            )
        buffer[filled : filled + len(chunk)] = chunk
        filled += len(chunk)
    if stream.read(1):  # for an archive, this also verifies its checksum
        raise ValueError(
            f"{name} goes on after the {len(buffer):,} bytes of values that it announces: "
            f"it is damaged, copy or download it again."
        )
    return array.astype(dtype.newbyteorder("="), copy=False)


@contextlib.contextmanager
def _broken_archive_in_words(name: str) -> Any:  # noqa: ANN401 - a generator, turned into a context manager
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise ValueError(
            f"{name} is a damaged gzip archive ({error}): copy or download it again."
        ) from error


def load_idx(name: str, root: str | os.PathLike[str]) -> ImageDataset:
    """Read the four IDX files of a data set.

    Args:
        name: ``"mnist"``, ``"fashion_mnist"``, or any other name; then the classes are called
            ``"0"``, ``"1"``, ...
        root: the folder with the files, or the one above ``MNIST/raw`` (torchvision's layout).

    Raises:
        ValueError: a file is damaged, or the files do not fit together.
        FileNotFoundError: a file is missing; the sentence lists the names that were looked for.
    """
    root = Path(root).expanduser()
    folders = [root / FOLDERS.get(name, name) / "raw", root / "raw", root]
    train_images, train_labels = _read_part(folders, "train")
    test_images, test_labels = _read_part(folders, "t10k")
    count = 1 + int(max(train_labels.max(), test_labels.max()))
    return ImageDataset(
        name=name,
        train_images=train_images,
        train_labels=train_labels,
        test_images=test_images,
        test_labels=test_labels,
        class_names=CLASS_NAMES.get(name) or tuple(str(label) for label in range(count)),
        scale=255,
        licence=LICENCES.get(name, "not stated by the files"),
        source=SOURCES.get(name, f"IDX files in {root}"),
    )


def _read_part(folders: list[Path], part: str) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Return images (N, 1, H, W) and labels (N,) of the part ``train`` or ``t10k``."""
    image_file = _find(folders, f"{part}-images-idx3-ubyte")
    label_file = _find(folders, f"{part}-labels-idx1-ubyte")
    images, labels = read_idx(image_file), read_idx(label_file)
    for file, array, dimensions in ((image_file, images, 3), (label_file, labels, 1)):
        if array.ndim != dimensions or array.dtype != np.uint8:
            raise ValueError(
                f"{file.name} holds {array.ndim}-dimensional {array.dtype} values, "
                f"expected {dimensions}-dimensional uint8: perhaps images and labels were swapped."
            )
    return images[:, None], labels.astype(np.int64)


def _find(folders: list[Path], name: str) -> Path:
    for folder in folders:
        for file in (folder / name, folder / f"{name}.gz"):
            if file.is_file():
                return file
    places = ", ".join(str(folder) for folder in folders)
    raise FileNotFoundError(
        f"Found neither {name} nor {name}.gz in any of these folders: {places}."
    )


def _amount(size: int) -> str:
    """Say a number of bytes in words: 1.5 GiB, 20 MiB, 300 bytes."""
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if size >= unit:
            return f"{size / unit:,.3g} {name}"
    return f"{size} bytes"
