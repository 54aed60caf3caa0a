"""The test images that excite a channel most, as pictures for the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from widgets._arrays import pack

if TYPE_CHECKING:
    from lab.training import Snapshot, Watched

SIDE = 64
"""Pixels a side at most: they are shown small."""


def excited(
    watched: Watched | None, snapshot: Snapshot, before: object
) -> tuple[object, dict[str, Any]] | None:
    """Return a key and the pictures, or nothing if the key is the one before.

    The images themselves are sent only when there are others.
    """
    places, fields = snapshot.strongest, snapshot.strongest_fields
    if not snapshot.strongest_values.any():  # it puts out nothing for any image
        places, fields = places[:0], fields[:0]
    known = 0 if watched is None else len(watched.test_images)
    if watched is None or (len(places) and int(places.max()) >= known):
        return None
    values = [float(f"{value:.3g}") for value in snapshot.strongest_values[: len(places)]]
    key = (id(watched), places.tobytes(), fields.tobytes(), tuple(values))
    if key == before:
        return None
    images = watched.test_images[places]
    height, width = images.shape[2:]
    step = max(1, -(-max(height, width) // SIDE))
    return key, {
        "places": places.tolist(),
        "values": values,
        "images": pack(np.ascontiguousarray(images[:, :, ::step, ::step])),
        # in shares of the image: top, bottom, left, right
        "fields": (fields / [height, height, width, width]).tolist() if len(fields) else [],
        "labels": watched.test_labels[places].tolist(),
    }
