"""What takes longer to find out about a network, piece by piece: known of what was asked last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Asked = tuple[object, object]
"""Of which state of the network something is asked, and what is asked."""


class Work(Protocol):
    """What is done for a question."""

    def pieces(self) -> Iterator[None]:
        """Do it: each turn is a piece of the work."""

    def found(self) -> dict[str, Any]:
        """Return the fields of a ``Snapshot`` that it has found out."""


class Errand:
    """Finds one thing out, again and again as the question or the network changes.

    Attributes:
        found: the fields of a ``Snapshot`` that were found out last, another table each time.
    """

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}
        self._known: Asked | None = None
        self._under_way: tuple[Asked, Iterator[None]] | None = None

    def knows_of(self, question: object) -> bool:
        """Whether that is what was asked last, of whatever state of the network."""
        return self._known is not None and self._known[1] == question

    def way(self, asked: Asked, begin: Callable[[], Work]) -> Iterator[None] | None:
        """Return the way to the answer; asked for the same again, it is the rest of the way.

        The network must not change on the way.

        Args:
            asked: equal to another one if nothing new is to be found out; the question ``None``
                forgets what was found.
            begin: makes the work.

        Returns:
            Each turn is a piece of the work; ``None`` if it is known.
        """
        if self._known == asked:
            return None
        if asked[1] is None:
            self.found = {} if self.found else self.found
            self._known, self._under_way = asked, None
            return None
        if self._under_way is None or self._under_way[0] != asked:
            self._under_way = asked, self._go(begin(), asked)
        return self._under_way[1]

    def _go(self, work: Work, asked: Asked) -> Iterator[None]:
        try:
            yield from work.pieces()
        except Exception:  # what broke off cannot be gone on with
            self._under_way = None
            raise
        self.found, self._known = work.found(), asked
        self._under_way = None
