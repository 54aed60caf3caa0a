"""A run's worker, and what is to be seen of it: snapshots, from wherever the worker lives."""

from __future__ import annotations

import itertools
import threading
import weakref
from typing import TYPE_CHECKING

from lab.board import Board
from lab.link import ProcessLink, ThreadLink
from lab.messages import STATES, WORKERS, Settings, Snapshot, Watched, number, one_of
from lab.settings import is_module

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

LINKS: dict[str, type[ProcessLink | ThreadLink]] = {
    "process": ProcessLink,
    "thread": ThreadLink,
}

REVIVES = ("start", "step", "epochs", "reset")
"""The commands that bring a new worker where the old one has failed."""


class Observed:
    """Employs a worker, and lets anybody see what it does.

    The worker ends when this is closed, when nobody refers to it any more, and when Python exits.
    """

    def __init__(self, settings: Settings, worker: str) -> None:
        self._worker = one_of("worker", worker, WORKERS)
        self._settings = settings
        self._lock = threading.RLock()
        self._board = Board()
        self._tickets = itertools.count(1)
        self._sample = 0
        self._closed = False
        self._rests = False  # its worker has ended, its weights are kept
        self._let_board_go = weakref.finalize(self, self._board.close)
        self._employ()

    def _employ(self) -> None:
        """Start a worker with the present settings."""
        self._sent = 0
        starting = Snapshot(
            state="starting",
            message="Loading PyTorch and the images.",
            epochs=self._settings.epochs,
            learning_rate=self._settings.learning_rate,
            pace=self._settings.pace,
        )
        self._board.post(starting)
        board = (
            self._board
        )  # the link's threads must not hold the run itself, or it would never be let go

        def ended(reason: str) -> None:
            if board.latest.state != "failed":
                message = (
                    f"The training process ended unexpectedly ({reason}). "
                    f"Press reset to begin again."
                )
                board.post(Snapshot(state="failed", message=message))

        kind = "thread" if is_module(self._settings.model) else self._worker
        self._link = LINKS[kind](self._settings, board.post, ended)
        # Ends the worker if the run is forgotten, and when Python exits.
        self._let_worker_go = weakref.finalize(self, self._link.close)
        if self._sample:
            self._command("select", self._sample)

    def _command(self, name: str, *values: object) -> None:
        with self._lock:
            self._check_open()
            if self._worker_is_gone and name in REVIVES:
                self._replace_worker()
            if self._rests:
                raise RuntimeError("This run rests, its memory is free: start wakes it.")
            self._sent += 1  # in the same order as they are sent
            self._link.send((name, *values))

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("This run is closed: make a new one.")

    @property
    def _worker_is_gone(self) -> bool:
        return self._rests or self.latest.state == "failed"

    def _replace_worker(self) -> None:
        self._let_worker_go()
        self._rests = False
        self._employ()

    @property
    def latest(self) -> Snapshot:
        """The newest snapshot; never ``None``."""
        return self._board.latest

    @property
    def watched(self) -> Watched | None:
        """The watched images; ``None`` until the run is ``ready`` for the first time.

        After ``renew`` they may be others.
        """
        return self._board.watched

    @property
    def settings(self) -> Settings:
        """What the run is made from, as it was last changed."""
        with self._lock:
            if self._board.correction is not None:  # the worker could not take the last ones
                self._settings, self._board.correction = self._board.correction, None
            return self._settings

    def request(self) -> None:
        """Ask for one more snapshot, as soon as there is something new to see.

        A running worker makes snapshots for those who ask, never unasked: whoever can draw the
        next one, asks for it. Several who ask get the same one. There are at most ten a second,
        and fewer if they would take more than 1 % of the training's time. Changes of state are
        told unasked.
        """
        with self._lock:
            if not self._closed:
                self._link.send(("request",))

    def subscribe(self, callback: Callable[[Snapshot], object]) -> Callable[[], None]:
        """Have a function called with each new snapshot, from a thread of the run's own.

        A slow one misses some, but always gets the newest. It holds up other subscribers, never
        the training. To miss nothing, subscribe first and look at ``latest`` then.

        Returns:
            The function that ends the subscription.
        """
        return self._board.subscribe(callback)

    def wait(self, *until: str | Callable[[Snapshot], bool], timeout: float = 60.0) -> Snapshot:
        """Wait until all commands given so far are obeyed and the run is as wished.

        Args:
            until: states, e.g. ``"paused"``, or functions that say of a snapshot whether it is the
                one. Any of them is enough; none given means just that the commands are obeyed.
            timeout: seconds.

        Returns:
            The snapshot.

        Raises:
            RuntimeError: the run has failed meanwhile, and that was not waited for.
            TimeoutError: it took too long.
        """
        states = {one_of("until", state, STATES) for state in until if not callable(state)}
        wishes = [wish for wish in until if callable(wish)]
        timeout = number("timeout", timeout, least=0)

        def good(snapshot: Snapshot) -> bool:
            if snapshot.state == "failed":
                return True
            self.request()  # who waits is watching, too
            if snapshot.obeyed < self._sent or snapshot.state == "starting":
                return "starting" in states and snapshot.state == "starting"
            return not until or snapshot.state in states or any(wish(snapshot) for wish in wishes)

        snapshot = self._board.wait(good, timeout)
        if snapshot is None:
            raise TimeoutError(
                f"The run did not get there in {timeout:g} seconds: it is {self.latest.state}."
            )
        if snapshot.state == "failed" and "failed" not in states:
            raise RuntimeError(snapshot.message)
        return snapshot

    def close(self) -> None:
        """End the worker and free its memory. The last snapshot can still be looked at."""
        with self._lock:
            self._closed = True
        self._let_worker_go()
        self._let_board_go()

    def __enter__(self) -> Self:
        """Use the run in a ``with`` block; it is closed at its end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close the run."""
        self.close()
