"""The board where a run's newest snapshot hangs: the worker posts, whoever likes looks."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from lab.messages import Kept, Message, Settings, Snapshot, Watched

if TYPE_CHECKING:
    from collections.abc import Callable

log = logging.getLogger(__name__)


class Board:
    """Keeps the newest snapshot and tells the subscribers, safely from any thread.

    Subscribers are called one after the other by a thread of the board's own, each time with the
    newest snapshot: one that is slow misses some, but holds nobody up, least of all the training.
    """

    def __init__(self) -> None:
        self.watched: Watched | None = None
        self.latest = Snapshot(state="starting")
        self.correction: Settings | None = None
        self._coming: Watched | None = None
        self._kept: dict[int, Kept | None] = {}
        self._changed = threading.Condition()
        self._subscribers: list[Callable[[Snapshot], object]] = []
        self._closed = False
        self._teller = threading.Thread(target=self._tell, name="lab-run-teller", daemon=True)
        self._teller.start()

    def post(self, message: Message) -> None:
        """Hang up a message in place of the one before."""
        with self._changed:
            if isinstance(message, Snapshot):
                self._hang(replace(message))  # locks the arrays again, which pickle has unlocked
            elif isinstance(message, Watched):
                self._coming = replace(message)  # hangs from the snapshot on that belongs to it
            elif isinstance(message, Kept):
                if message.ticket in self._kept:
                    self._kept[message.ticket] = message
            else:
                self.correction = message
            self._changed.notify_all()

    def _hang(self, snapshot: Snapshot) -> None:
        if snapshot.state == "failed":  # the last picture stays
            snapshot = replace(self.latest, state="failed", message=snapshot.message)
        elif self._coming is not None:
            self.watched, self._coming = self._coming, None
        self.latest = replace(snapshot, sequence=self.latest.sequence + 1)

    def expect(self, ticket: int) -> None:
        """Be ready for the weights that somebody asks for with this ticket."""
        with self._changed:
            self._kept[ticket] = None

    def fetch(self, ticket: int, timeout: float) -> Kept | None:
        """Return the weights for a ticket; None if the run ends or takes too long."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self._kept[ticket] is not None or self.latest.state == "failed" or self._closed
                ),
                timeout,
            )
            return self._kept.pop(ticket)

    def wait(self, good: Callable[[Snapshot], bool], timeout: float) -> Snapshot | None:
        """Return the first snapshot that is good, or None after ``timeout`` seconds."""
        deadline = time.monotonic() + timeout
        with self._changed:
            while not good(self.latest):
                left = deadline - time.monotonic()
                if left <= 0:
                    return None
                self._changed.wait(left)
            return self.latest

    def subscribe(self, callback: Callable[[Snapshot], object]) -> Callable[[], None]:
        """Have a function called with each new snapshot. Returns the function that ends this."""
        with self._changed:
            # A new list each time, so that the teller can go through the old one without a lock.
            self._subscribers = [*self._subscribers, callback]

        def unsubscribe() -> None:
            with self._changed:
                self._subscribers = [other for other in self._subscribers if other is not callback]

        return unsubscribe

    def close(self) -> None:
        """Tell nobody any more."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def _tell(self) -> None:
        told = 0
        while True:
            with self._changed:
                while self.latest.sequence == told and not self._closed:
                    self._changed.wait()
                if self._closed:
                    return
                snapshot, subscribers = self.latest, self._subscribers
            told = snapshot.sequence
            for callback in subscribers:
                _call(callback, snapshot)


def _call(callback: Callable[[Snapshot], object], snapshot: Snapshot) -> None:
    try:
        callback(snapshot)
    except Exception:
        log.exception("A subscriber of a run raised an error; the run goes on")
