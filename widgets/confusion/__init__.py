"""The confusion matrix of a run: which class is taken for which, and the images behind a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Enum, observe

from lab.mistakes import in_cell, most_frequent
from widgets._arrays import pack
from widgets._base import hand
from widgets._gallery import GalleryWidget
from widgets._traits import Wholes

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lab.training import Snapshot, Watched


class Confusion(GalleryWidget):
    """How often the last test took each class (row) for each class (column).

    A click on a cell shows its images; a click on an image chooses it in every view of the run, if
    it is one of the watched.

    Args:
        run: the run to watch.
        traits: any of the traits below.

    """

    cell = hand(Wholes((), 0, 9999, (0, 2)))
    """True and predicted class of the cell that is looked at; empty: the most frequent mistake."""

    values = hand(Enum(["counts", "shares"], default_value="counts"))
    """What the cells say: how many images, or which share of their row."""

    of_data = ("image", "cell")

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the counts ``(classes, classes)`` and what they are about."""
        watched = self.run.watched
        return {
            **super().draw(snapshot),
            "counts": pack(snapshot.confusion),
            "warning": watched.warning if watched else "",
        }

    def choose(
        self, watched: Watched, snapshot: Snapshot
    ) -> tuple[NDArray[np.int64], dict[str, Any]]:
        """Return the places of the cell's images, the surest first, and which cell it is."""
        own = len(self.cell) == 2 and max(self.cell) < len(snapshot.confusion)
        cell = (self.cell[0], self.cell[1]) if own else most_frequent(snapshot.confusion)
        if cell is None:
            return snapshot.test_predictions[:0], {"cell": [], "own": False}
        places = in_cell(
            watched.test_labels, snapshot.test_predictions, snapshot.test_confidences, *cell
        )
        return places, {"cell": list(cell), "own": own}

    @observe("cell")
    def _cell_chosen(self, _change: object) -> None:
        self.refresh()
