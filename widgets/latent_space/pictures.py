"""The images behind the points: sent when the page asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from lab.messages import Watched

MOST_BYTES = 2_000_000
"""Of images in one message: the page asks again for what is missing."""


def images_message(
    watched: Watched, places: list[object], data: int
) -> tuple[dict[str, Any], list[bytes]] | None:
    """Return the test images at some places as a message, as far as they fit; ``None`` for none.

    Args:
        watched: what there is.
        places: as the page sent them.
        data: the number of the data set, which the page knows.
    """
    if not len(watched.test_images):
        return None
    room = max(1, MOST_BYTES // watched.test_images[0].nbytes)
    count = len(watched.test_images)
    found = [place for place in places if type(place) is int and 0 <= place < count][:room]
    if not found:
        return None
    images = watched.test_images[found]
    told = {"images": found, "data": data, "shape": list(images.shape)}
    return told, [images.tobytes()]
