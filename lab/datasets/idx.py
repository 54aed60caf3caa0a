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
import hashlib
import math
import os
import zlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import numpy as np

from lab.datasets.amounts import CHUNK, DEFLATE_RATIO, LARGEST, amount
from lab.datasets.dataset import ImageDataset

if TYPE_CHECKING:
    from numpy.typing import NDArray

DTYPES = {0x08: ">u1", 0x09: ">i1", 0x0B: ">i2", 0x0C: ">i4", 0x0D: ">f4", 0x0E: ">f8"}
"""The type byte of the header and the numpy type it stands for."""

MOST_DIMENSIONS = 4

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

PUBLISHED = {
    "mnist": {
        "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
        "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
        "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
        "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
    },
    "fashion_mnist": {
        "train-images-idx3-ubyte": "f4a8712d7a061bf5bd6d2ca38dc4d50a",
        "train-labels-idx1-ubyte": "9018921c3c673c538a1fc5bad174d6f9",
        "t10k-images-idx3-ubyte": "8181f5470baa50b63fa0f6fddb340f0a",
        "t10k-labels-idx1-ubyte": "15d484375f8d13e6eb1aabb0c3f46965",
    },
}
"""The MD5 checksums of the published files, unpacked.

An archive brings a checksum of its own; a plain file does not, and a data set may lie under the
name of another, whose classes are called something else.
"""

PUBLISHED_COUNT = {"train": 60_000, "t10k": 10_000}
"""Files of fewer images are somebody's own selection, which nobody has published a checksum of."""


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
            f"{name} announces {size} values ({amount(announced)}); "
            f"more than {amount(LARGEST)} is not read."
        )
    header = 4 + 4 * len(shape)
    if packed and announced + header > stored * DEFLATE_RATIO:
        raise ValueError(
            f"{name} announces {size} values ({amount(announced)}), "
            f"but a packed file of {amount(stored)} cannot hold that much: "
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
    train_images, train_labels = _read_part(name, folders, "train")
    test_images, test_labels = _read_part(name, folders, "t10k")
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


def _read_part(
    name: str, folders: list[Path], part: str
) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
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
        if name in PUBLISHED and len(array) == PUBLISHED_COUNT[part]:
            _check_published(name, file, array)
    return images[:, None], labels.astype(np.int64)


def _check_published(name: str, file: Path, array: NDArray[np.uint8]) -> None:
    """Compare a file of the published size with the published checksum."""
    digest = hashlib.md5(bytes([0, 0, 8, array.ndim]), usedforsecurity=False)
    digest.update(np.array(array.shape, ">u4").tobytes())
    digest.update(np.ascontiguousarray(array).data)
    if digest.hexdigest() != PUBLISHED[name][file.name.removesuffix(".gz")]:
        raise ValueError(
            f"{file.name} is not the published file of {name!r}, its checksum is another: "
            f"copy or download it again, or load it under a name of its own."
        )


def _find(folders: list[Path], name: str) -> Path:
    for folder in folders:
        for file in (folder / name, folder / f"{name}.gz"):
            if file.is_file():
                return file
    places = ", ".join(str(folder) for folder in folders)
    raise FileNotFoundError(
        f"Found neither {name} nor {name}.gz in any of these folders: {places}."
    )
