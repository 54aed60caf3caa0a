"""Whether anybody still looks at a run: a training that nobody sees pauses, and later rests.

A page that shows a view of a run gives a sign of life again and again, also while its tab is hidden
(browsers let the timers of a hidden tab fire about once a minute). A run that no page has ever
shown is none of our business: a script may train as long as it likes.
"""

from __future__ import annotations

import asyncio
import contextlib
import threading
import time
import weakref
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable


class Moment(Protocol):
    """A snapshot of a run, or a report of an experiment."""

    @property
    def state(self) -> str:
        """One of ``lab.messages.STATES``."""

    @property
    def step(self) -> int:
        """Optimizer steps done."""


class Trained(Protocol):
    """What trains and can be left alone: a run, or an experiment."""

    @property
    def latest(self) -> Moment:
        """How far it is."""

    def pause(self) -> None:
        """Stand still; returns at once."""

    def rest(self, message: str) -> None:
        """Free the memory, and say why; may take a while."""


GRACE = 120.0
"""Seconds without a sign of life after which a training pauses: two beats of a hidden tab."""

RESTS_AFTER = 1800.0
"""Seconds without a sign of life after which a run ends its worker and frees its memory."""

LOOKS_EVERY = 20.0
"""Seconds between two looks at the clock."""

PAUSED = "No page has shown this run for 2 minutes, so the training paused. Press go on."
RESTS = (
    "No page has shown this run for half an hour, so its memory is free again. "
    "Train again goes on from its weights."
)


class Presence:
    """Remembers when a page last showed a run, and pauses a training that nobody sees.

    Attributes:
        rests: what a page is told of a run whose memory was freed.
    """

    def __init__(self, run: Trained, clock: Callable[[], float] = time.monotonic) -> None:
        self.rests = RESTS
        self._run = weakref.ref(run)  # the clock's look must not keep a forgotten run alive
        self._clock = clock
        self._seen: float | None = None
        self._looked = clock()
        self._paused = False  # by us, and not yet begun again
        self._paused_at: int | None = None  # the step; known once the pause is obeyed
        self._asleep = False

    def seen(self) -> None:
        """A page that shows the run has given a sign of life."""
        self._seen = self._clock()
        self._asleep = False

    def look(self) -> None:
        """Pause the training if no page has shown it for the time of grace."""
        now = self._clock()
        # A kernel that was busy, or a machine that slept, could not hear the pages either.
        deaf = now - self._looked > 2 * LOOKS_EVERY
        self._looked = now
        run = self._run()
        if run is None or self._seen is None:
            return
        if deaf:
            self._seen = now
        if now - self._seen >= GRACE and run.latest.state == "running":
            with contextlib.suppress(RuntimeError):  # it is closed meanwhile
                run.pause()
                self._paused, self._paused_at = True, None
        elif now - self._seen >= RESTS_AFTER and not self._asleep:
            self._asleep = True
            # It waits for the worker, and this thread's event loop must not.
            threading.Thread(
                target=_rest, args=(run, self.rests), name="lab-run-rest", daemon=True
            ).start()

    def message(self, snapshot: Moment) -> str:
        """Return why the run stands still, if that is because nobody saw it; else nothing."""
        if not self._paused or snapshot.state != "paused":
            return ""
        if self._paused_at is None:
            self._paused_at = snapshot.step
        self._paused = self._paused_at == snapshot.step
        return PAUSED if self._paused else ""


def _rest(run: Trained, message: str) -> None:
    with contextlib.suppress(RuntimeError, TimeoutError):  # it has ended already
        run.rest(message)


_known: weakref.WeakKeyDictionary[Trained, Presence] = weakref.WeakKeyDictionary()


def presence_of(run: Trained) -> Presence:
    """Return the one presence of a run; its clock runs where this thread has an event loop."""
    presence = _known.get(run)
    if presence is None:
        presence = _known[run] = Presence(run)
        with contextlib.suppress(RuntimeError):  # no event loop: a script, which no page can reach
            _look_again(asyncio.get_running_loop(), weakref.ref(presence))
    return presence


def _look_again(loop: asyncio.AbstractEventLoop, presence: weakref.ref[Presence]) -> None:
    def look() -> None:
        one = presence()
        if one is not None:
            one.look()
            loop.call_later(LOOKS_EVERY, look)

    loop.call_later(LOOKS_EVERY, look)
