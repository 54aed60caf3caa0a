"""Images to learn from: ``load("digits")``, ``load("mnist", root="folder")``.

No data set is ever downloaded. The digits come with scikit-learn, everything else is read from a
folder.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lab.datasets.dataset import ImageDataset

if TYPE_CHECKING:
    import os

__all__ = ["ImageDataset", "check_root", "load"]


def load(name: str, root: str | os.PathLike[str] | None = None) -> ImageDataset:
    """Read a data set by name.

    Args:
        name: ``"digits"`` (no folder needed), ``"mnist"``, ``"fashion_mnist"``, or any name for
            another set of IDX files.
        root: the folder that holds the IDX files, directly or in torchvision's layout
            (``root/MNIST/raw/train-images-idx3-ubyte.gz`` and so on).

    Raises:
        ValueError: the name is unknown, or the files are damaged or do not fit together.
        FileNotFoundError: the files are not there; the sentence lists the names that were looked
            for.
    """
    check_root(name, root)
    if root is None:
        from lab.datasets.digits import load_digits  # noqa: PLC0415 - read only what is asked for

        return load_digits()
    from lab.datasets.idx import load_idx  # noqa: PLC0415 - read only what is asked for

    return load_idx(name, root)


def check_root(name: str, root: str | os.PathLike[str] | None) -> None:
    """Refuse a data set without the folder it needs, or with one it has no use for.

    Raises:
        ValueError: the sentence says what to do.
    """
    if name == "digits" and root is not None:
        raise ValueError("The digits come with scikit-learn: leave root away.")
    if name != "digits" and root is None:
        raise ValueError(
            f'The data set {name!r} is read from a folder: say root="the folder with its files". '
            f"Only 'digits' comes without one."
        )
