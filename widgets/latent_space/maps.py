"""Which map of the vectors is shown, and what is said of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.layouts import METHODS, LayoutRun

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from lab.layouts import Layout
    from widgets.latent_space.clouds import Cloud

    Floats = NDArray[np.float64]

__all__ = ["METHODS", "Map", "Maps"]


@dataclass(frozen=True, eq=False)
class Map:
    """Where the images lie, and what is to be said of that.

    Attributes:
        points: ``(N, 2)`` or ``(N, 3)``.
        own: where an image of one's own lies; empty if there is none.
        words: what the map shows, from a comma or a full stop on.
        progress: 0 to 1, how much of it is done.
    """

    points: Floats
    own: Floats
    words: str
    progress: float


class Maps:
    """Makes a map of each cloud, near the one before.

    Args:
        moved: called when the points have moved by themselves, on another thread.

    """

    def __init__(self, moved: Callable[[], object]) -> None:
        self._layouts = LayoutRun(lambda _layout: moved())
        self._number = -1

    def draw(self, cloud: Cloud, method: str, dimensions: int) -> Map:
        """Return the map of a cloud as far as it is."""
        afresh = cloud.number != self._number  # other images, even if they are as many
        self._number = cloud.number
        words = ""
        try:
            layout = self._lay_out(cloud, method, dimensions, afresh=afresh)
        except (ValueError, ModuleNotFoundError) as error:  # too few, one class, no UMAP
            words = f". {error} This is PCA"
            layout = self._lay_out(cloud, "pca", dimensions, afresh=afresh)
        words += _words(layout, dimensions)
        own = np.empty(0)
        if len(layout.points) and cloud.own.shape == cloud.vectors.shape[1:]:
            own = self._layouts.place(cloud.own)
        return Map(layout.points, own, words, layout.progress)

    def cancel(self) -> None:
        """Leave the points where they are."""
        self._layouts.cancel()

    def close(self) -> None:
        """Let nothing move any more."""
        self._layouts.close()

    def _lay_out(self, cloud: Cloud, method: str, dimensions: int, *, afresh: bool) -> Layout:
        return self._layouts.lay_out(
            cloud.vectors, method, labels=cloud.labels, dimensions=dimensions, afresh=afresh
        )


def _words(layout: Layout, dimensions: int) -> str:
    if not layout.explained:
        return f". {layout.words}"
    kind = "plane" if dimensions == 2 else "space"
    what = "their variance" if layout.method == "pca" else "what tells the classes apart"
    return f", the {kind} shows {100 * sum(layout.explained):.0f} % of {what}"
