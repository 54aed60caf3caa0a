"""A run's worker, and what is to be seen of it: snapshots, from wherever the worker lives."""

from __future__ import annotations

import itertools
import weakref
from dataclasses import replace
from typing import TYPE_CHECKING

from lab.checks import one_of
from lab.inside import Inside
from lab.link import ProcessLink, ThreadLink
from lab.messages import WORKERS, Settings, Snapshot
from lab.needs import needs_of
from lab.settings import is_module
from lab.wanted import Wanted

if TYPE_CHECKING:
    from lab.messages import Kept

LINKS: dict[str, type[ProcessLink | ThreadLink]] = {
    "process": ProcessLink,
    "thread": ThreadLink,
}

REVIVES = ("start", "step", "epochs", "reset")
"""The commands that bring a new worker where the old one has failed."""


class Observed(Inside):
    """Employs a worker, and lets anybody see what it does.

    The worker ends when this is closed, when nobody refers to it any more, and when Python exits.
    """

    def __init__(self, settings: Settings, worker: str) -> None:
        self._worker = one_of("worker", worker, WORKERS)
        super().__init__()
        self._settings = settings
        self._tickets = itertools.count(1)
        self._rests = False  # its worker has ended, its weights are kept
        self._kept: Kept | None = None  # what it had learnt when it came to rest
        self._off: tuple[tuple[str, int], ...] = ()  # the channels that were switched off then
        self._employ()

    def _employ(self) -> None:
        """Start a worker with the present settings, and with the weights kept from a rest."""
        self._sent = 0
        self._asked = 0  # the last command that brought other settings
        self._board.correction = None  # numbered by the commands to another worker
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
        settings, kept = self._settings, self._kept
        first = settings if kept is None else replace(settings, checkpoint=kept.checkpoint())
        self._link = LINKS[kind](first, board.post, ended)
        # Ends the worker if the run is forgotten, and when Python exits.
        self._let_worker_go = weakref.finalize(self, self._link.close)
        if kept is not None:
            self._command("began", (settings.checkpoint, kept.began))
            for layer, channel in self._off:
                self._command("switch", (layer, channel, False))
        self._told_needs = needs_of(Wanted())
        if self._chosen or self._needs_are_others:
            self._tell(self._wanted)

    def _command(self, name: str, *values: object) -> None:
        with self._lock:
            self._check_open()
            if name in ("reset", "renew"):  # to begin anew is to forget
                self._kept = None
            if self._worker_is_gone and name in REVIVES:
                self._settings = self.settings  # as the worker had them
                self._replace_worker()
            if self._rests:
                raise RuntimeError("This run rests, its memory is free: start wakes it.")
            super()._command(name, *values)

    @property
    def _worker_is_gone(self) -> bool:
        return self._rests or self.latest.state == "failed"

    def _replace_worker(self) -> None:
        self._let_worker_go()
        self._rests = False
        self._employ()

    @property
    def settings(self) -> Settings:
        """What the run is made from, as it was last changed."""
        with self._lock:
            correction = self._board.correction
            if correction is not None and correction.number == self._asked:
                self._settings = correction.settings  # the worker could not take the last ones
            return self._settings
