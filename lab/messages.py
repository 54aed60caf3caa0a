"""What passes between a run and its worker: settings in; watched images and snapshots out.

Plain numbers and numpy arrays only, so that whoever holds a run needs no PyTorch.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.settings import DEVICES, LIVE, WORKERS, Settings, number, one_of, whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

__all__ = [
    "DEVICES",
    "LIVE",
    "STATES",
    "WORKERS",
    "Kept",
    "Message",
    "Settings",
    "Snapshot",
    "Watched",
    "number",
    "one_of",
    "whole",
]

STATES = ("starting", "ready", "running", "paused", "finished", "stopped", "diverged", "failed")
"""What a run can be doing.

``starting`` (loading), ``ready`` (nothing learnt yet), ``running``, ``paused``, ``finished`` (all
epochs done), ``stopped`` (ended early, weights kept), ``diverged`` (the loss grew beyond all
bounds), ``failed`` (see message).
"""


def _no_floats() -> NDArray[np.float32]:
    return np.empty(0, np.float32)


def _no_integers() -> NDArray[np.int64]:
    return np.empty(0, np.int64)


def _no_images() -> NDArray[np.uint8]:
    return np.empty((0, 0, 0, 0), np.uint8)


def _no_table() -> NDArray[np.int64]:
    return np.empty((0, 0), np.int64)


@dataclass(frozen=True, eq=False)
class Watched:
    """The test images a run is watched by, and what a view needs to draw them. Sent once.

    Attributes:
        images: ``(N, C, H, W)`` uint8, 0 (black) to 255 (white): for drawing.
        labels: ``(N,)`` int64, the true class of each.
        class_names: one name a class.
        layers: each layer's name and the shape of what it puts out for one image, e.g. ``("conv1",
            (6, 8, 8))``.
        parameters: how many numbers the network learns.
        train_count: how many images are learnt from.
        test_count: how many images the test has; the watched ones are some or all of them.
        dataset: the data set's name.
        licence: under which terms the images may be used.
        source: where they come from.
        warning: a sentence to show beside the images, e.g. "not for clinical use"; "" if none.
        test_images: ``(M, C, H, W)`` uint8 as ``images``: the whole test set, or, of one over 32
            MiB, a part with each class in its share.
        test_labels: ``(M,)`` int64, the true class of each.
        train_counts: ``(classes,)`` int64, how many training images each class has.
        stages: the names of the layers whose feature maps are shown.
        rows: of each layer that has no layers within: its name, its kind (e.g. ``"Conv2d"``), the
            shape of what it puts out for one image, and how many numbers it learns.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.int64]
    class_names: tuple[str, ...]
    layers: tuple[tuple[str, tuple[int, ...]], ...]
    parameters: int
    train_count: int
    test_count: int
    dataset: str
    licence: str
    source: str
    warning: str = ""
    test_images: NDArray[np.uint8] = field(default_factory=_no_images)
    test_labels: NDArray[np.int64] = field(default_factory=_no_integers)
    train_counts: NDArray[np.int64] = field(default_factory=_no_integers)
    stages: tuple[str, ...] = ()
    rows: tuple[tuple[str, str, tuple[int, ...], int], ...] = ()

    def __post_init__(self) -> None:
        """Lock the arrays."""
        _lock_arrays(self)


@dataclass(frozen=True, eq=False)
class Snapshot:
    """Everything there is to see of a run at one moment. It never changes; its arrays are locked.

    No number in it is NaN or infinite. Before the data are loaded the arrays are empty.

    Attributes:
        sequence: counts the snapshots of a run, upwards.
        obeyed: how many commands the worker had obeyed; see ``Run.wait``.
        state: one of ``STATES``.
        message: a sentence for the learner, e.g. why the run diverged and what to try.
        step: optimizer steps done.
        total_steps: steps of the whole run.
        epoch: epochs completed.
        epochs: epochs of the whole run.
        seconds: how long it has been running, tests and views included, pauses not.
        seconds_left: how long the rest will take at the present speed; ``None`` if not known yet.
        images_per_second: training images in each second, lately; 0 if not known yet.
        learning_rate: the one that was set; a schedule makes ``rates`` of it.
        pace: the most steps in a second; ``None`` is as fast as it can.
        device: in words, e.g. ``"CPU, 1 thread"``.
        loss_steps: ``(K,)`` float32, K at most 600. Each point of the curve stands for some steps
            in a row: this is the middle of them (steps count from 1).
        loss: ``(K,)`` float32, the mean training loss (in nats) over those steps.
        rates: ``(K,)`` float32, the mean learning rate over those steps.
        test_steps: ``(E,)`` int64, the steps after which the whole test set was tried: 0 and each
            epoch's end.
        test_loss: ``(E,)`` float32, the mean cross-entropy over the test set.
        test_accuracy: ``(E,)`` float32, the share (0 to 1) of test images recognised.
        test_seconds: ``(E,)`` float32, how long it had trained until each test: neither tests nor
            views are counted.
        confusion: ``(classes, classes)`` int64, the last test of the whole test set: how often
            each true class (row) was taken for each class (column).
        test_predictions: ``(M,)`` int64, what the last test said of each of
            ``Watched.test_images``.
        test_confidences: ``(M,)`` float32, the probability of that class.
        test_true: ``(M,)`` float32, the probability of the true class.
        moments: ``(H,)`` int64, the steps whose weights are kept, in ascending order.
        looked_at: the step whose weights ``probabilities`` to ``predictions`` show; -1 is now.
        sample: the place of the chosen image among the watched ones.
        probabilities: ``(classes,)`` float32, what the network says of the chosen image.
        filters: ``(out, in, kH, kW)`` float32, the weights of the first convolution.
        feature_maps: each stage's layer name and its ``(C, H, W)`` float32 output for the chosen
            image.
        embeddings: ``(N, D)`` float32, the output of the last hidden layer for each watched image.
        predictions: ``(N,)`` int64, the class the network finds most likely for each watched
            image.
    """

    state: str
    message: str = ""
    sequence: int = 0
    obeyed: int = 0
    step: int = 0
    total_steps: int = 0
    epoch: int = 0
    epochs: int = 0
    seconds: float = 0.0
    seconds_left: float | None = None
    images_per_second: float = 0.0
    learning_rate: float = 0.0
    pace: float | None = None
    device: str = ""
    loss_steps: NDArray[np.float32] = field(default_factory=_no_floats)
    loss: NDArray[np.float32] = field(default_factory=_no_floats)
    test_steps: NDArray[np.int64] = field(default_factory=_no_integers)
    test_loss: NDArray[np.float32] = field(default_factory=_no_floats)
    test_accuracy: NDArray[np.float32] = field(default_factory=_no_floats)
    test_seconds: NDArray[np.float32] = field(default_factory=_no_floats)
    rates: NDArray[np.float32] = field(default_factory=_no_floats)
    confusion: NDArray[np.int64] = field(default_factory=_no_table)
    test_predictions: NDArray[np.int64] = field(default_factory=_no_integers)
    test_confidences: NDArray[np.float32] = field(default_factory=_no_floats)
    test_true: NDArray[np.float32] = field(default_factory=_no_floats)
    moments: NDArray[np.int64] = field(default_factory=_no_integers)
    looked_at: int = -1
    sample: int = 0
    probabilities: NDArray[np.float32] = field(default_factory=_no_floats)
    filters: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0, 0, 0), np.float32))
    feature_maps: tuple[tuple[str, NDArray[np.float32]], ...] = ()
    embeddings: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), np.float32))
    predictions: NDArray[np.int64] = field(default_factory=_no_integers)

    def __post_init__(self) -> None:
        """Lock the arrays."""
        _lock_arrays(self)


@dataclass(frozen=True, eq=False)
class Kept:
    """The weights of a run at one moment, for whoever asked for them.

    Attributes:
        ticket: the number that came with the question.
        step: the moment: so many steps were done.
        weights: each name, as in ``model.state_dict()``, and its numbers.
    """

    ticket: int
    step: int
    weights: dict[str, NDArray[Any]]


Message = Watched | Snapshot | Kept | Settings
"""What a worker may send. Settings are sent back where it could not take those it was given."""


def _lock_arrays(message: Watched | Snapshot) -> None:
    # Pickle brings arrays back unlocked, so whoever receives a message makes it anew
    # (dataclasses.replace).
    for part in fields(message):
        value = getattr(message, part.name)
        if isinstance(value, np.ndarray):
            value.flags.writeable = False
    if isinstance(message, Snapshot):
        for _, maps in message.feature_maps:
            maps.flags.writeable = False
