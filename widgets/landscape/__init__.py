"""The landscape of a loss: a network's weights are a ball on it, which a hand can move."""

from __future__ import annotations

import threading
import time
import weakref
from functools import partial
from typing import TYPE_CHECKING, Any

from traitlets import Dict, observe

from lab.landscapes import evaluate
from widgets._base import shown
from widgets.landscape.charts import VIEWS, Wish
from widgets.landscape.ground import worth_showing
from widgets.landscape.state import LandscapeState
from widgets.landscape.subjects import DigitsSubject, ModelSubject, NetworkSubject, subject_of
from widgets.landscape.survey import Job, Survey
from widgets.landscape.words import brief, code
from widgets.landscape.worker import Worker

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE = 51
"""Places along each side of the picture."""

APART = 0.3
"""Seconds at least from one picture of a network that learns to the next."""

OFTEN = 0.1
"""Seconds from one incomplete picture to the next."""

NAMED = 300
"""A network of more weights than these offers no list of them."""


class Landscape(LandscapeState):
    """The loss of a network over a plane through its weights, with the way that training took.

    The ball is the network: where it is put, there are the weights of the network that trains
    beside it. A model of PyTorch, and LeNet, are copied: there the ball only looks.

    Args:
        of: a ``Network`` widget; ``"lenet on digits"``, which is trained when asked to; or a model
            of your own with samples, ``(model, images, labels)``, for the cross-entropy of them.
        view: ``"path"`` (default; the two principal components of the way the weights went),
            ``"random directions"`` (filter-normalised), or ``"two weights"``.
        checkpoints: of a model of your own: the weights on the way, each a row of numbers or a list
            of tensors as ``model.parameters()`` gives them.
        traits: any other trait by name, e.g. ``seed=3``.

    Raises:
        TypeError: for an argument that it does not know.
        traitlets.TraitError: for a value that it cannot take; the old value stays.

    """

    ground = shown(Dict())
    """The surface: losses (51, 51), domain, axes, number of the plane, whether it is complete."""

    picture = shown(Dict())
    """What is on it: ball, loss, slope, the way, a sentence; and why a walk ended."""

    progress = shown(Dict())
    """What takes time: what is done, and its share from 0 to 1. Empty while nothing does."""

    _worker: Worker | None = None
    _let_go: Callable[[], None] | None = None

    def __init__(
        self,
        of: Any,  # noqa: ANN401 - see Args
        view: str | None = None,
        *,
        checkpoints: Any = None,  # noqa: ANN401
        **traits: Any,  # noqa: ANN401
    ) -> None:
        self._one_at_a_time = threading.RLock()
        found = subject_of(of, checkpoints)
        self._survey = Survey(found)
        self._turn = 0  # whatever is being drawn for another turn is given up
        self._idle = isinstance(found, DigitsSubject)
        self._next = 0.0
        self._tried: tuple[Any, ...] = ()
        self._given_up: tuple[Any, ...] = ()  # this state is not drawn again
        self._said = ""
        self._named: tuple[tuple[tuple[int, ...], ...], list[str]] = ((), [])
        super().__init__(view=view or self._views()[0], **traits)
        self._tell()
        if isinstance(found, NetworkSubject):
            this = weakref.ref(self)  # the network must not keep a forgotten view alive

            def note(change: dict[str, Any]) -> None:
                widget = this()
                if widget is not None:
                    widget.note(change)

            found.widget.observe(note, ["picture", "biases"])
            self._let_go = partial(found.widget.unobserve, note, ["picture", "biases"])
        self._worker = Worker(self._draw)
        self._worker.wake()

    def train(self) -> None:
        """Train LeNet, or draw what was cancelled; it goes on beside you."""
        with self._one_at_a_time:
            self._idle, self._given_up = False, ()
            self._turn += 1
            if not self.ground.get("complete"):
                doing = "The surface" if len(self._survey.walk) else "Loading PyTorch"
                self.progress = {"doing": doing, "share": 0.0}
        self._wake()

    def cancel(self) -> None:
        """Give up what is being computed; what is drawn stays, until a network changes."""
        with self._one_at_a_time:
            if isinstance(self._survey.subject, NetworkSubject):
                self._given_up = self._tried
            else:
                self._idle = True
            self._turn += 1
            self.progress = {}

    def code(self) -> str:
        """Return lines of PyTorch that compute such a surface."""
        return code(self._wish)

    def close(self) -> None:
        """End what is being computed, and the view."""
        if self._worker:
            self._worker.close()
        if self._let_go:
            self._let_go()
            self._let_go = None
        super().close()

    def note(self, change: dict[str, Any]) -> None:
        """Hear of the network, on whatever thread it learns; nothing is drawn on that one."""
        if change["name"] == "picture":
            self._survey.note(change["new"]["steps"])
            self._wake()
        else:
            self._survey.note(None)

    def _hear(self, widget: object, content: object, buffers: object) -> None:
        with self._one_at_a_time:
            super()._hear(widget, content, buffers)
            match content:
                case {"do": "train" | "cancel" as name}:
                    getattr(self, name)()

    @observe("view", "first", "second", "seed")
    def _wished(self, _change: object) -> None:
        with self._one_at_a_time:
            if self._worker is None:
                return
            self._turn += 1
            self._given_up = ()
            self._idle = self._idle and not len(self._survey.walk)
            self._tell()
        self._wake()

    @observe("ball")
    def _moved(self, _change: object) -> None:
        with self._one_at_a_time:
            if self.ball:
                a, b, number, _ = self.ball
                self._survey.put(a, b, int(number))
                self._follow()
        self._wake()

    @observe("pulse")
    def _walk(self, _change: object) -> None:
        with self._one_at_a_time:
            found = self._survey.subject
            if isinstance(found, NetworkSubject) and not self._in_hand:
                self._given_up = ()  # what still cannot be drawn is said again
                found.walk()
                self._follow()
        self._wake()

    @property
    def _wish(self) -> Wish:
        return Wish(self.view, self.first, self.second, self.seed)

    @property
    def _in_hand(self) -> bool:
        return bool(self.ball and self.ball[3])

    def _wake(self) -> None:
        if self._worker:
            self._worker.wake()

    def _views(self) -> list[str]:
        """Return the views that the page offers: no path where there is none, no endless lists."""
        found = self._survey.subject
        has_path = not isinstance(found, ModelSubject) or isinstance(found, DigitsSubject)
        views = [v for v in VIEWS if v != "path" or has_path or len(self._survey.walk) > 1]
        return views if self._labels() else views[: views.index("two weights")]

    def _labels(self) -> list[str]:
        if not len(self._survey.walk):
            return []
        parameters = self._survey.subject.parameters()
        count = parameters.flat.size
        if self._named[0] != parameters.shapes:
            labels = [brief(parameters.label(i)) for i in range(count if count <= NAMED else 0)]
            self._named = parameters.shapes, labels
        return self._named[1]

    def _tell(self) -> None:
        """Tell the page whose landscape it is, where that is news."""
        found = self._survey.subject
        news = {
            "labels": self._labels(),
            "views": self._views(),
            "about": found.about(),
            "walks": isinstance(found, NetworkSubject),
            "learns": isinstance(found, DigitsSubject),
            "code": self.code(),
        }
        if news != self.subject:
            self.subject = news

    def _follow(self) -> None:
        """Show the ball and the way on the present plane."""
        self._survey.hear()
        picture = self._survey.picture()
        if picture is not None:
            self.picture = picture

    def _draw(self) -> bool:
        """Draw what is not drawn yet, on the worker's thread; return whether there is more."""
        found = self._survey.subject
        try:
            with self._one_at_a_time:
                turn, idle, missing = self._turn, self._idle, not len(self._survey.walk)
            if isinstance(found, ModelSubject) and not idle:
                _one_thread()
            if isinstance(found, DigitsSubject) and missing and not idle:
                self._train(found, turn)
            job = self._next_job()
            if isinstance(job, Job):
                self._draw_job(job, turn)
                return True
        except Exception as error:  # noqa: BLE001 - a model may raise any; the thread goes on
            with self._one_at_a_time:
                self._said = str(error) or f"The surface cannot be drawn: {error!r}."
                self.problem, self.progress = self._said, {}
                self._given_up = self._tried
                # A model is tried again when it is asked to, a network when it has changed.
                self._idle = not isinstance(found, NetworkSubject)
            return True
        return job

    def _take_back(self) -> None:
        """Take back what could not be drawn, once something is."""
        if self._said and self.problem == self._said:
            self.problem = ""
        self._said = ""

    def _train(self, found: DigitsSubject, turn: int) -> None:
        sent = 0.0
        for share in found.train():
            with self._one_at_a_time:
                if self._is_over(turn):
                    return
                if time.monotonic() - sent > OFTEN:
                    self.progress = {"doing": "LeNet learns the digits", "share": share}
                    sent = time.monotonic()
        with self._one_at_a_time:
            self._survey.begin()
            self._tell()

    def _next_job(self) -> Job | bool:
        """Return what is to be drawn now; else whether there will be something soon."""
        with self._one_at_a_time:
            survey = self._survey
            survey.hear()
            self._fit()
            if not len(survey.walk) or self._idle:
                return False
            self._tried = self._state()
            if self._tried == self._given_up:
                return False
            current = survey.is_current(self._wish)
            if self._in_hand and survey.chart:
                return False  # the ground stays while the ball is in the hand
            self._follow()
            if current and self.ground.get("complete"):
                self._take_back()
                return False
            if survey.chart and survey.chart.wish == self._wish and time.monotonic() < self._next:
                return True
            self._next = time.monotonic() + APART
            return survey.job(self._wish) or False

    def _draw_job(self, job: Job, turn: int) -> None:
        sent = time.monotonic() - OFTEN
        for progress in evaluate(job.landscape, size=SIZE):
            with self._one_at_a_time:
                held = self._in_hand and self._survey.chart is not job.chart
                if self._is_over(turn) or held:
                    return
                whole = progress.complete == SIZE
                now = time.monotonic()
                if whole or (not job.live and worth_showing(progress) and now > sent + OFTEN):
                    sent = now
                    with self.hold_sync():
                        self._take_back()
                        self._survey.take(job)
                        self.ground = self._survey.ground(job, progress)
                        self._follow()
                        self.progress = (
                            {} if whole else {"doing": "The surface", "share": progress.share}
                        )
                elif isinstance(self._survey.subject, NetworkSubject):
                    self._follow()

    def _is_over(self, turn: int) -> bool:
        return turn != self._turn or self._worker is None or self._worker.over

    def _fit(self) -> None:
        """Follow a network that has got another size, or other points."""
        self._tell()
        last = len(self.subject["labels"]) - 1
        if 0 < last < max(self.first, self.second):
            self.first, self.second = 0, 1

    def _state(self) -> tuple[Any, ...]:
        last = self._survey.walk.last
        return self._wish, self._survey.subject.key, b"" if last is None else last.tobytes()


def _one_thread() -> None:
    """Leave the other processors to the page.

    PyTorch keeps this for the whole process: only threads that have computed before have theirs.
    """
    import torch  # noqa: PLC0415 - only who brings a model pays for PyTorch

    torch.set_num_threads(1)
