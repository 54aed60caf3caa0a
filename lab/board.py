"""The board where a run's newest snapshot hangs: the worker posts, whoever likes looks."""

from __future__ import annotations

from dataclasses import replace

from lab.bulletin import Bulletin
from lab.messages import Correction, Finding, Found, Kept, Message, Snapshot, Watched


class Board(Bulletin[Snapshot]):
    """Keeps the newest snapshot of a run, and what else its worker has sent."""

    def __init__(self) -> None:
        super().__init__(Snapshot(state="starting"), "run")
        self.watched: Watched | None = None
        self.correction: Correction | None = None
        self._coming: Watched | None = None
        self._kept: dict[int, Kept | None] = {}
        self._found = Found({})
        self.findings: dict[str, Finding] = {}

    def post(self, message: Message) -> None:
        """Hang up a message in place of the one before."""
        with self._changed:
            if isinstance(message, Snapshot):
                # Locks the arrays again, which pickle has unlocked.
                self._hang_up(replace(message, **self._found.values))
            elif isinstance(message, Watched):
                self._coming = replace(message)  # hangs from the snapshot on that belongs to it
                self.findings = {}  # they were about another network
            elif isinstance(message, Kept):
                if message.ticket in self._kept:
                    self._kept[message.ticket] = message
            elif isinstance(message, Found):
                self._found = message  # from the next snapshot on
            elif isinstance(message, Finding):
                self.findings = {**self.findings, message.key: message}
                self.hang(replace(self.latest, sequence=self.latest.sequence + 1))
            else:
                self.correction = message
            self._changed.notify_all()

    def give_up(self, why: str) -> None:
        """End all studies that are under way: nobody goes on with them."""
        with self._changed:
            self.findings = {
                key: one if one.done else replace(one, done=True, problem=why)
                for key, one in self.findings.items()
            }

    def _hang_up(self, snapshot: Snapshot) -> None:
        if snapshot.state == "failed":  # the last picture stays
            self.give_up(snapshot.message)
            snapshot = replace(
                self.latest, state="failed", message=snapshot.message, surveying=False
            )
        elif self._coming is not None:
            self.watched, self._coming = self._coming, None
        self.hang(replace(snapshot, sequence=self.latest.sequence + 1))

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
