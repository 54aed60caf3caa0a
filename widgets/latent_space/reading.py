"""What is to be read beside the cloud, as the page takes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.neighbours import neighbours, trustworthiness

if TYPE_CHECKING:
    from collections.abc import Sequence

    from widgets.latent_space.clouds import Cloud

NEAREST = 10
STRIP = 15
"""The most gathered images that are shown as pictures."""


def seen(cloud: Cloud, index: int) -> dict[str, Any]:
    """Return one image and what the network says of it."""
    return {
        "place": int(cloud.places[index]),
        "label": int(cloud.labels[index]),
        "said": int(cloud.predictions[index]),
        "confidence": float(cloud.confidences[index]),
    }


def nearest(cloud: Cloud, chosen: int, metric: str) -> list[dict[str, Any]]:
    """Return the images nearest to the chosen one, or to an image of one's own."""
    if len(cloud.own) and cloud.own.shape == cloud.vectors.shape[1:]:
        places, distances = neighbours(cloud.vectors, cloud.own, NEAREST, metric)
    elif chosen >= 0:
        places, distances = neighbours(cloud.vectors, chosen, NEAREST, metric)
    else:
        return []
    pairs = zip(places.tolist(), distances.tolist(), strict=True)
    return [seen(cloud, i) | {"distance": distance} for i, distance in pairs]


def gathered(cloud: Cloud, places: Sequence[int]) -> dict[str, Any]:
    """Return what images are together: how many, of which classes, and the first of them.

    Where nobody knows the classes, it is the predictions that are counted.
    """
    indices = np.flatnonzero(np.isin(cloud.places, np.asarray(places, np.int64)))
    labels, said = cloud.labels[indices], cloud.predictions[indices]
    known = labels.min(initial=0) >= 0
    counts = np.bincount(labels if known else said)
    order = np.argsort(-counts, kind="stable")
    return {
        "count": len(indices),
        "mistaken": int((labels != said).sum()) if known else 0,
        "shares": [[int(k), int(counts[k])] for k in order if counts[k]],
        "first": [seen(cloud, int(i)) for i in indices[:STRIP]],
    }


def trust(cloud: Cloud, points: np.ndarray[Any, Any]) -> dict[str, Any]:
    """Return how far the map is to be trusted, in a sentence; {} for too few points."""
    if len(points) <= 2 * NEAREST:
        return {}
    found = trustworthiness(cloud.vectors, points, NEAREST)
    asked = "" if found.exact else f" (estimated from {found.asked:,} of {len(points):,})"
    return {
        "value": found.value,
        "sentence": f"Trustworthiness {found.value:.2f}{asked}: are neighbours on this map "
        "neighbours in the layer? 1 is all of them, 0.5 chance.",
    }
