"""The controls of a run: start, pause, step, stop, reset, how far it is, and all its settings."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from traitlets import Dict, TraitError, observe, validate

from lab.settings import LIVE
from widgets._base import hand, shown
from widgets._live import LiveWidget, begun
from widgets._uploads import LARGEST_UPLOAD, Uploads, is_gone
from widgets.run_controls.choices import (
    SETTINGS,
    about,
    changes,
    looks_of,
    notable,
    offers,
    table_of,
)

if TYPE_CHECKING:
    from lab.training import Run, Snapshot

GONE = "The images that were uploaded are gone: please upload them once more."


class RunControls(LiveWidget):
    """Buttons, progress, the state of a run in words, and a drawer with all its settings.

    Args:
        run: the run to control.

    """

    settings = hand(Dict())
    """The settings by name: what differs from what stood here is changed while the run goes on, or
    begins it anew where it must."""

    looks = hand(Dict())
    """What all views of the run look at, by the names of ``lab.wanted.Wanted``: an image, a layer,
    a channel, a unit, a class. The views choose it; here it is kept."""

    offers = shown(Dict())
    """What may be chosen for each setting, and which ones change while it runs."""

    commands = ("start", "pause", "step", "run_epochs", "stop", "reset")

    def __init__(self, run: Run, **layout: Any) -> None:  # noqa: ANN401
        self._told = table_of(run.settings)  # what the hand starts from
        self._uploads = Uploads(run)
        self._read = run.watched
        self._follows = False
        super().__init__(run, **layout)
        self.offers = offers()

    @validate("settings")
    def _take_settings(self, proposal: dict[str, Any]) -> dict[str, Any]:
        """Hand what differs on to the run: all of it, or nothing and a sentence."""
        present = self._told  # not the run's own: a cell may have changed those meanwhile
        asked = changes(proposal["value"], present)
        if is_gone(proposal["value"].get("root")):
            self.problem = GONE
        if not asked:
            return present
        unknown = sorted(asked.keys() - present.keys())
        if unknown:
            raise TraitError(
                f"A run has no setting {unknown[0]!r:.40}. It has {', '.join(SETTINGS)}."
            )
        try:
            if asked.keys() <= LIVE:
                self.run.change(**asked)
            else:
                self.run.renew(**asked)
        except (ValueError, TypeError, RuntimeError, OSError) as error:
            raise TraitError(str(error)) from error
        self._told = table_of(self.run.settings)
        return self._told

    @observe("looks")
    def _take_looks(self, _change: object) -> None:
        """Have all views look there, unless that is what they do, or there is no such place."""
        if not self._follows:
            with suppress(ValueError, TypeError, RuntimeError):
                self.run.watch(**self.looks)
            self._follow_looks()

    def _follow_looks(self) -> None:
        self._follows = True
        try:
            self.looks = looks_of(self.run.wanted)
        finally:
            self._follows = False

    def take_state(self, text: str) -> None:
        """Take over a state; where it begins the run anew, all views take theirs once more."""
        before = self._told
        super().take_state(text)
        if self._told != before:
            begun[self.run] = self.run.asked

    def _hear(self, widget: object, content: object, buffers: Any) -> None:  # noqa: ANN401
        super()._hear(widget, content, buffers)
        match content, buffers:
            case {"upload": str(name)}, [data]:
                with self._sending:
                    self._take_upload(name, bytes(data))

    def _take_upload(self, name: str, data: bytes) -> None:
        """Begin anew with the images of an uploaded ZIP."""
        if len(data) > LARGEST_UPLOAD:
            self.problem = f"{name:.80} is larger than 10 MB: name a folder instead."
            return
        self._tidy()  # what the run has read so far is that of the upload before
        path = ""
        try:
            path = self._uploads.keep(name, data)
            self.settings = {**self.settings, "dataset": "images", "root": path, "options": {}}
        except (TraitError, OSError, ValueError) as error:
            self.problem = str(error)
            if path:
                self._uploads.remove(path)
        else:
            self.problem = ""

    def offer(self, snapshot: Snapshot) -> None:
        """Send a snapshot; before it, the settings that a cell or another view has changed."""
        with self._sending:
            self._told = table_of(self.run.settings)
            self.settings = self._told
            self._follow_looks()
            self._tidy()
        super().offer(snapshot)

    def _tidy(self) -> None:
        """Remove the uploads that the run reads no more."""
        watched = self.run.watched
        self._uploads.tidy(self._told["root"], renewed=watched is not self._read)
        self._read = watched

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the state in numbers and words."""
        rows = () if self.run.watched is None else self.run.watched.rows
        return {
            "message": self.presence.message(snapshot) or notable(snapshot.message),
            "step": snapshot.step,
            "totalSteps": snapshot.total_steps,
            "epoch": snapshot.epoch,
            "epochs": snapshot.epochs,
            "seconds": snapshot.seconds,
            "secondsLeft": snapshot.seconds_left,
            "imagesPerSecond": snapshot.images_per_second,
            "accuracy": float(snapshot.test_accuracy[-1]) if snapshot.test_accuracy.size else None,
            "pace": snapshot.pace,
            "about": about(self.run, snapshot),
            "hasDropout": any("Dropout" in kind for _, kind, _, _ in rows),
        }
