"""What the page draws, as plain lists, words and packed arrays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.autoencoder import AutoencoderSnapshot
from lab.autoencoder_decoder import reduced, tiles, to_bytes, walk
from widgets._arrays import pack

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lab.autoencoder_tasks import Space, Verdict
    from lab.messages import Snapshot, Watched
    from widgets.autoencoder.window import Window

TILES = 15
"""Along a side of the plane."""

STEPS = 9
"""Images on the way from A to B, both included."""

STRIP_SIDE = 64
"""Pixels: the images of the walk are shown smaller."""

EMPTY = 0.4
"""Images of which a larger share is black are strokes on an empty ground."""

USUAL = ("Ready. Press start", "It is learning.", "Paused after")
"""How that begins which a run says where its state says it already."""


def images_picture(watched: Watched) -> dict[str, Any]:
    """Return the watched images, and whether they are strokes on an empty ground."""
    return {
        "images": pack(watched.images),
        "labels": pack(watched.labels),
        "classNames": list(watched.class_names),
        # Strokes are drawn as ink on the page's own paper, so that the marks stand out on them.
        "strokes": watched.images.shape[1] == 1 and bool((watched.images == 0).mean() > EMPTY),
        "about": f"{watched.dataset}, {watched.train_count:,} images to learn from",
        "warning": watched.warning,
    }


def plane_picture(space: Space, window: Window) -> dict[str, Any]:
    """Return where the images lie, and what the middles of the plane's tiles decode to."""
    grid = tiles(space.decoder, (window.x, window.y), window.reach, TILES)
    return {
        "codes": pack(space.snapshot.codes),
        "window": [window.x, window.y, window.reach],
        "tiles": pack(grid),
        "count": TILES,
    }


def walk_picture(space: Space, ends: tuple[int, int]) -> dict[str, Any]:
    """Return the images on the way from A to B, decoded and cross-faded, and how they differ."""
    a, b = ends
    codes, pictures = space.snapshot.codes, space.watched.images / np.float32(255)
    decoded = space.decoder(walk(codes[a], codes[b], STEPS))
    faded = walk(pictures[a], pictures[b], STEPS)
    half = np.stack([decoded[STEPS // 2], faded[STEPS // 2]])
    distances = space.likeness.distances(half)
    distances[:, [a, b]] = np.inf  # a cross-fade is like its own two ends, which says nothing
    # what A and B themselves become, when they are encoded and decoded again
    errors = np.sqrt(np.square(decoded[[0, -1]] - pictures[[a, b]]).mean(axis=(1, 2, 3)))
    nearest = distances.min(axis=1)
    known = len(codes) > 2 and a != b
    return {
        "start": a,
        "end": b,
        "decoded": pack(to_bytes(reduced(decoded, STRIP_SIDE))),
        "faded": pack(to_bytes(reduced(faded, STRIP_SIDE))),
        "errors": errors.tolist(),
        "halfway": nearest.tolist() if known else [],
    }


def point_picture(space: Space, point: Sequence[float], verdict: Verdict | None) -> dict[str, Any]:
    """Return what a place decodes to, the test images most like that, and how far the task is."""
    image = space.decoder([point])
    neighbours = space.neighbours(point)
    names, labels = space.watched.class_names, space.watched.labels[neighbours]
    found, counts = np.unique(labels, return_counts=True)
    order = np.argsort(-counts, kind="stable")
    return {
        "point": list(point),
        "image": pack(to_bytes(image)[0]),
        "neighbours": neighbours.tolist(),
        "shares": [[names[found[i]], int(counts[i])] for i in order],
        "verdict": None
        if verdict is None
        else {"solved": verdict.solved, "sentence": verdict.sentence},
    }


def training_picture(snapshot: Snapshot, said: str) -> dict[str, Any]:
    """Return how the training goes: its state in words, and its losses."""
    known = isinstance(snapshot, AutoencoderSnapshot) and len(snapshot.test_steps) > 0
    losses = (
        {
            "reconstruction": float(snapshot.test_reconstruction[-1]),
            "divergence": float(snapshot.test_divergence[-1]),
            "curves": {
                "steps": pack(snapshot.loss_steps),
                "reconstruction": pack(snapshot.reconstruction),
                "divergence": pack(snapshot.divergence),
                "testSteps": pack(snapshot.test_steps),
                "testReconstruction": pack(snapshot.test_reconstruction),
                "testDivergence": pack(snapshot.test_divergence),
            },
        }
        if isinstance(snapshot, AutoencoderSnapshot) and known
        else {"reconstruction": None, "divergence": None, "curves": None}
    )
    message = said or ("" if snapshot.message.startswith(USUAL) else snapshot.message)
    return {
        "message": message,
        "step": snapshot.step,
        "totalSteps": snapshot.total_steps,
        "epoch": snapshot.epoch,
        "epochs": snapshot.epochs,
        **losses,
    }
