"""How well each class of a run is recognised: precision, recall and F1 with their intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Enum

from lab.class_scores import MEASURES, Estimate, class_scores, worst_classes
from lab.class_scores import ClassScores as Scores
from widgets._base import hand
from widgets._live import LiveWidget

if TYPE_CHECKING:
    from lab.training import Run, Snapshot


class ClassScores(LiveWidget):
    """Precision, recall and F1 of each class in the last test, each with its 95 % interval.

    Args:
        run: the run to watch.
        traits: any of the traits below.

    """

    order = hand(Enum(["class", "worst"], default_value="class"))
    """The order of the rows: as the classes are numbered, or the lowest F1 first."""

    def __init__(self, run: Run, **traits: Any) -> None:  # noqa: ANN401
        self._counted: tuple[bytes, Scores] | None = None
        super().__init__(run, **traits)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the scores as lists, one entry a class, then the mean over the classes."""
        watched = self.run.watched
        names = list(watched.class_names) if watched else []
        if not names or len(snapshot.confusion) != len(names) or not snapshot.confusion.any():
            return {"classNames": names, "support": []}
        scores = self._scores(snapshot)
        return {
            "classNames": names,
            "support": scores.support.tolist(),
            "predicted": scores.predicted.tolist(),
            "measures": {name: _lists(getattr(scores, name)) for name in MEASURES},
            "macro": {name: _lists(scores.macro[name]) for name in MEASURES},
            "accuracy": _lists(scores.accuracy),
            "sentence": worst_classes(scores, names),
        }

    def _scores(self, snapshot: Snapshot) -> Scores:
        # Frames come with every step, a new matrix only with a test: no bootstrap is done twice.
        key = snapshot.confusion.tobytes()
        if self._counted is None or self._counted[0] != key:
            self._counted = key, class_scores(snapshot.confusion)
        return self._counted[1]


def _lists(estimate: Estimate) -> dict[str, Any]:
    """Write an estimate as the page reads it: None where there is no number."""
    pairs = zip(("value", "low", "high"), estimate, strict=True)
    return {name: _plain(np.asarray(end).tolist()) for name, end in pairs}


def _plain(numbers: Any) -> Any:  # noqa: ANN401 - a number, or a list of them
    if isinstance(numbers, list):
        return [_plain(number) for number in numbers]
    return None if np.isnan(numbers) else numbers
