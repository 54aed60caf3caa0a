"""What came out of an experiment: curves, and a report with all that is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.bootstrap import Interval, mean_interval
from lab.epochs import epochs_after

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lab.experiment_table import Row
    from lab.messages import Snapshot

    Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Record:
    """What a run has shown so far, over epochs: runs with other batch sizes can be compared.

    Attributes:
        state: what the run was doing.
        device: in words.
        steps: optimizer steps done.
        total_steps: steps of the whole run.
        loss_epochs: ``(K,)``, where each point of the training loss stands.
        loss: ``(K,)``, the training loss.
        test_epochs: ``(E,)``, after how many epochs the test was done.
        test_loss: ``(E,)``.
        test_accuracy: ``(E,)``, 0 to 1.
        seconds: ``(E,)``, seconds of training until then, without tests and views.
    """

    state: str
    device: str
    steps: int
    total_steps: int
    loss_epochs: Floats
    loss: Floats
    test_epochs: Floats
    test_loss: Floats
    test_accuracy: Floats
    seconds: Floats

    @classmethod
    def of(cls, snapshot: Snapshot) -> Record:
        """Read a run's snapshot."""
        tests = len(snapshot.test_steps)  # the first one is before the first epoch
        return cls(
            state=snapshot.state,
            device=snapshot.device,
            steps=snapshot.step,
            total_steps=snapshot.total_steps,
            loss_epochs=epochs_after(snapshot, snapshot.loss_steps),
            loss=np.asarray(snapshot.loss, np.float64),
            test_epochs=np.arange(tests, dtype=np.float64),
            test_loss=np.asarray(snapshot.test_loss, np.float64),
            test_accuracy=np.asarray(snapshot.test_accuracy, np.float64),
            seconds=np.asarray(snapshot.test_seconds[:tests], np.float64),
        )

    @property
    def share(self) -> float:
        """How much of the run is done, 0 to 1; one that has diverged goes no further."""
        if self.state in ("finished", "diverged"):
            return 1.0
        return self.steps / self.total_steps if self.total_steps else 0.0

    def _after(self, values: Floats, epoch: int) -> float | None:
        at = np.flatnonzero(np.isclose(self.test_epochs, epoch))
        return float(values[at[-1]]) if at.size and at[-1] < len(values) else None

    def accuracy_after(self, epoch: int) -> float | None:
        """Return the test accuracy after an epoch; ``None`` if it has not got there."""
        return self._after(self.test_accuracy, epoch)

    def test_loss_after(self, epoch: int) -> float | None:
        """Return the test loss after an epoch; ``None`` if it has not got there."""
        return self._after(self.test_loss, epoch)

    def training_loss_in(self, epoch: int) -> float | None:
        """Return the mean training loss during an epoch; ``None`` if it is not over."""
        if self._after(self.test_epochs, epoch) is None:
            return None
        inside = (self.loss_epochs > epoch - 1) & (self.loss_epochs <= epoch + 1e-9)
        return float(self.loss[inside].mean()) if inside.any() else None

    def training_loss_by_epoch(self) -> Floats:
        """Return the mean training loss of each epoch that is over."""
        over = int(self.test_epochs[-1] + 1e-9) if len(self.test_epochs) else 0
        losses = [self.training_loss_in(epoch) for epoch in range(1, over + 1)]
        return np.array([loss for loss in losses if loss is not None], np.float64)

    def first_epoch(self, _epoch: int) -> float | None:
        """Return the seconds of the first epoch, in which things are made ready."""
        return self._after(self.seconds, 1)

    def seconds_an_epoch(self, _epoch: int) -> float | None:
        """Return the seconds of an epoch after the first one: the median of those so far.

        One in which the machine was busy with something else does not move it.
        """
        if len(self.seconds) < 3 or len(self.seconds) != len(self.test_epochs):
            return None
        return float(np.median(np.diff(self.seconds[1:])))


@dataclass(frozen=True, eq=False)
class Curves:
    """The curves of one of the two ways to train: means over pairs, or one run.

    Attributes:
        loss_epochs: ``(K,)``.
        loss: ``(K,)``, the training loss in all its detail.
        training_epochs: ``(E - 1,)``, the middle of each epoch.
        training_loss: ``(E - 1,)``, its mean over each epoch.
        test_epochs: ``(E,)``.
        test_loss: ``(E,)``.
        test_accuracy: ``(E,)``.
        pairs: over how many runs.
    """

    loss_epochs: Floats
    loss: Floats
    training_epochs: Floats
    training_loss: Interval
    test_epochs: Floats
    test_loss: Interval
    test_accuracy: Interval
    pairs: int


def curves(records: Sequence[Record]) -> Curves:
    """Average the runs that got farthest; there is at least one."""
    farthest = max(len(one.test_epochs) for one in records)
    if farthest == 0:
        nothing = np.empty(0)
        empty = Interval(nothing, nothing, nothing, 0)
        return Curves(nothing, nothing, nothing, empty, nothing, empty, empty, 0)
    longest = [one for one in records if len(one.test_epochs) == farthest]
    points = min(len(one.loss) for one in longest)
    each = [one.training_loss_by_epoch() for one in longest]
    whole = min(len(losses) for losses in each)
    first = longest[0]
    return Curves(
        loss_epochs=first.loss_epochs[:points],
        loss=np.mean([one.loss[:points] for one in longest], axis=0),
        training_epochs=np.arange(whole, dtype=np.float64) + 0.5,
        training_loss=mean_interval([losses[:whole] for losses in each]),
        test_epochs=first.test_epochs,
        test_loss=mean_interval([one.test_loss for one in longest]),
        test_accuracy=mean_interval([one.test_accuracy for one in longest]),
        pairs=len(longest),
    )


def count(number: int, name: str) -> str:
    """Write a number of things: "1 epoch", "20 epochs"."""
    return f"{number} {name}{'' if number == 1 else 's'}"


@dataclass(frozen=True, eq=False)
class Report:
    """Everything there is to see of an experiment at one moment. It never changes.

    Attributes:
        sequence: counts the reports of an experiment, upwards.
        state: one of ``lab.messages.STATES``.
        message: why it failed; else empty.
        labels: what the two are called.
        epochs: how long each run is trained.
        repeats: how many pairs are to be trained.
        pairs: the records of the pairs that are complete.
        now: those of the pair at work; ``None`` when all are complete.
        share: how much of all is done, 0 to 1.
        seconds_left: how long the rest will take; ``None`` if that is not known.
        means: the curves averaged over the complete pairs; ``None`` without any.
        rows: the table.
        sentences: what it says in words; the first one is about the test accuracy.
        devices: where each of the two was trained, in words.
    """

    sequence: int
    state: str
    message: str
    labels: tuple[str, str]
    epochs: int
    repeats: int
    pairs: tuple[tuple[Record, Record], ...]
    now: tuple[Record, Record] | None
    share: float
    seconds_left: float | None
    means: tuple[Curves, Curves] | None
    rows: tuple[Row, ...]
    sentences: tuple[str, ...]
    devices: tuple[str, str]

    @property
    def all_pairs(self) -> tuple[tuple[Record, Record], ...]:
        """The complete pairs and the one at work."""
        return self.pairs if self.now is None else (*self.pairs, self.now)

    @property
    def step(self) -> int:
        """Optimizer steps done, in all pairs together."""
        return sum(one.steps for pair in self.all_pairs for one in pair)

    def row_of(self, measure: str) -> Row:
        """Return the last line of the table about a measure."""
        return next(row for row in reversed(self.rows) if row.measure == measure)
