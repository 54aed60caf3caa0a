"""Waiting for what another thread or process does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def until(
    condition: Callable[[], object],
    what: str = "it",
    seconds: float = 60.0,
    *,
    every: float = 0.01,
) -> None:
    """Wait until a condition holds; fail when it does not in so many seconds.

    Who holds up what is waited for by asking should not ask ``every`` hundredth of a second.
    """
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, f"{what} did not come about"
        time.sleep(every)
