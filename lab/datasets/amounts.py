"""How much a data set may hold, and how to say it."""

from __future__ import annotations

LARGEST = 2**30
"""The most bytes one part of a data set may unpack to: 1 GiB, twenty times MNIST."""

DEFLATE_RATIO = 1032
"""Deflate cannot pack more than this many bytes into one (zlib's technical notes)."""

CHUNK = 2**20
"""Bytes to read at a time."""


def amount(size: int) -> str:
    """Say a number of bytes in words: 1.5 GiB, 20 MiB, 300 bytes."""
    for unit, name in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if size >= unit:
            return f"{size / unit:,.3g} {name}"
    return f"{size} bytes"
