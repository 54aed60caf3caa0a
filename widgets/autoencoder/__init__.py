"""The autoencoder: drag a place in its latent space and see the image that it decodes to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from traitlets import Bool, Dict, Enum, TraitError, Unicode, observe, validate

from lab.autoencoder import LARGEST_BETA, AutoencoderRun, AutoencoderSnapshot
from lab.autoencoder_code import autoencoder_code
from lab.autoencoder_decoder import Decoder, Likeness
from lab.autoencoder_tasks import TASKS, Space
from widgets._base import hand, shown
from widgets._live import LiveWidget
from widgets._traits import Number, Numbers, Whole
from widgets.autoencoder.pictures import (
    images_picture,
    plane_picture,
    point_picture,
    training_picture,
    walk_picture,
)
from widgets.autoencoder.window import Window, around

if TYPE_CHECKING:
    from lab.messages import Snapshot, Watched

FAR = 10_000.0
"""How far from the middle of the plane a place may be."""

LARGEST_PLACE = 10**9


class Autoencoder(LiveWidget):
    """A (variational) autoencoder with a latent space of two numbers: the plane.

    Each test image is a mark where the encoder puts it. Behind the marks stands what the decoder
    makes of the places. A place is dragged, and its image follows; between two test images, A and
    B, one walks.

    Args:
        run: the run to watch (default: a new one of the digits).
        point: the place to begin with (default: the middle).
        task: ``"none"`` (default), ``"neither"``, ``"nowhere"`` or ``"collapse"``; see
            ``lab.autoencoder_tasks``.
        show: ``"both"`` (default), ``"points"`` or ``"images"``: what the plane shows.

    Raises:
        TypeError: a run of something else.
        traitlets.TraitError: a value that it cannot take.

    """

    commands = ("start", "pause", "run_epochs", "reset")

    run: AutoencoderRun

    point = hand(Numbers((0.0, 0.0), -FAR, FAR, 2, 2))
    """The place in the plane that is decoded."""

    start = hand(Whole(-1, -1, LARGEST_PLACE))
    """The image A, by its place among the watched ones; −1 is chosen by the widget."""

    end = hand(Whole(-1, -1, LARGEST_PLACE))
    """The image B, in the same way."""

    task = hand(Enum(list(TASKS), default_value="none"))
    """What the learner shall find."""

    show = hand(Enum(["both", "points", "images"], default_value="both"))
    """What the plane shows: the encoded images, what its places decode to, or both."""

    variational = hand(Bool(default_value=True))
    """Whether it is a variational one; the other kind begins anew."""

    beta = hand(Number(1.0, 0.0, LARGEST_BETA))
    """How much the divergence from the prior weighs; may be changed while it learns."""

    pace = hand(Number(0.0, 0, 1e6))
    """The most steps in a second, may be changed while it learns; 0 is as fast as it can."""

    images = shown(Dict())
    """The watched images with their labels and class names: once a data set."""

    plane = shown(Dict())
    """Where the images lie, the part of the plane that is shown, and what its places decode to."""

    walk = shown(Dict())
    """What lies between A and B: decoded on the way, and cross-faded."""

    picture = shown(Dict())
    """What the place in the hand decodes to, and how far the task is."""

    script = shown(Unicode())
    """PyTorch that trains the same autoencoder, as far as this one has come."""

    def __init__(
        self,
        run: AutoencoderRun | None = None,
        *,
        point: tuple[float, float] = (0.0, 0.0),
        task: str = "none",
        show: str = "both",
        **layout: Any,  # noqa: ANN401
    ) -> None:
        if run is None:
            run = AutoencoderRun()
        if not isinstance(run, AutoencoderRun):
            raise TypeError(f"An autoencoder is shown of an AutoencoderRun, not of {run!r:.60}.")
        self._pictured: Watched | None = None
        self._space: Space | None = None
        self._window: Window | None = None
        self._likeness: Likeness | None = None
        self._follows = False
        super().__init__(
            run,
            point=point,
            task=task,
            show=show,
            variational=run.settings.variational,
            beta=run.settings.beta,
            pace=run.settings.pace or 0.0,
            **layout,
        )

    @property
    def ends(self) -> tuple[int, int]:
        """The images A and B, by their places among the watched ones.

        Where none is chosen, they are of the classes 0 and 7 or, where there are not ten, of the
        first and the last class.
        """
        watched = self._pictured
        if watched is None:
            return 0, 0
        classes = len(watched.class_names)
        wished = (0, 7) if classes == 10 else (0, classes - 1)
        chosen = []
        for place, label in zip((self.start, self.end), wished, strict=True):
            if 0 <= place < len(watched.labels):
                chosen.append(place)
            else:
                found = (watched.labels == label).nonzero()[0]
                chosen.append(int(found[0]) if len(found) else 0)
        return chosen[0], chosen[1]

    def code(self) -> str:
        """Return lines of PyTorch that train the same autoencoder and give the same numbers."""
        return str(self.script)

    @validate("variational", "beta", "pace")
    def _take_setting(self, proposal: dict[str, Any]) -> Any:  # noqa: ANN401 - a yes or a number
        """Hand what differs on to the run, unless it comes from there."""
        name, value = proposal["trait"].name, proposal["value"]
        with self._sending:
            if self._follows or value == (getattr(self.run.settings, name) or 0):
                return value
            try:
                if name == "beta":
                    self.run.change(beta=value)
                elif name == "pace":
                    self.run.change(pace=value or None)
                else:
                    learnt = self.run.latest.step > 0
                    self.run.renew(variational=value)
                    if learnt:  # the other kind shall be seen, not waited for
                        self.run.start()
            except (ValueError, TypeError, RuntimeError) as error:
                raise TraitError(str(error)) from error
        return value

    def offer(self, snapshot: Snapshot) -> None:
        """Send a snapshot; with it, the settings that a cell has changed."""
        with self._sending, self.hold_sync():
            settings = self.run.settings
            self._follows = True  # another view may change them again right now
            try:
                self.variational, self.beta = settings.variational, settings.beta
                self.pace = settings.pace or 0.0
            finally:
                self._follows = False
            super().offer(snapshot)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return how the training goes; what the weights decide is drawn anew besides."""
        watched = self.run.watched
        if isinstance(snapshot, AutoencoderSnapshot) and snapshot.decoder and watched is not None:
            if watched is not self._pictured:  # a run may change its data
                self._pictured, self._window = watched, None
                self._likeness = Likeness(watched.images)
                self.images = images_picture(watched)
            decoder = Decoder(snapshot.decoder, watched.images.shape[1:])
            likeness = cast("Likeness", self._likeness)
            self._space = Space(decoder, snapshot, watched, likeness)
            self._window = around(snapshot.codes, self._window)
            self.plane = plane_picture(self._space, self._window)
            self._draw_walk()
            self._draw_point()
            shape, epochs = watched.images.shape[1:], max(1, snapshot.epoch)
            self.script = autoencoder_code(self.run.settings, shape, epochs)
        return training_picture(snapshot, self.presence.message(snapshot))

    @observe("point", "task")
    def _draw_point(self, _change: object = None) -> None:
        if self._space is not None and self._window is not None:
            verdict = self._space.check(self.task, self.point, self.ends, self._window.reach)
            self.picture = point_picture(self._space, self.point, verdict)

    @observe("start", "end")
    def _draw_ends(self, _change: object) -> None:
        self._draw_walk()
        self._draw_point()

    def _draw_walk(self) -> None:
        if self._space is not None:
            self.walk = walk_picture(self._space, self.ends)
