"""The filters of a run's first convolution."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from widgets._arrays import pack
from widgets._live import LiveWidget

if TYPE_CHECKING:
    from lab.training import Run, Snapshot


class Filters(LiveWidget):
    """Every filter of the first convolution as a tile, on one signed scale.

    Args:
        run: the run to watch.

    """

    def __init__(self, run: Run, **layout: Any) -> None:  # noqa: ANN401
        super().__init__(run, **layout)

    def draw(self, snapshot: Snapshot) -> dict[str, Any]:
        """Return the filters, ``(out, in, kH, kW)``, and the largest weight among them."""
        filters = snapshot.filters
        return {
            "filters": pack(filters),
            "most": float(np.abs(filters).max()) if filters.size else 0.0,
        }
