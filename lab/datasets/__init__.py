"""Images to learn from: ``load("organs")``, ``load("mnist", root="folder")``.

No data set is ever downloaded. The digits come with scikit-learn, the organs are drawn, everything
else is read from a folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lab.datasets.dataset import ImageDataset
from lab.datasets.options import options_from

if TYPE_CHECKING:
    import os
    from collections.abc import Mapping

__all__ = ["WITHOUT_ROOT", "ImageDataset", "check_options", "check_root", "load"]

WITHOUT_ROOT = {
    "digits": "come with scikit-learn",
    "organs": "are drawn by the lab",
}
"""The sets that need no folder, and where they come from."""


def load(name: str, root: str | os.PathLike[str] | None = None, **options: object) -> ImageDataset:
    """Read a data set by name.

    Args:
        name: ``"digits"`` or ``"organs"`` (no folder needed), ``"images"`` (own images, a folder
            for each class), ``"mnist"``, ``"fashion_mnist"``, a MedMNIST file such as
            ``"pneumoniamnist"`` or ``"organamnist_64"``, or any name for another set of IDX files.
        root: the folder that holds the files. For ``"images"``, the folder with one folder for each
            class, or a ZIP archive of it. IDX files lie in it directly or in torchvision's layout
            (``root/MNIST/raw/train-images-idx3-ubyte.gz`` and so on).
        options: of ``"organs"``, see ``lab.datasets.organs.Options``; of ``"images"``, see
            ``lab.datasets.folders.Options``.

    Raises:
        ValueError: the name or an option is unknown, or the files are damaged or do not fit
            together.
        FileNotFoundError: the files are not there; the sentence lists the names that were looked
            for.
    """
    check_root(name, root)
    check_options(name, options)
    # Each reader is imported only when it is asked for: a kernel should stay small.
    if name == "organs":
        from lab.datasets.organs import load_organs  # noqa: PLC0415

        return load_organs(**options)
    if root is None:
        from lab.datasets.digits import load_digits  # noqa: PLC0415

        return load_digits()
    if name == "images":
        from lab.datasets.folders import load_images  # noqa: PLC0415

        return load_images(root, **options)
    from lab.datasets.medmnist import is_medmnist, load_medmnist  # noqa: PLC0415

    if is_medmnist(name):
        return load_medmnist(name, root)
    from lab.datasets.idx import load_idx  # noqa: PLC0415

    return load_idx(name, root)


def check_root(name: str, root: str | os.PathLike[str] | None) -> None:
    """Refuse a data set without the folder it needs, or with one it has no use for.

    Raises:
        ValueError: the sentence says what to do.
    """
    if name in WITHOUT_ROOT and root is not None:
        raise ValueError(f"The {name} {WITHOUT_ROOT[name]}: leave root away.")
    if name not in WITHOUT_ROOT and root is None:
        raise ValueError(
            f'The data set {name!r} is read from a folder: say root="the folder with its files". '
            f"Only {' and '.join(map(repr, WITHOUT_ROOT))} come without one."
        )


def check_options(name: str, options: Mapping[str, Any]) -> None:
    """Refuse options that the data set does not know, or values that it cannot take.

    Raises:
        ValueError: the sentence says which options there are, or which values.
    """
    if name == "organs":
        from lab.datasets import organs  # noqa: PLC0415 - a kernel should stay small

        options_from(organs.Options, options, "The organs")
    elif name == "images":
        from lab.datasets import folders  # noqa: PLC0415 - a kernel should stay small

        options_from(folders.Options, options, "Own images")
    elif options:
        given = ", ".join(map(repr, options))
        raise ValueError(f"The data set {name!r} has no options; leave {given} away.")
