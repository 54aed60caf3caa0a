"""The mistakes of a run's last test as pictures: the worst and the surest first."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from traitlets import Enum, observe

from lab.mistakes import ORDERS, mistakes
from widgets._base import hand
from widgets._gallery import GalleryWidget
from widgets._traits import Whole

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from lab.training import Snapshot, Watched


class Mistakes(GalleryWidget):
    """The test images that the network gets wrong.

    A click on one chooses it in every view of the run, if it is one of the watched.

    Args:
        run: the run to watch.
        traits: any of the traits below.

    """

    order = hand(Enum(list(ORDERS), default_value="worst"))
    """What comes first: the largest loss (``"worst"``) or the most confident (``"surest"``)."""

    of = hand(Whole(-1, -1, 9999))
    """Only images of this class, counted from 0; −1 is all classes."""

    of_data = ("image", "of")

    def choose(
        self, watched: Watched, snapshot: Snapshot
    ) -> tuple[NDArray[np.int64], dict[str, Any]]:
        """Return the places of the mistakes, and how many the whole test has."""
        of = self.of if 0 <= self.of < len(watched.class_names) else None
        places = mistakes(
            watched.test_labels,
            snapshot.test_predictions,
            snapshot.test_confidences,
            snapshot.test_true,
            order=self.order,
            of=of,
        )
        rows = slice(None) if of is None else slice(of, of + 1)
        table = snapshot.confusion[rows]
        right = snapshot.confusion.diagonal()[rows]
        return places, {
            "of": -1 if of is None else of,
            "wrong": int(table.sum() - right.sum()),
            "all": int(table.sum()),
        }

    @observe("order", "of")
    def _ordered_anew(self, _change: object) -> None:
        self.refresh()
