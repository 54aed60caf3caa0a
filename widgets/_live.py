"""Carries a run's snapshots to the page: the latest wins, never faster than the page draws."""

from __future__ import annotations

import threading
import time
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ClassVar

from traitlets import Dict, TraitError

from widgets._base import LabWidget, shown
from widgets._presence import presence_of

if TYPE_CHECKING:
    from lab.training import Run, Snapshot

LOST_AFTER = 2.0
"""Seconds after which a frame counts as lost on its way (servers drop messages under load)."""

UNHEARD = 0.2
"""The same, in seconds, while a cell iterates over the run: before ipykernel 7, and so in Colab, no
page is heard until the cell has ended."""

begun: weakref.WeakKeyDictionary[Run, int] = weakref.WeakKeyDictionary()
"""The command by which a state had a run begin anew, with other images perhaps."""

SHOWN_FOR = 30.0
"""Seconds for which a page counts as visible after it has drawn: it says every 2 that it has."""


class LiveWidget(LabWidget):
    """A view of a run. Any number of them, and none, may watch the same run.

    The page says when it has drawn a frame; only then the run is asked for the next one. So a slow
    page gets fewer frames, a hidden or closed one gets none, and the training waits for nobody.
    """

    frame = shown(Dict())
    """What is to be drawn, with the sequence number and the state of the snapshot it shows."""

    commands: ClassVar[tuple[str, ...]] = ()
    """The methods of the run that this view's page may use."""

    _needs = False  # whether the run knows of any

    def __init__(self, run: Run, **layout: Any) -> None:  # noqa: ANN401
        self.run = run
        self.presence = presence_of(run)
        self._sending = threading.RLock()  # frames are made on the run's thread and on the page's
        self._sent = -1
        self._drawn = -1
        self._sent_at = 0.0
        self._state = ""  # that was taken over last, as long as the hand has moved nothing
        self._settled = 0  # the last beginning (see begun) at which it was taken once more
        super().__init__(**layout)
        this = weakref.ref(self)  # the run must not keep a forgotten view alive

        def offer(snapshot: Snapshot) -> None:
            view = this()
            if view is None:
                unsubscribe()
            else:
                view.offer(snapshot)

        unsubscribe = run.subscribe(offer)
        self.offer(run.latest)
        self.need()
        run.request()

    def needs(self) -> dict[str, Any]:
        """Return what of the network only such views show, by the names of ``lab.needs.NEEDS``."""
        return {}

    def need(self, lapses: float | None = None) -> None:
        """Have the run find out what this view needs, and no more what it needed before."""
        needs = self.needs()
        if needs or self._needs:
            self.run.need(self, lapses=lapses, **needs)
        self._needs = bool(needs)

    def close(self) -> None:
        """Be gone from the page, and need nothing more."""
        if self._needs:
            self._needs = False
            self.run.need(self)
        super().close()

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the frame of a snapshot: numbers, words and packed arrays."""
        raise NotImplementedError

    def offer(self, snapshot: Snapshot) -> None:
        """Send a snapshot if it is new and the page has drawn the one before."""
        unheard = getattr(self.run, "in_foreground", False)  # an experiment has no such loop
        if unheard:
            self.need(SHOWN_FOR)
        patience = UNHEARD if unheard else LOST_AFTER
        with self._sending:
            under_way = self._sent > self._drawn
            patient = time.monotonic() - self._sent_at < patience
            if snapshot.sequence <= self._sent or (under_way and patient):
                return
            frame = self.draw(snapshot)
            self._sent, self._sent_at = snapshot.sequence, time.monotonic()
            self.frame = {"sequence": snapshot.sequence, "state": snapshot.state, **frame}
            self._take_again(snapshot)

    def take_state(self, text: str) -> None:
        """Take over a state, and once more when that of another view has the run begin anew."""
        super().take_state(text)
        self._state = text

    def _take_again(self, snapshot: Snapshot) -> None:
        """Take the state for the new beginning: with other images, choices are forgotten."""
        beginning = begun.get(self.run, 0)
        if self._state and self._settled < beginning <= snapshot.obeyed:
            self._settled = beginning
            with suppress(TraitError):  # it does not fit any more
                self.take_state(self._state)

    def _hear(self, widget: object, content: object, buffers: object) -> None:
        with self._sending:  # what the page sets and what it is sent must not get mixed
            super()._hear(widget, content, buffers)
        if not isinstance(content, dict):
            return
        if "hand" in content:
            self._state = ""
        self.presence.seen()
        if "drawn" in content:
            self._hear_drawn(content["drawn"])
        elif content.get("do") in self.commands:
            self._do(content["do"], content.get("value"))

    def _hear_drawn(self, sequence: object) -> None:
        """The page has drawn a frame, or says again which one it drew last."""
        if not isinstance(sequence, int):
            return
        self._drawn = max(self._drawn, min(sequence, self._sent))
        self.need(SHOWN_FOR)  # a page that is hidden, or has gone, says nothing any more
        self.offer(self.run.latest)
        if self._sent <= self._drawn:
            self.run.request()

    def _do(self, name: str, value: object) -> None:
        try:
            self.obey(name, value)
        except (ValueError, TypeError, RuntimeError) as error:
            self.problem = str(error)
        else:
            self.problem = ""

    def obey(self, name: str, value: object) -> None:
        """Do to the run what the page asks for: call a method.

        Raises:
            ValueError, TypeError, RuntimeError: what cannot be done; the sentence goes to the page.

        """
        arguments = () if value is None else (value,)
        getattr(self.run, name)(*arguments)
