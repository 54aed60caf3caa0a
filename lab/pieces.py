"""Long work done in pieces, so that commands are heard in between."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 0.02
"""Seconds that whoever commands may be kept waiting: a hand feels no more."""


def go_on(pieces: Iterator[None], seconds: float = PATIENCE) -> bool:
    """Go on with work for some seconds, a piece at least; return whether all of it is done."""
    end = time.perf_counter() + seconds
    return all(time.perf_counter() < end for _ in pieces)
