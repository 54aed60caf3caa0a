"""Own images: a folder for each class, or a ZIP archive of such folders, or single uploads."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.checks import one_of, whole
from lab.datasets.amounts import LARGEST, amount
from lab.datasets.archives import DamagedError, open_archive
from lab.datasets.dataset import ImageDataset
from lab.datasets.layouts import arrange, split
from lab.datasets.options import options_from
from lab.datasets.pictures import MOST_BYTES, read_picture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    from lab.datasets.layouts import Layout

COLOURS = ("auto", "grey", "rgb")

MOST_FILES = 100_000
"""A folder with more of them was hardly meant: the whole disk, perhaps."""

GREY = np.array([299, 587, 114], np.uint32)
"""How bright red, green and blue seem, in thousandths (ITU-R BT.601)."""


@dataclass(frozen=True)
class Options:
    """What can be chosen about own images; bad values are refused in one sentence.

    Attributes:
        size: pixels a side, 8 to 256: every image is made a square of this size.
        colour: ``"grey"`` (one channel), ``"rgb"`` (three) or ``"auto"``: grey if all images are.
    """

    size: int = 48
    colour: str = "auto"

    def __post_init__(self) -> None:
        """Check every value."""
        object.__setattr__(self, "size", whole("size", self.size, 8, 256))
        object.__setattr__(self, "colour", one_of("colour", self.colour, COLOURS))


def load_images(source: str | os.PathLike[str] | bytes, **options: Any) -> ImageDataset:  # noqa: ANN401 - Options says what they are
    """Read own images.

    Args:
        source: the folder, the ZIP archive, or the contents of the archive. Which folders there
            should be in it, ``lab.datasets.layouts.arrange`` says.
        options: those of ``Options``.

    Raises:
        ValueError: a file is damaged, or the folders do not fit together; the sentence names it.
        FileNotFoundError: there is no such folder or archive.
    """
    chosen = options_from(Options, options, "Own images")
    if isinstance(source, bytes):
        return _from_archive(source, "the archive", chosen)
    place = Path(source).expanduser()
    if place.is_file():
        return _from_archive(place, place.name, chosen)
    if not place.is_dir():
        raise FileNotFoundError(
            f"There is no folder and no ZIP archive {str(place)!r}: say the one that has a folder "
            f"for each class."
        )
    return _from_folder(place, chosen)


def from_uploads(images: Iterable[tuple[str, bytes]], **options: Any) -> ImageDataset:  # noqa: ANN401 - Options says what they are
    """Make a data set of single images, each with the name of its class.

    Args:
        images: the class and the contents of the file, one pair an image; the last fifth of each
            class is kept for the test.
        options: those of ``Options``.

    Raises:
        ValueError: an image is damaged, or a class has too few; the sentence names it.
    """
    chosen = options_from(Options, options, "Own images")
    classes: dict[str, list[PurePosixPath]] = {}
    contents: dict[PurePosixPath, bytes] = {}
    for name, content in images:
        paths = classes.setdefault(name.strip() or "no name", [])
        paths.append(PurePosixPath(f"{name.strip()}, image {len(paths) + 1}"))
        contents[paths[-1]] = content
    if not classes:
        raise ValueError("Nothing was uploaded: choose images of at least two classes.")
    layout = split(classes, "the upload")
    return _assemble(layout, contents.__getitem__, "Single images, uploaded", chosen)


def _from_archive(source: Path | bytes, name: str, chosen: Options) -> ImageDataset:
    with open_archive(source, name) as archive:
        if len(archive.members) > MOST_FILES:
            raise DamagedError(f"{name} has more than {MOST_FILES:,} files: pack fewer.")
        layout = arrange(archive.members, archive.folders, name)
        for path in _all(layout):
            archive.check(path, MOST_BYTES)  # all of them, before any of them is unpacked
        return _assemble(
            layout, lambda path: archive.read(path, MOST_BYTES), f"Own images in {name}", chosen
        )


def _from_folder(root: Path, chosen: Options) -> ImageDataset:
    files: list[PurePosixPath] = []
    folders: list[PurePosixPath] = []
    for place, below, names in os.walk(root):
        here = PurePosixPath(Path(place).relative_to(root).as_posix())
        below[:] = sorted(name for name in below if not name.startswith("."))
        folders += [here / name for name in below]
        files += [here / name for name in names]
        if len(files) > MOST_FILES:
            raise DamagedError(
                f"{root} holds more than {MOST_FILES:,} files: say the folder with the classes."
            )

    def read(path: PurePosixPath) -> bytes:
        file = root / path
        if not file.is_file():  # a pipe would keep us waiting for ever
            raise DamagedError(f"{path} is no file: leave it out.")
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)

    layout = arrange(files, folders, root.name or str(root))
    return _assemble(layout, read, f"Own images in {root}", chosen)


def _all(layout: Layout) -> list[PurePosixPath]:
    return [path for classes in layout.values() for paths in classes.values() for path in paths]


def _assemble(
    layout: Layout, read: Callable[[PurePosixPath], bytes], source: str, chosen: Options
) -> ImageDataset:
    """Read all images, each with its class for a label."""
    announced = len(_all(layout)) * 3 * chosen.size**2
    if announced > LARGEST:
        raise DamagedError(
            f"{len(_all(layout)):,} images of {chosen.size} x {chosen.size} pixels take "
            f"{amount(announced)}, and {amount(LARGEST)} is the most: choose a smaller size."
        )
    images: dict[str, NDArray[np.uint8]] = {}
    labels: dict[str, NDArray[np.int64]] = {}
    for part, classes in layout.items():
        paths = [path for listed in classes.values() for path in listed]
        images[part] = np.empty((len(paths), 3, chosen.size, chosen.size), np.uint8)
        labels[part] = np.repeat(np.arange(len(classes)), [len(one) for one in classes.values()])
        for image, path in zip(images[part], paths, strict=True):
            image[:] = read_picture(read(path), str(path), chosen.size)
    if chosen.colour == "grey" or (
        chosen.colour == "auto" and not any(_coloured(part) for part in images.values())
    ):
        images = {part: _grey(several) for part, several in images.items()}
    return ImageDataset(
        name="images",
        train_images=images["train"],
        train_labels=labels["train"],
        test_images=images["test"],
        test_labels=labels["test"],
        validation_images=images.get("validation"),
        validation_labels=labels.get("validation"),
        class_names=tuple(layout["train"]),
        scale=255,
        licence="your own",
        source=source,
    )


def _coloured(images: NDArray[np.uint8]) -> bool:
    return any(bool((image[1:] != image[0]).any()) for image in images)


def _grey(images: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return one channel, (N, 1, H, W); what is grey already stays exactly as it is."""
    grey = np.empty_like(images[:, :1])
    for image, colours in zip(grey, images, strict=True):
        image[0] = (np.tensordot(GREY, colours, axes=1) + 500) // 1000
    return grey
