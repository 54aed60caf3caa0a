"""What passes between a run and its worker: settings in; watched images and snapshots out.

Plain numbers and numpy arrays only, so that whoever holds a run needs no PyTorch.
"""

from __future__ import annotations

import math
import os
from dataclasses import dataclass, field, fields
from numbers import Integral, Real
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.datasets import check_root

if TYPE_CHECKING:
    from numpy.typing import NDArray

STATES = ("starting", "ready", "running", "paused", "finished", "stopped", "diverged", "failed")
"""What a run can be doing.

``starting`` (loading), ``ready`` (nothing learnt yet), ``running``, ``paused``, ``finished`` (all
epochs done), ``stopped`` (ended early, weights kept), ``diverged`` (the loss grew beyond all
bounds), ``failed`` (see message).
"""

DEVICES = ("auto", "cpu", "cuda", "mps")
WORKERS = ("process", "thread")


@dataclass(frozen=True)
class Settings:
    """The choices a run is made from; ``Run`` explains them. Bad values are refused."""

    dataset: str = "digits"
    root: str | os.PathLike[str] | None = None
    epochs: int = 20
    batch_size: int = 32
    learning_rate: float = 0.02
    momentum: float = 0.9
    seed: int = 0
    device: str = "auto"
    threads: int = 1
    pace: float | None = None
    watched: int = 360

    def __post_init__(self) -> None:
        """Check every value, and turn numpy's numbers and paths into Python's."""
        dataset: object = self.dataset  # whatever its type should be
        root: object = self.root
        if not isinstance(dataset, str):
            raise TypeError(f"dataset must be a name such as 'digits', not {dataset!r}.")
        if root is not None and not isinstance(root, (str, os.PathLike)):
            raise TypeError(f"root must be the path of a folder, not {root!r}.")
        check_root(dataset, root)
        values: dict[str, Any] = {
            "root": None if root is None else os.fspath(root),
            "epochs": whole("epochs", self.epochs, 1, 10_000),
            "batch_size": whole("batch_size", self.batch_size, 1, 100_000),
            "learning_rate": number("learning_rate", self.learning_rate, above=0, most=1000),
            "momentum": number("momentum", self.momentum, least=0, below=1),
            "seed": whole("seed", self.seed, 0, 2**63 - 1),
            "device": one_of("device", self.device, DEVICES),
            "threads": whole("threads", self.threads, 1, 1024),
            "pace": None if self.pace is None else number("pace", self.pace, above=0),
            "watched": whole("watched", self.watched, 1, 100_000),
        }
        for name, value in values.items():
            object.__setattr__(self, name, value)  # the way that frozen dataclasses leave open


def whole(name: str, value: object, least: int, most: int) -> int:
    """Return a whole number in a range, or refuse it in one sentence."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, not {value!r}.")
    if not least <= int(value) <= most:
        raise ValueError(f"{name} must lie between {least} and {most}, not {int(value)}.")
    return int(value)


def number(
    name: str,
    value: object,
    *,
    above: float = -math.inf,
    least: float = -math.inf,
    most: float = math.inf,
    below: float = math.inf,
) -> float:
    """Return a finite number in a range (``above`` and ``below`` leave it out), or refuse it."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, not {value!r}.")
    result = float(value)
    if not (math.isfinite(result) and above < result < below and least <= result <= most):
        limits = [
            f"{words} {limit:g}"
            for words, limit in (
                ("above", above),
                ("at least", least),
                ("at most", most),
                ("below", below),
            )
            if math.isfinite(limit)
        ]
        raise ValueError(f"{name} must be a finite number {' and '.join(limits)}, not {result:g}.")
    return result


def one_of(name: str, value: object, choices: tuple[str, ...]) -> str:
    """Return one of the choices, or refuse the value and list them."""
    if not isinstance(value, str) or value not in choices:
        raise ValueError(f"{name} must be one of {', '.join(map(repr, choices))}, not {value!r}.")
    return value


def _no_floats() -> NDArray[np.float32]:
    return np.empty(0, np.float32)


def _no_integers() -> NDArray[np.int64]:
    return np.empty(0, np.int64)


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
        learning_rate: the one now in use.
        pace: the most steps in a second; ``None`` is as fast as it can.
        device: in words, e.g. ``"CPU, 1 thread"``.
        loss_steps: ``(K,)`` float32, K at most 600. Each point of the curve stands for some steps
            in a row: this is the middle of them (steps count from 1).
        loss: ``(K,)`` float32, the mean training loss (cross-entropy, in nats) over those steps.
        test_steps: ``(E,)`` int64, the steps after which the whole test set was tried: 0 and each
            epoch's end.
        test_loss: ``(E,)`` float32, the mean cross-entropy over the test set.
        test_accuracy: ``(E,)`` float32, the share (0 to 1) of test images recognised.
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
    sample: int = 0
    probabilities: NDArray[np.float32] = field(default_factory=_no_floats)
    filters: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0, 0, 0), np.float32))
    feature_maps: tuple[tuple[str, NDArray[np.float32]], ...] = ()
    embeddings: NDArray[np.float32] = field(default_factory=lambda: np.empty((0, 0), np.float32))
    predictions: NDArray[np.int64] = field(default_factory=_no_integers)

    def __post_init__(self) -> None:
        """Lock the arrays."""
        _lock_arrays(self)


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
