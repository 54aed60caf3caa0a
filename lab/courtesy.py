"""Hands first: whoever moves something on a page needs the processor more than a training does.

The two are often in processes that know nothing of one another, the kernels of two pages; all they
share is the machine. So a hand leaves its mark in the time stamp of a file.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from pathlib import Path

MARK = Path(tempfile.gettempdir()) / f"deep-learning-lab-hand-{getattr(os, 'getuid', str)()}"
"""The file: one for each user, since nobody may write another's."""

HOLDS = 0.15
"""Seconds for which a hand still counts as moving after its last move."""

REST = 3.0
"""How long a training rests after each step while a hand moves: so many times that step."""


def hand_moved() -> None:
    """Leave the mark of a hand that moves. Costs microseconds, and is no error where it fails."""
    with contextlib.suppress(OSError):
        MARK.touch()


def rest(seconds: float) -> float:
    """Return how many seconds to rest after so many seconds of work: 0 if no hand moves."""
    try:
        since = time.time() - MARK.stat().st_mtime
    except OSError:
        return 0.0
    return REST * seconds if 0 <= since < HOLDS else 0.0
