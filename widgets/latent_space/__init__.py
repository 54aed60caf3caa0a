"""The latent space of a run: each test image a point, moving while the network learns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from traitlets import Dict

from lab.projection import project
from widgets._arrays import pack
from widgets._base import shown
from widgets._live import LiveWidget

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.training import Run, Snapshot, Watched


class LatentSpace(LiveWidget):
    """What the last hidden layer makes of the test images, in the plane where it varies most.

    A click on a point chooses that image in every view of the run.

    Args:
        run: the run to watch.

    """

    images = shown(Dict())
    """The watched images with their labels and class names: once a data set, for hovering."""

    commands = ("select",)

    def __init__(self, run: Run, **layout: Any) -> None:  # noqa: ANN401
        self._layout_before: NDArray[np.float64] | None = None
        self._pictured: Watched | None = None
        super().__init__(run, **layout)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the points ``(N, 2)``, turned to fit the frame before, and the predictions."""
        watched = self.run.watched
        if watched is not None and watched is not self._pictured:  # a run may change its data
            self._pictured = watched
            self.images = {
                "images": pack(watched.images),
                "labels": pack(watched.labels),
                "classNames": list(watched.class_names),
            }
        before = self._layout_before
        if before is not None and len(before) != len(snapshot.embeddings):
            before = None
        projection = project(snapshot.embeddings, before)
        if len(projection.points):
            self._layout_before = projection.points
        return {
            "points": pack(projection.points),
            "predictions": pack(snapshot.predictions),
            "explained": float(np.sum(projection.explained)),
            "sample": snapshot.sample,
            "layerSize": int(snapshot.embeddings.shape[-1]),
        }
