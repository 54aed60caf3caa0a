"""A network that nobody trains, to be looked into and reached into like one that learns.

::

    still = Still(model, images)
    FeatureMaps(still)

Needs PyTorch in this process, as the model does.
"""

from __future__ import annotations

import contextlib
import copy
import threading
import weakref
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

import numpy as np
from torch import nn

from lab.calibrating import Calibrating
from lab.checks import whole
from lab.edits import Edits
from lab.errand import Errand
from lab.inside import Inside
from lab.looking import Looker, NotFiniteError
from lab.messages import Found, Snapshot
from lab.pieces import go_on
from lab.still_images import still_images
from lab.studying import Studying
from lab.wanted import Choices, Wanted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from lab.link import Command
    from lab.messages import Message
    from lab.studies import Study
    from lab.viewed_images import ViewedImages

SECONDS_TO_END = 2.0
"""How long to wait for the thread to end."""


class Still(Inside):
    """Look into any PyTorch network that tells images apart, with the views of a run.

    The network is looked at as in a test, and left as it is but for what hands do to it. Nobody
    else may train or change it meanwhile. Weights that were set by hand stay when this is closed;
    channels that were switched off are on again.

    Args:
        model: the network, which puts out a number for each class; on the device where it is.
        images: ``(N, C, H, W)``, an array or a tensor, uint8 or numbers from 0 to 1; they are not
            to be changed meanwhile.
        labels: ``(N,)``, the true class of each; ``None`` (default) if nobody knows. Where they
            are known the network is calibrated on these same images.
        class_names: one name a class; ``None`` (default) calls them 0, 1, 2, and so on.
        mean: what is taken off the images (0 to 1) before the network sees them, a number or one a
            channel (default 0).
        std: by what they are divided then (default 1).
        watched: how many images are watched at most (default 360).

    Raises:
        ValueError, TypeError: what cannot be looked at; the sentence says why.
    """

    def __init__(
        self,
        model: nn.Module,
        images: object,
        labels: object = None,
        class_names: Sequence[str] | None = None,
        *,
        mean: float | Sequence[float] = 0.0,
        std: float | Sequence[float] = 1.0,
        watched: int = 360,
    ) -> None:
        if not isinstance(model, nn.Module):
            raise TypeError(f"model must be a PyTorch module, not {type(model).__name__}.")
        _check_finite(model)
        count = whole("watched", watched, 1, 100_000)
        viewed = still_images(model, images, labels, count, (mean, std))
        looker = _looker(model, viewed)
        names = _names(class_names, looker.classes, int(viewed.labels.max()))
        super().__init__()
        eye = _Eye(model, looker, names)
        board = self._board
        try:
            eye.open(board.post)
        except BaseException:
            self._let_board_go()
            raise
        self._link = eye
        self._let_worker_go = weakref.finalize(self, eye.close)

    def pause(self) -> None:
        """Do nothing: it stands still."""

    def rest(self, message: str = "") -> None:
        """Do nothing: it takes no more memory than its model, which is not its own."""


class _Eye:
    """Looks at the network in a thread, as commanded, and posts what it sees."""

    def __init__(self, model: nn.Module, looker: Looker, names: tuple[str, ...]) -> None:
        self._model, self._looker, self._names = model, looker, names
        self._edits = Edits(model)
        self._wanted = Wanted()
        self._commands: SimpleQueue[Command] = SimpleQueue()
        self._obeyed = 0
        self._problem = ""
        self._trust = Errand()  # how far it is to be believed
        self._told: list[dict[str, Any]] = []  # of what surveys have found
        self._open = True
        self._due = False  # somebody has changed something
        self._pieces: Iterator[None] | None = None
        self._thread = threading.Thread(target=self._work, name="lab-still", daemon=True)

    def open(self, post: Callable[[Message], None]) -> None:
        """Post what there is and a first look, and begin to work.

        Raises:
            ValueError: the network cannot be looked at.
        """
        self._post = post
        self._studies = Studying(post)
        watched = self._looker.watched(
            class_names=self._names,
            parameters=sum(p.numel() for p in self._model.parameters() if p.requires_grad),
            train_count=0,
            test_count=len(self._looker.images.labels),
            dataset="",
            licence="",
            source="",
            train_counts=np.zeros(len(self._names), np.int64),
        )
        self._choices = Choices.of(watched)
        self._wanted = self._choices.fit(self._wanted)
        self._survey()
        try:
            first = self._snapshot()
        except NotFiniteError:
            raise ValueError(
                "What this network puts out for the first image is not finite (NaN or infinite)."
            ) from None
        post(watched)
        self._tell(first)
        self._thread.start()

    def send(self, command: Command) -> None:
        """Hand a command over."""
        self._commands.put(command)

    def close(self) -> None:
        """End the thread."""
        self.send(("close", None))
        if threading.current_thread() is not self._thread:
            self._thread.join(SECONDS_TO_END)

    def _work(self) -> None:
        try:
            while self._open:
                self._obey()
                self._show()
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever looks must hear of it
            words = f"This network cannot be looked at: {type(error).__name__}: {error}"
            self._post(Snapshot(state="failed", message=words))
        finally:
            self._edits.let_go()

    def _obey(self) -> None:
        wait = 0.0 if self._due or self._pieces else self._studies.wait
        with contextlib.suppress(Empty):
            self._obey_one(*self._commands.get(block=wait != 0, timeout=wait))
            while True:
                self._obey_one(*self._commands.get_nowait())

    def _obey_one(self, name: str, value: Any = None) -> None:  # noqa: ANN401 - what it is depends on the name
        if name == "request":
            return  # all that is new has been posted
        if name == "close":
            self._open = False
            return
        self._problem = ""
        try:
            self._edits.obey(name, value)
        except ValueError as error:
            self._problem = str(error)
        if name == "watch":
            self._wanted = self._choices.fit(value)
        elif name == "study":
            self._study(value)
        elif name == "end study":
            self._studies.end(value)
        self._obeyed += 1
        self._due = True

    def _show(self) -> None:
        if self._open and (self._due or self._pieces):
            self._look()
        if self._open:
            self._studies.go_on()

    def _look(self) -> None:
        try:
            if self._due:
                self._survey()
            done = self._pieces is not None and go_on(self._pieces)
            if done:
                self._survey()  # what comes next
            if done or self._due or self._found_more:
                self._tell(self._snapshot())
        except NotFiniteError:
            self._take_back()
            return
        self._due = False

    def _tell(self, snapshot: Snapshot) -> None:
        if self._found_more:
            self._told = [self._looker.found, self._trust.found]
            self._post(Found(self._told[0] | self._told[1]))
        self._post(snapshot)

    @property
    def _found_more(self) -> bool:
        """Whether surveys have found out what nobody has been told."""
        found = [self._looker.found, self._trust.found]
        return not self._told or any(a is not b for a, b in zip(found, self._told, strict=True))

    def _study(self, study: Study) -> None:
        try:
            with self._edits.away():
                model = copy.deepcopy(self._model)
        except Exception as error:  # noqa: BLE001 - a module of one's own may hold anything
            self._studies.refuse(study, f"This module cannot be copied: {error}")
        else:
            self._studies.begin(study, model, self._looker.images, self._edits)

    def _take_back(self) -> None:
        if not self._edits.undo():
            raise ValueError("an output is not a finite number")
        self._problem = "With that weight the network's numbers grow beyond all bounds: taken back."
        self._due = True

    def _survey(self) -> None:
        version, images = self._edits.version, self._looker.images
        self._pieces = self._looker.survey(self._model, self._wanted, version)
        if self._pieces is None:
            known = True if (images.labels >= 0).all() else None
            self._pieces = self._trust.way(
                (version, known), lambda: Calibrating(self._model, images)
            )

    def _snapshot(self) -> Snapshot:
        return Snapshot(
            state="ready",
            message=self._problem,
            obeyed=self._obeyed,
            surveying=self._pieces is not None,
            edits=self._edits.count,
            switched_off=self._edits.switched_off,
            **self._looker.look(self._model, self._wanted),
        )


def _looker(model: nn.Module, images: ViewedImages) -> Looker:
    try:
        return Looker(model, images)
    except (RuntimeError, TypeError) as error:
        raise ValueError(
            f"This network cannot take images of {' x '.join(map(str, images.shape))} (channels, "
            f"height, width): {error}"
        ) from error


def _check_finite(model: nn.Module) -> None:
    for name, parameter in model.named_parameters():
        if not bool(parameter.isfinite().all()):
            raise ValueError(
                f"A weight of this network is not a finite number, in {name}: there is nothing "
                f"to see but that."
            )


def _names(names: Sequence[str] | None, classes: int, largest: int) -> tuple[str, ...]:
    if largest >= classes:
        raise ValueError(
            f"This network tells {classes} classes apart, 0 to {classes - 1}, but a label is "
            f"{largest}."
        )
    if names is None:
        return tuple(map(str, range(classes)))
    if isinstance(names, str) or not all(isinstance(name, str) for name in names):
        raise TypeError("class_names must be words, one for each class.")
    if len(names) != classes:
        raise ValueError(
            f"This network tells {classes} classes apart: there must be as many class_names, "
            f"not {len(names)}."
        )
    return tuple(names)
