"""Which image belongs to which class and part, told by the folders it lies in."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from lab.datasets.archives import DamagedError
from lab.datasets.pictures import IN_WORDS, SUFFIXES

if TYPE_CHECKING:
    from collections.abc import Iterable

PARTS = {
    "train": "train", "training": "train",
    "test": "test", "testing": "test",
    "val": "validation", "valid": "validation", "validation": "validation",
}  # fmt: skip
"""Names of folders that hold a part of a data set instead of a class."""

MOST_CLASSES = 100

TEST_SHARE = 5
"""Of each class one image in five is kept for the test, unless there are folders for it."""

Layout = dict[str, dict[str, list[PurePosixPath]]]
"""The paths of each class's images, for each part: ``{"train": {"liver": [...]}}``."""


def arrange(files: Iterable[PurePosixPath], folders: Iterable[PurePosixPath], where: str) -> Layout:
    """Sort images into parts and classes.

    There is a folder for each class, or the folders ``train`` and ``test`` (perhaps ``validation``)
    with a folder for each class in them; further folders around or within do not matter. Hidden
    files, and files whose names do not end like those of images, are passed over.

    Without a test folder, the last fifth of each class is kept for the test, in the order of the
    names: images of one patient usually stand together there, and must not be on both sides.

    Args:
        files: where the files lie, relative to the whole.
        folders: the folders there are, so that an empty one is noticed.
        where: what to call the whole in a sentence.

    Raises:
        ValueError: the folders do not say what belongs where. The sentence says what to do.
    """
    visible = [path for path in files if not _hidden(path)]
    images = [path for path in visible if path.suffix.lower() in SUFFIXES]
    if not images:
        raise DamagedError(f"There are no images in {where}: {IN_WORDS} are read.")
    inside = {path for path in folders if not _hidden(path)}
    inside |= {folder for path in visible for folder in path.parents if folder.parts}
    around = _around(images, inside)
    parts = any(PARTS.get(_name(path, around)) == "train" for path in inside)
    depth = around + parts  # where the names of the classes stand
    layout: Layout = defaultdict(dict)
    for folder in inside:
        part = PARTS.get(_name(folder, around), "") if parts else "train"
        if not part and len(folder.parts) > around:
            raise DamagedError(
                f"{where} has the folder {folder.parts[around]!r} beside the folder for training: "
                f"there should be only train, test and validation."
            )
        if len(folder.parts) == depth + 1:
            layout[part][folder.name] = []
    for path in images:
        if len(path.parts) < depth + 2:
            raise DamagedError(
                f"{path} in {where} lies in no folder of a class: put every image into a folder "
                f"that is called like its class."
            )
        part = PARTS[_name(path, around)] if parts else "train"
        layout[part][path.parts[depth]].append(path)
    if "test" not in layout and "validation" in layout:
        layout["test"] = layout.pop("validation")
    if "test" not in layout:
        return split(layout["train"], where)
    _check(layout, where)
    return dict(layout)


def split(classes: dict[str, list[PurePosixPath]], where: str) -> Layout:
    """Keep the last fifth of each class for the test, at least one image.

    Args:
        classes: the images of each class, in any order.
        where: what to call the whole in a sentence.

    Raises:
        ValueError: there is only one class, or a class has too few images.
    """
    whole: Layout = {"train": classes}
    _check(whole, where)
    layout: Layout = {"train": {}, "test": {}}
    for name, paths in whole["train"].items():
        if len(paths) < 2:
            raise DamagedError(
                f"{where} has a single image of the class {name!r}: every class needs at least "
                f"two, one to learn from and one for the test."
            )
        kept = max(1, round(len(paths) / TEST_SHARE))
        layout["train"][name], layout["test"][name] = paths[:-kept], paths[-kept:]
    return layout


def _around(images: list[PurePosixPath], folders: set[PurePosixPath]) -> int:
    """Return how many folders lie around the whole, such as the one that a ZIP was made of."""
    around = 0
    while True:
        names = {path.parts[around] for path in folders if len(path.parts) > around}
        if len(names) != 1 or names.pop().casefold() in PARTS:
            return around
        if any(len(path.parts) < around + 3 for path in images):
            return around
        around += 1


def _name(path: PurePosixPath, around: int) -> str:
    """Return the name of the first folder that is not around the whole, in small letters."""
    return path.parts[around].casefold() if len(path.parts) > around else ""


def _hidden(path: PurePosixPath) -> bool:
    """Whether a system has put something there for itself: .DS_Store, __MACOSX."""
    return any(name.startswith((".", "__MACOSX")) for name in path.parts)


def _check(layout: Layout, where: str) -> None:
    """Refuse parts that do not have the same two or more classes, each with an image."""
    names = sorted(layout["train"], key=natural)
    if len(names) < 2:
        raise DamagedError(
            f"{where} has only one class, {names[0]!r}: make a folder for each of at least two."
        )
    if len(names) > MOST_CLASSES:
        raise DamagedError(
            f"{where} has {len(names):,} folders for classes, and {MOST_CLASSES} are the most: "
            f"there should be one folder for each class."
        )
    for part, classes in layout.items():
        for name in {*names, *classes}:
            if not classes.get(name) or name not in names:
                raise DamagedError(
                    f"{where} has no image of the class {name!r} "
                    f"{'to learn from' if name not in names else 'for ' + part}: every class "
                    f"needs some ({IN_WORDS} are read)."
                )
        layout[part] = {name: sorted(classes[name], key=natural) for name in names}


def natural(path: object) -> list[tuple[int, str]]:
    """Return what to sort names by so that 10 comes after 9."""
    pieces = re.split(r"([0-9]+)", str(path).casefold())
    return [
        (len(piece.lstrip("0")), piece.lstrip("0")) if place % 2 else (0, piece)
        for place, piece in enumerate(pieces)
    ]
