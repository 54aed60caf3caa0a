"""A picture of losses that is not complete yet, as the page draws it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.landscapes import COARSE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.landscapes import Progress


def filled(progress: Progress) -> NDArray[np.float32]:
    """Return the losses, with straight lines between them where none is known yet.

    The places of the finest grid that is complete hold the picture; whatever is known beyond it
    lies on top.
    """
    size = len(progress.losses)
    if progress.complete in (0, size):
        return progress.losses
    places = np.arange(size)
    chosen = np.rint(np.linspace(0, size - 1, progress.complete)).astype(int)
    known = progress.losses[np.ix_(chosen, chosen)]
    rows = np.stack([np.interp(places, chosen, row) for row in known])
    whole = np.stack([np.interp(places, chosen, column) for column in rows.T], axis=1)
    return np.where(progress.known, progress.losses, whole).astype(np.float32)


def worth_showing(progress: Progress) -> bool:
    """Whether there is a coarse picture of the whole."""
    return progress.complete >= min(COARSE, len(progress.losses))
