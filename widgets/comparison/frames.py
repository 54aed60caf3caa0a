"""What the page needs of a report: plain numbers, packed curves, words."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from lab.experiment_plan import label
from lab.experiment_report import count, curves
from lab.experiment_words import verdict
from lab.hardware import hardware
from widgets._arrays import pack

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lab.bootstrap import Interval
    from lab.experiment_pairs import Pair
    from lab.experiment_report import Curves, Report
    from lab.settings import Settings

ENDED = ("finished", "stopped")


def frame_of(report: Report, lesson: Pair) -> dict[str, Any]:
    """Return a report's frame: curves, table, and what it says in words."""
    row = report.row_of(lesson.measure)
    over = report.state in ENDED
    diverged = [any(p[i].state == "diverged" for p in report.all_pairs) for i in (0, 1)]
    outcome = row.outcome if over else ""
    if over and diverged[0] != diverged[1]:
        outcome = "b" if diverged[0] else "a"
    said = [*report.sentences] or [
        "Both start with the same weights and will see the same batches."
    ]
    about = verdict(row, report.labels) if over and lesson.measure != "accuracy" else ""
    if about and lesson.measure != "seconds":
        said.insert(0, about)
    at_work = None if report.now is None else [_curves(curves([one])) for one in report.now]
    means = None if report.means is None else [_curves(one) for one in report.means]
    return {
        "labels": list(report.labels),
        "epochs": report.epochs,
        "repeats": report.repeats,
        "pairs": len(report.pairs),
        "share": report.share,
        "secondsLeft": report.seconds_left if report.state == "running" else None,
        "curves": means or at_work,
        "atWork": at_work if means else None,
        "rows": [asdict(one) for one in report.rows],
        "said": said,
        "question": lesson.question.format(epochs=report.epochs),
        "answers": list(lesson.answers),
        "outcome": outcome,
        "lesson": lesson.lesson if over else "",
        "machine": _machine(report),
    }


def _machine(report: Report) -> str:
    a, b = report.devices
    devices = a if a == b else f"{a} and {b}"
    return f"Trained in turns, one at a time, on {devices or 'the CPU'} ({hardware()})."


def _curves(of: Curves) -> dict[str, Any]:
    return {
        "loss": {"xs": pack(of.loss_epochs), "ys": pack(of.loss)},
        "training": _band(of.training_epochs, of.training_loss),
        "test": _band(of.test_epochs, of.test_loss),
        "accuracy": _band(of.test_epochs, of.test_accuracy),
    }


def _band(xs: NDArray[np.float64], values: Interval) -> dict[str, Any]:
    several = values.repeats > 1
    return {
        "xs": pack(xs),
        "ys": pack(values.mean),
        "low": pack(values.low) if several else None,
        "high": pack(values.high) if several else None,
    }


def shared_words(settings: Settings, differing: str, seeds: range) -> str:
    """Return what both runs share, in words, without what differs."""
    parts = {
        "dataset": settings.dataset.replace("_", " "),
        "model": label("model", settings.model),
        "optimizer": label("optimizer", settings.optimizer),
        "learning_rate": f"learning rate {settings.learning_rate:g}",
        "momentum": f"momentum {settings.momentum:g}" if settings.optimizer == "sgd" else "",
        "batch_size": f"batches of {settings.batch_size}",
        "seed": f"seeds {seeds[0]} to {seeds[-1]}" if len(seeds) > 1 else f"seed {seeds[0]}",
    }
    said = [text for name, text in parts.items() if text and name != differing]
    return f"Both: {', '.join(said)}, {count(settings.epochs, 'epoch')}."
