"""The header of a safetensors file, believed only after it was compared with the file.

A file is eight bytes that say how long its header is, the header, which is JSON, and the numbers of
all arrays one after the other. The format is described at
https://github.com/huggingface/safetensors.
"""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np

LENGTH_BYTES = 8
"""How many bytes at the file's beginning say how long the header is."""

LONGEST_HEADER = 2**20
"""Bytes of a header at most: it lists the names and shapes of the weights and the settings."""

TYPES: dict[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}
"""The number types that are read: those that numpy has, too."""


def check_size(size: int, name: str, limit: int) -> None:
    """Refuse a file that is too large to be read, or too short to be one.

    Raises:
        ValueError: the sentence begins with ``name``, as in the functions below.
    """
    if size > limit:
        raise ValueError(f"{name} is too large: at most {limit / 2**20:.4g} MiB are read.")
    if size < LENGTH_BYTES:
        raise ValueError(f"{name} is no safetensors file: it is too short.")


def read_header(content: bytes, size: int, name: str) -> dict[str, str]:
    """Check the header of a file of ``size`` bytes that begins with ``content``.

    Returns:
        The metadata: texts by name.

    Raises:
        ValueError: the header is none, or what it says cannot be.
    """
    length = int.from_bytes(content[:LENGTH_BYTES], "little")
    if length > min(LONGEST_HEADER, size - LENGTH_BYTES):
        raise ValueError(f"{name} is no safetensors file, or a part of it is missing.")
    header = read_table(content[LENGTH_BYTES : LENGTH_BYTES + length], name)
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise ValueError(f"{name} is damaged: its metadata are no texts.")
    places = sorted(_place(key, entry, name) for key, entry in header.items())
    end = 0
    for start, stop in places:
        if start != end:
            raise ValueError(f"{name} is damaged: its weights overlap or leave a gap.")
        end = stop
    if LENGTH_BYTES + length + end != size:
        raise ValueError(f"{name} is damaged: it is longer or shorter than its header says.")
    return metadata


def _place(key: str, entry: object, name: str) -> tuple[int, int]:
    """Return where an array lies in the file, after checking that it can lie there."""
    match entry:
        case {"dtype": str(kind), "shape": list(shape), "data_offsets": [start, stop]} if (
            kind in TYPES and all(type(n) is int and n >= 0 for n in [*shape, start, stop])
        ):
            if len(shape) <= 8 and stop - start == math.prod(shape) * TYPES[kind].itemsize:
                return start, stop
    raise ValueError(f"{name} is damaged: what it says of {key!r:.60} cannot be.")


def read_table(text: str | bytes, name: str) -> dict[str, Any]:
    """Read a JSON object.

    Raises:
        ValueError: the text is none.
    """
    try:
        table = json.loads(text, parse_constant=_refuse, object_pairs_hook=_without_doubles)
    except (ValueError, RecursionError) as error:
        raise ValueError(f"{name} is no safetensors file: its header cannot be read.") from error
    if not isinstance(table, dict):
        raise ValueError(f"{name} is no safetensors file: its header is no table.")  # noqa: TRY004 - of a file
    return table


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no number.")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    table = dict(pairs)
    if len(table) < len(pairs):
        raise ValueError("A name stands there twice.")
    return table
