"""What a run's network makes of one image, stage by stage."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from widgets._arrays import pack
from widgets._live import LiveWidget

if TYPE_CHECKING:
    from lab.training import Run, Snapshot

EMPTY = np.empty((0, 0, 0), np.uint8)


class FeatureMaps(LiveWidget):
    """The chosen image, its feature maps after each stage, and what the network says it is.

    Args:
        run: the run to watch. ``run.select(sample)`` chooses the image, in every view of the run.

    """

    commands = ("select",)

    def __init__(self, run: Run, **layout: Any) -> None:  # noqa: ANN401
        super().__init__(run, **layout)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the image, its maps and the probabilities of the classes."""
        watched = self.run.watched
        here = watched is not None and snapshot.sample < len(watched.labels)
        return {
            "sample": snapshot.sample,
            "count": len(watched.labels) if watched else 0,
            "image": pack(watched.images[snapshot.sample] if watched and here else EMPTY),
            "label": int(watched.labels[snapshot.sample]) if watched and here else -1,
            "classNames": list(watched.class_names) if watched else [],
            "probabilities": pack(snapshot.probabilities),
            "stages": [
                {"name": name, "maps": pack(maps), "most": float(maps.max(initial=0.0))}
                for name, maps in snapshot.feature_maps
            ],
        }
