"""Test images for the page: which ones a view shows, and their bytes once the page asks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from traitlets import Dict, observe

from widgets._base import hand, shown
from widgets._live import LiveWidget
from widgets._traits import Whole

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.training import Run, Snapshot, Watched

MOST_BYTES = 2_000_000
"""Of images in one message: the page asks again for what is missing."""


class GalleryWidget(LiveWidget):
    """A view of a run that shows test images.

    Which ones, it says in ``gallery``. The page asks for the bytes of those that it has not got
    yet: ``{"want": places, "data": number}``.
    """

    image = hand(Whole(-1, -1, 10**9))
    """The image that was clicked, by its place in the test set; −1 is none."""

    many = hand(Whole(24, 1, 240))
    """The most images to show."""

    gallery = shown(Dict())
    """The images to show: their places in the test set, and what the network said of each."""

    commands = ("select",)

    of_data: ClassVar[tuple[str, ...]] = ("image",)
    """The traits that mean nothing with other images: they go back to their defaults then."""

    def __init__(self, run: Run, **traits: Any) -> None:  # noqa: ANN401
        self._pictured: Watched | None = None
        self._data = 0  # counts the data sets: a run may change its own
        self._picked: tuple[object, dict[str, Any]] = (None, {})
        super().__init__(run, **traits)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the class names; the images to show stand in ``gallery``."""
        self.gallery = self.pick(snapshot)
        watched = self.run.watched
        return {"classNames": list(watched.class_names) if watched else []}

    def choose(self, watched: Watched, snapshot: Snapshot) -> tuple[NDArray[np.int64], Any]:
        """Return the places of the images that belong here, and what to say of them besides."""
        raise NotImplementedError

    def pick(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return what ``gallery`` is after a snapshot; empty before the first test."""
        watched = self.run.watched
        if watched is not None and watched is not self._pictured:
            self._take_data(watched)
        if watched is None or not 0 < len(watched.test_labels) == len(snapshot.test_predictions):
            return {}
        # Frames come with every step, other images only with a test, or from the hand.
        tested = (snapshot.test_predictions, snapshot.test_confidences, snapshot.test_true)
        key = (self._data, [a.tobytes() for a in tested], self.trait_values(hand=True))
        if self._picked[0] != key:
            self._picked = key, self._pick(watched, snapshot)
        return self._picked[1]

    def _pick(self, watched: Watched, snapshot: Snapshot) -> dict[str, Any]:
        places, words = self.choose(watched, snapshot)
        first = places[: self.many].tolist()
        if 0 <= self.image < len(watched.test_labels):
            large = self._items(watched, snapshot, [self.image])[0]
        else:
            large = None
        return {
            "data": self._data,
            "count": len(places),
            "known": len(watched.test_labels),
            "tests": watched.test_count,
            "items": self._items(watched, snapshot, first),
            "large": large,
            **words,
        }

    def refresh(self) -> None:
        """Pick the images anew: the hand holds something else."""
        with self._sending:
            self.gallery = self.pick(self.run.latest)

    @observe("image", "many")
    def _chosen_anew(self, _change: object) -> None:
        self.refresh()

    def _take_data(self, watched: Watched) -> None:
        before, self._pictured = self._pictured, watched
        if before is not None and _same_images(before, watched):
            return  # of another network
        self._data += 1
        if before is not None:
            for name in self.of_data:
                self.set_trait(name, self.trait_defaults(name))

    def _items(
        self, watched: Watched, snapshot: Snapshot, places: list[int]
    ) -> list[dict[str, Any]]:
        labels = watched.test_labels[places].tolist()
        return [
            {
                "place": place,
                "label": label,
                "said": said,
                "confidence": confidence,
                "true": true,
            }
            for place, label, said, confidence, true in zip(
                places,
                labels,
                snapshot.test_predictions[places].tolist(),
                snapshot.test_confidences[places].tolist(),
                snapshot.test_true[places].tolist(),
                strict=True,
            )
        ]

    def _hear(self, widget: object, content: object, buffers: object) -> None:
        super()._hear(widget, content, buffers)
        match content:
            case {"want": list(places), "data": int(data)}:
                self._send_images(places, data)

    def _send_images(self, places: list[object], data: int) -> None:
        with self._sending:
            watched = self._pictured
            if watched is None or data != self._data or not len(watched.test_images):
                return  # of a data set that is no longer shown: the next gallery says so
        all_images = watched.test_images
        room = max(1, MOST_BYTES // all_images[0].nbytes)
        found = [p for p in places if type(p) is int and 0 <= p < len(all_images)][:room]
        if found:
            images = all_images[found]
            told = {"images": found, "data": data, "shape": list(images.shape)}
            self.send(told, [images.tobytes()])


def _same_images(one: Watched, other: Watched) -> bool:
    return (
        one.class_names == other.class_names
        and np.array_equal(one.test_labels, other.test_labels)
        and np.array_equal(one.test_images, other.test_images)
        and np.array_equal(one.images, other.images)
    )
