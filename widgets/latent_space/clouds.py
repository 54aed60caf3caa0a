"""Which images the points of a latent space are, and which layer sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab import umap_layout
from lab.wanted import Choices
from widgets._arrays import pack

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.messages import Snapshot, Watched

    Integers = NDArray[np.int64]

COUNTS = (100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)
"""How many images the page offers to show, as far as the layer can show so many; and its most."""


@dataclass(frozen=True, eq=False)
class Cloud:
    """Images as a layer sees them.

    Attributes:
        number: which images and which layer these are; others have another number.
        places: ``(N,)``, where they are among the test images.
        labels: ``(N,)``, their true classes; -1 where nobody knows.
        vectors: ``(N, D)``.
        predictions: ``(N,)``, what they are taken for.
        confidences: ``(N,)``, the probability of that.
        own: ``(D,)`` of an image of one's own; empty if there is none.
    """

    number: int
    places: Integers
    labels: Integers
    vectors: NDArray[np.float32]
    predictions: Integers
    confidences: NDArray[np.float32]
    own: NDArray[np.float32]

    def index(self, place: int) -> int:
        """Return where a test image is in here; -1 if it is not."""
        found = np.flatnonzero(self.places == place)
        return int(found[0]) if place >= 0 and len(found) else -1


class Clouds:
    """Makes a cloud of each snapshot, and knows when it is of others than before.

    Attributes:
        watched: what the last one was made of.
        data: counts the data sets: a run may change its own.
        most: images that the last one could have shown.
    """

    def __init__(self) -> None:
        self.watched: Watched | None = None
        self.data = 0
        self._about: tuple[object, ...] = ()
        self._places: Integers = np.empty(0, np.int64)
        self._number = 0
        self.most = 0

    def take(self, snapshot: Snapshot, watched: Watched | None) -> Cloud:
        """Return a snapshot's vectors, those of images that the page can show."""
        places = snapshot.vector_places
        known = np.empty(0, np.int64) if watched is None else watched.test_labels
        there: Any = slice(None)
        if places.min(initial=0) < 0:  # images that cannot be shown
            there = np.flatnonzero(places >= 0)
        if places.max(initial=-1) >= len(known):  # of other data, a moment ago
            there = slice(0)
        places = places[there]
        layer = snapshot.wanted.vectors_of
        about = (layer, snapshot.vectors.shape)
        same = watched is self.watched and np.array_equal(places, self._places)
        if not same or about != self._about or not self._number:
            self._number += 1
            self.data += watched is not self.watched
            self.watched, self._places, self._about = watched, places, about
            most = 0 if watched is None else Choices.of(watched).most_vectors(layer)
            self.most = min(len(known), most)
        return Cloud(
            self._number,
            places,
            known[places],
            snapshot.vectors[there],
            snapshot.vector_predictions[there],
            snapshot.vector_confidences[there],
            snapshot.own_vector,
        )

    def images(self, cloud: Cloud) -> dict[str, Any]:
        """Return what the page must know once a cloud: its images, and what there is to choose."""
        watched = self.watched
        return {
            "cloud": cloud.number,
            "data": self.data,
            "places": pack(cloud.places),
            "labels": pack(cloud.labels),
            "classNames": [] if watched is None else list(watched.class_names),
            "layers": [] if watched is None else [list(one) for one in watched.vector_layers],
            "counts": [*(count for count in COUNTS if count < self.most), self.most],
            "missing": {} if umap_layout.available() else {"umap": umap_layout.MISSING},
        }


def same_images(one: Watched | None, other: Watched | None) -> bool:
    """Say whether places in one test set mean the same in the other."""
    if one is None or other is None or one is other:
        return True
    return one.dataset == other.dataset and np.array_equal(one.test_labels, other.test_labels)
