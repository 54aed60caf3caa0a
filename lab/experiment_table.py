"""The table of an experiment: by what two runs are compared, and who did better."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.bootstrap import mean_interval
from lab.experiment_report import Record

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

EPOCHS_ASKED = (5, 10, 20)
"""After these, and after the last one, the table says how good each run is."""

ENOUGH = 6
"""Pairs from which on chance can be told apart: that all of five lean the same way happens by
chance alone in one of sixteen experiments.
"""


@dataclass(frozen=True)
class Measure:
    """Something by which two runs can be compared.

    Attributes:
        of: reads it from a record.
        kind: how it is written: ``"percent"``, ``"loss"`` or ``"seconds"``.
        larger: whether more of it is better.
        tolerance: which difference counts as none where there are few pairs: in its own unit, or as
            a share of it (loss, seconds).
    """

    of: Callable[[Record, int], float | None]
    kind: str
    larger: bool
    tolerance: float


MEASURES = {
    "accuracy": Measure(Record.accuracy_after, "percent", larger=True, tolerance=0.005),
    "training loss": Measure(Record.training_loss_in, "loss", larger=False, tolerance=0.05),
    "test loss": Measure(Record.test_loss_after, "loss", larger=False, tolerance=0.05),
    "seconds": Measure(Record.seconds_an_epoch, "seconds", larger=False, tolerance=0.2),
    "first epoch": Measure(Record.first_epoch, "seconds", larger=False, tolerance=0.2),
}


@dataclass(frozen=True)
class Row:
    """A line of the table: means over the pairs that got there.

    Attributes:
        title: e.g. ``"Test accuracy, epoch 5"``.
        measure: a name out of ``MEASURES``.
        epoch: after which epoch.
        kind: ``"percent"``, ``"loss"`` or ``"seconds"``.
        pairs: how many pairs got there; 0 leaves the numbers at ``None``.
        a, b: the means.
        difference: the mean of b − a.
        low, high: its 95 % bootstrap interval over the pairs; ``None`` for less than two.
        b_larger: in how many pairs b was the larger one.
    """

    title: str
    measure: str
    epoch: int
    kind: str
    pairs: int = 0
    a: float | None = None
    b: float | None = None
    difference: float | None = None
    low: float | None = None
    high: float | None = None
    b_larger: int = 0

    @property
    def outcome(self) -> str:
        """Who did better: ``"a"``, ``"b"`` or ``"same"``; ``""`` if no pair got there."""
        if self.difference is None or self.a is None or self.b is None:
            return ""
        measure = MEASURES[self.measure]
        size = 1.0 if self.kind == "percent" else max(abs(self.a), abs(self.b))
        same = self.pairs < ENOUGH and abs(self.difference) <= measure.tolerance * size
        if self.low is not None and self.high is not None:
            same = same or self.low <= 0 <= self.high
        if same:
            return "same"
        return "b" if (self.difference > 0) == measure.larger else "a"


def row(title: str, measure: str, epoch: int, pairs: Sequence[tuple[Record, Record]]) -> Row:
    """Compare the two runs of each pair that got so far."""
    kind, read = MEASURES[measure].kind, MEASURES[measure].of
    found = [(read(a, epoch), read(b, epoch)) for a, b in pairs]
    values = np.array([(a, b) for a, b in found if a is not None and b is not None])
    if len(values) == 0:
        return Row(title, measure, epoch, kind)
    differences = values[:, 1] - values[:, 0]
    interval = mean_interval(differences)
    several = interval.repeats > 1
    return Row(
        title,
        measure,
        epoch,
        kind,
        pairs=len(values),
        a=float(values[:, 0].mean()),
        b=float(values[:, 1].mean()),
        difference=float(interval.mean),
        low=float(interval.low) if several else None,
        high=float(interval.high) if several else None,
        b_larger=int((differences > 0).sum()),
    )


def table(epochs: int, pairs: Sequence[tuple[Record, Record]]) -> tuple[Row, ...]:
    """Return the rows: accuracy after 5, 10, 20 and all epochs, losses, and what it took."""
    asked = sorted({epoch for epoch in EPOCHS_ASKED if epoch < epochs} | {epochs})
    return (
        *(row(f"Test accuracy, epoch {epoch}", "accuracy", epoch, pairs) for epoch in asked),
        row(f"Training loss, epoch {epochs}", "training loss", epochs, pairs),
        row(f"Test loss, epoch {epochs}", "test loss", epochs, pairs),
        row("Time of first epoch", "first epoch", epochs, pairs),
        row("Time of further epochs", "seconds", epochs, pairs),
    )
