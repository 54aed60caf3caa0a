"""A run: a network learning from images, with buttons.

::

    with Run("digits") as run:
        run.start()
        print(run.wait("finished").test_accuracy[-1])

The training itself happens in a worker, by default a process of its own, so that this process
needs neither PyTorch nor the data set, and the page stays quick.
"""

from __future__ import annotations

import threading
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING

from lab.board import Board
from lab.link import ProcessLink, ThreadLink
from lab.messages import STATES, WORKERS, Settings, Snapshot, Watched, number, one_of, whole

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from types import TracebackType

__all__ = ["STATES", "Run", "Settings", "Snapshot", "Watched"]

LINKS: dict[str, type[ProcessLink | ThreadLink]] = {
    "process": ProcessLink,
    "thread": ThreadLink,
}


class Run:
    """Train LeNet on images, and watch it.

    Every method can be called from any thread and returns at once; what a command did shows in the
    next snapshot. A run ends its worker when it is closed, when nobody refers to it any more, and
    when Python exits.

    Args:
        dataset: ``"digits"`` (default), ``"mnist"``, ``"fashion_mnist"``, or the name of another
            IDX set.
        root: the folder with its files; the digits need none.
        epochs: how many times all training images are gone through (default 20).
        batch_size: images in one step (default 32).
        learning_rate: the size of the steps of SGD, above 0 (default 0.02).
        momentum: how much of the last step goes on in the next, 0 to below 1 (default 0.9).
        seed: whole number; the same seed gives the same initial weights and batches, on a CPU bit
            for bit.
        device: ``"auto"`` (a CUDA GPU if there is one), ``"cpu"``, ``"cuda"`` or ``"mps"``.
        pace: the most steps in a second; ``None`` (default) is as fast as it can.
        watched: how many test images to watch at most (default 360), each class in its share.
        worker: ``"process"`` (default) or ``"thread"``.
        threads: PyTorch's threads on a CPU (default 1: with more, the page has to wait for its
            turn).

    Raises:
        ValueError, TypeError: a value that cannot be; the sentence says what can. Data that cannot
            be read show up as a snapshot in the state ``failed``, because they are read by the
            worker.
    """

    def __init__(
        self,
        dataset: str = "digits",
        root: str | os.PathLike[str] | None = None,
        *,
        epochs: int = 20,
        batch_size: int = 32,
        learning_rate: float = 0.02,
        momentum: float = 0.9,
        seed: int = 0,
        device: str = "auto",
        pace: float | None = None,
        watched: int = 360,
        worker: str = "process",
        threads: int = 1,
    ) -> None:
        self._worker = one_of("worker", worker, WORKERS)
        self._settings = Settings(
            dataset=dataset,
            root=root,
            epochs=epochs,
            batch_size=batch_size,
            learning_rate=learning_rate,
            momentum=momentum,
            seed=seed,
            device=device,
            threads=threads,
            pace=pace,
            watched=watched,
        )
        self._lock = threading.RLock()
        self._board = Board()
        self._sample = 0
        self._closed = False
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
                board.post(replace(board.latest, state="failed", message=message))

        self._link = LINKS[self._worker](self._settings, board.post, ended)
        # Ends the worker if the run is forgotten, and when Python exits.
        self._let_worker_go = weakref.finalize(self, self._link.close)
        if self._sample:
            self._command("select", self._sample)

    def _command(self, name: str, *values: object) -> None:
        with self._lock:
            if self._closed:
                raise RuntimeError("This run is closed: make a new one.")
            if self.latest.state == "failed" and name in ("start", "step", "reset"):
                self._let_worker_go()
                self._employ()
            self._sent += 1  # in the same order as they are sent
            self._link.send((name, *values))

    @property
    def latest(self) -> Snapshot:
        """The newest snapshot; never ``None``."""
        return self._board.latest

    @property
    def watched(self) -> Watched | None:
        """The watched images; ``None`` while the run is ``starting``."""
        return self._board.watched

    @property
    def settings(self) -> Settings:
        """What the run is made from, with the present learning rate and pace."""
        return self._settings

    def start(self) -> None:
        """Train, or go on after a pause. After the end: begin again from the initial weights."""
        self._command("start")

    def pause(self) -> None:
        """Stand still after the present step."""
        self._command("pause")

    def step(self, n: int = 1) -> None:
        """Train ``n`` steps, then pause."""
        self._command("step", whole("n", n, 1, 10**9))

    def stop(self) -> None:
        """End the run where it is and keep the weights. ``start`` begins again from the first."""
        self._command("stop")

    def reset(self) -> None:
        """Go back to the initial weights, with a new worker if the old one has failed."""
        self._command("reset")

    def select(self, sample: int) -> None:
        """Choose the watched image whose feature maps are shown, by its place from 0."""
        count = self._settings.watched if self.watched is None else len(self.watched.labels)
        sample = whole("sample", sample, 0, count - 1)
        with self._lock:
            self._sample = sample
            self._command("select", sample)

    @property
    def learning_rate(self) -> float:
        """The size of the steps. May be changed at any time."""
        return self._settings.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: float) -> None:
        with self._lock:
            self._settings = replace(self._settings, learning_rate=value)
            self._command("learning_rate", self._settings.learning_rate)

    @property
    def pace(self) -> float | None:
        """The most steps in a second; ``None`` is as fast as it can. May be changed at any time."""
        return self._settings.pace

    @pace.setter
    def pace(self, value: float | None) -> None:
        with self._lock:
            self._settings = replace(self._settings, pace=value)
            self._command("pace", self._settings.pace)

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

    def __enter__(self) -> Run:  # noqa: PYI034 - typing.Self came with Python 3.11
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
