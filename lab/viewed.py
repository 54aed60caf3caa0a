"""What the views of a network have in hand: its newest snapshot, and a door to whoever makes it."""

from __future__ import annotations

import threading
import weakref
from typing import TYPE_CHECKING

from lab.board import Board
from lab.checks import number, one_of
from lab.messages import STATES

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

    from typing_extensions import Self

    from lab.link import Link
    from lab.messages import Snapshot, Watched


class Viewed:
    """A network with a worker, in a process or a thread, which looks at it and tells what it sees.

    The worker is reached through ``_link``, and gone when ``_let_worker_go`` has been called.
    """

    _link: Link
    _let_worker_go: Callable[[], object]

    in_foreground = False
    """Whether a loop goes over its snapshots now, during which a kernel may hear no page."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._board = Board()
        self._sent = 0
        self._closed = False
        self._let_board_go = weakref.finalize(self, self._board.close)

    def _command(self, name: str, *values: object) -> None:
        with self._lock:
            self._check_open()
            self._sent += 1  # in the same order as they are sent
            self._link.send((name, *values))

    def _check_open(self) -> None:
        if self._closed:
            raise RuntimeError("This run is closed: make a new one.")

    @property
    def asked(self) -> int:
        """How many commands were given; ``Snapshot.obeyed`` says how many of them it knows of."""
        return self._sent

    @property
    def latest(self) -> Snapshot:
        """The newest snapshot; never ``None``."""
        return self._board.latest

    @property
    def watched(self) -> Watched | None:
        """The images to look at, and what the network consists of.

        ``None`` until a run is ``ready`` for the first time. After ``renew`` they may be others.
        """
        return self._board.watched

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
            The snapshot; no look at many images is under way. While nothing is trained, all that it
            shows is of the same moment.

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
            if snapshot.surveying:
                return False
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
        """Use it in a ``with`` block; it is closed at its end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self.close()
