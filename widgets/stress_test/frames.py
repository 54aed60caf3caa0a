"""What the page needs of two stress tests: packed maps and curves, numbers, words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.explained import METHODS
from lab.stress import Stressed
from widgets._arrays import pack

if TYPE_CHECKING:
    from lab.messages import Finding, Snapshot
    from lab.stress import Scores, Trial
    from lab.training import Run

Two = tuple["Stressed | None", "Stressed | None"]

BRIGHTEST = 0.995
"""The share of a map's pixels that its scale holds: the few beyond are as bright as it gets."""


def value_of(finding: Finding | None) -> Stressed | None:
    """Return what a stress test has found, if it has."""
    return finding.value if finding and isinstance(finding.value, Stressed) else None


def run_frame(run: Run, snapshot: Snapshot, found: Stressed | None, target: int) -> dict[str, Any]:
    """Return how far a run is, and what its network says of the example."""
    accuracies = snapshot.test_accuracy
    names = run.watched.class_names if run.watched else ()
    said = None
    if found is not None and target < len(names):
        best = int(found.probabilities.argmax())
        said = {"name": names[best], "probability": float(found.probabilities[best])}
    return {
        "state": snapshot.state,
        "message": snapshot.message if snapshot.state in {"failed", "diverged"} else "",
        "epoch": snapshot.epoch,
        "epochs": snapshot.epochs,
        "share": snapshot.step / snapshot.total_steps if snapshot.total_steps else 0.0,
        "accuracy": float(accuracies[-1]) if len(accuracies) else None,
        "said": said,
    }


def progress(found: Stressed | None) -> dict[str, Any]:
    """Return how much of a test is done, and whether it is a whole one."""
    return {
        "done": found.share_done if found else 0.0,
        "tested": found is not None and is_tested(found),
    }


def is_tested(found: Stressed) -> bool:
    """Return whether all of a test is done, and not only a glance at the example."""
    return found.share_done == 1 and any(scores.images > 1 for scores in found.scores)


def example(trial: Trial) -> dict[str, Any]:
    """Return the marked image, and where the marker is."""
    rows, columns = np.nonzero(trial.regions[0])
    return {
        "image": pack(trial.images[0]),
        "box": [int(n) for n in (rows.min(), columns.min(), rows.max() + 1, columns.max() + 1)],
        "chance": float(trial.regions.mean()),
    }


def methods_frame(names: tuple[str, ...], found: Two, stage: int) -> list[dict[str, Any]]:
    """Return each method with its map, at a stage of the randomisation, and its numbers."""
    frames = []
    for name in names:
        both = [_scores(one, name) for one in found]
        cells = [_cell(scores, stage) for scores in both]
        sizes = [
            float(np.quantile(np.abs(scores.maps[at]), BRIGHTEST))
            for scores in both
            if scores is not None and (at := _stage(scores, stage)) >= 0
        ]
        method = METHODS[name]
        frames.append(
            {
                "name": name,
                "place": list(METHODS).index(name),
                "title": method.title,
                "words": method.words,
                "signed": method.signed,
                "most": max(sizes, default=0.0),
                "cells": cells,
            }
        )
    return frames


def stages(found: Two) -> int:
    """Return how many layers are drawn anew in maps of every method and of both networks."""
    if None in found:
        return 0
    counts = [len(scores.maps) for one in found if one for scores in one.scores]
    return max(0, min((count for count in counts if count), default=1) - 1)


def _scores(found: Stressed | None, name: str) -> Scores | None:
    scores = () if found is None else found.scores
    return next((one for one in scores if one.method == name), None)


def _stage(scores: Scores, stage: int) -> int:
    return min(stage, len(scores.maps) - 1)


def _cell(scores: Scores | None, stage: int) -> dict[str, Any]:
    at = -1 if scores is None else _stage(scores, stage)
    if scores is None or at < 0:
        return {"problem": scores.problem if scores else "", "map": None, "images": 0}
    full = scores.images > 1
    return {
        "problem": "",
        "map": pack(scores.maps[at]),
        "stage": at,
        "inBox": scores.example_shares[at],
        "images": scores.images,
        "share": scores.share if full else None,
        "pointing": scores.pointing if full else None,
        "overlap": scores.overlap if full else None,
        "deletion": scores.deletion_area if full else None,
        "insertion": scores.insertion_area if full else None,
        "curves": {
            "correlation": pack(np.asarray(scores.correlations, np.float32)),
            "deletion": pack(scores.deletion if full else np.empty(0, np.float32)),
            "insertion": pack(scores.insertion if full else np.empty(0, np.float32)),
        },
    }


def order(names: tuple[str, ...], planted: Stressed | None) -> tuple[str, ...]:
    """Return the methods, the one first that sees most of the marker."""
    shares = {one.method: one.share for one in planted.scores} if planted else {}
    return tuple(sorted(names, key=lambda name: -shares.get(name, 0.0)))
