"""Vectors as tab-separated text, as the TensorFlow Embedding Projector loads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.projection import table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray


def vectors_tsv(vectors: ArrayLike) -> str:
    """Return a line of numbers for each vector, with as many digits as tell them apart.

    Raises:
        ValueError: it is no table of finite numbers.
    """
    rows: NDArray[Any] = table("vectors", vectors)
    if not np.isfinite(rows).all():
        raise ValueError("vectors must be finite numbers: perhaps the training diverged.")
    digits = 9 if rows.dtype == np.float32 else 17
    line = "\t".join([f"%.{digits}g"] * rows.shape[1])
    return "".join(line % tuple(row) + "\n" for row in rows.tolist())


def metadata_tsv(columns: Mapping[str, Iterable[object]]) -> str:
    """Return what is known of each vector, a line each, in the same order.

    Line breaks and tabs within a text become spaces. More than one column get a line of names
    first; a single one gets none, because the Projector would take it for a vector's.

    Args:
        columns: their names and values, e.g. ``{"class": […], "predicted": […]}``.

    Raises:
        ValueError: no columns, or columns of different lengths.
    """
    texts = {_text(name): [_text(value) for value in values] for name, values in columns.items()}
    lengths = {name: len(values) for name, values in texts.items()}
    if not texts or len(texts) < len(columns):
        raise ValueError("There must be columns, each with a name of its own.")
    if len(set(lengths.values())) > 1:
        raise ValueError(f"All columns must be equally long, not {lengths}.")
    lines = [*zip(*texts.values(), strict=True)]
    if len(texts) > 1:
        lines.insert(0, tuple(texts))
    return "".join("\t".join(line) + "\n" for line in lines)


def _text(value: object) -> str:
    return " ".join(str(value).split())
