"""A place where the newest of something hangs: one posts it, whoever likes looks."""

from __future__ import annotations

import logging
import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)

T = TypeVar("T")


class Bulletin(Generic[T]):
    """Keeps the newest and tells the subscribers, safely from any thread.

    Subscribers are called one after the other by a thread of the bulletin's own, each time with
    the newest: one that is slow misses some, but holds nobody up, and none gets an old one after
    a newer one.
    """

    def __init__(self, first: T, name: str) -> None:
        self.latest = first
        self._told = first
        self._changed = threading.Condition()
        self._subscribers: tuple[Callable[[T], object], ...] = ()
        self._closed = False
        threading.Thread(target=self._tell, name=f"lab-{name}-teller", daemon=True).start()

    def hang(self, newest: T) -> None:
        """Hang up what is new in place of the one before."""
        with self._changed:
            self.latest = newest
            self._changed.notify_all()

    def wait(self, good: Callable[[T], bool], timeout: float) -> T | None:
        """Return the first one that is good, or None after ``timeout`` seconds.

        ``good`` may take locks of its own, also those under which others hang something up: it is
        asked while no lock of the bulletin is held.
        """
        deadline = time.monotonic() + timeout
        seen = self.latest
        while not good(seen):
            with self._changed:
                while self.latest is seen:
                    left = deadline - time.monotonic()
                    if left <= 0:
                        return None
                    self._changed.wait(left)
                seen = self.latest
        return seen

    def subscribe(self, callback: Callable[[T], object]) -> Callable[[], None]:
        """Have a function called with what is new. Returns the function that ends this."""
        with self._changed:
            self._subscribers = (*self._subscribers, callback)

        def unsubscribe() -> None:
            with self._changed:
                self._subscribers = tuple(one for one in self._subscribers if one is not callback)

        return unsubscribe

    def close(self) -> None:
        """Tell the newest, and then nobody any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _tell(self) -> None:
        while True:
            with self._changed:
                while self.latest is self._told and not self._closed:
                    self._changed.wait()
                if self.latest is self._told:
                    return
                newest, subscribers = self.latest, self._subscribers
            self._told = newest
            for callback in subscribers:
                _call(callback, newest)


def _call(callback: Callable[[T], object], newest: T) -> None:
    try:
        callback(newest)
    except Exception:
        log.exception("A subscriber raised an error; what it watches goes on")
