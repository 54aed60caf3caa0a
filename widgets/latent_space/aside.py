"""Work that need not be done at once, and must not hold up what must."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

SHARE = 0.1
"""The share of a processor that it may take: the training needs the rest."""

LONGEST = 2.0
"""Seconds that it rests at most: what is asked for then is waited for."""


class Aside:
    """Does the latest of what it is asked, on a thread that ends when there is nothing to do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._job: Callable[[], object] | None = None
        self._busy = False

    def ask(self, job: Callable[[], object]) -> None:
        """Have something done soon; what was asked before and has not begun is forgotten."""
        with self._lock:
            self._job = job
            if self._busy:
                return
            self._busy = True
        threading.Thread(target=self._work, name="aside", daemon=True).start()

    def _work(self) -> None:
        while True:
            with self._lock:
                job, self._job = self._job, None
                if job is None:
                    self._busy = False
                    return
            began = time.thread_time()
            try:
                job()
            except BaseException:
                with self._lock:
                    self._busy = False  # the next one is done on another thread
                raise
            del job
            cost = time.thread_time() - began
            time.sleep(min(LONGEST, cost * (1 / SHARE - 1)))
