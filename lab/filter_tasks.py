"""Tasks about the filters of a network that check themselves from what the learner has found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from lab.convolution import conv2d
from lab.convolution_tasks import KINDS, Trial, Verdict, edge_pictures

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[Any]

NEARLY = 0.9
"""A filter that comes as near as this to the best one is as good an answer."""

KNOWS = 0.8
"""A network that recognises fewer images has nothing to lose yet."""

HARDLY = 0.01
"""The share of all images that may be lost: one in a hundred."""


def vertical_edge_scores(kernels: Floats) -> Floats:
    """Return how much more each filter answers to a vertical edge than to a horizontal one.

    Both edges are tried from dark to bright and from bright to dark, in every input alike. What a
    filter makes of a flat picture is taken off, so that neither the bias nor the brightness counts,
    and the difference is measured against the sum of its weights' sizes.

    Args:
        kernels: ``(out, in, kH, kW)``.

    Returns:
        ``(out,)``, from -1 (answers to horizontal edges only) to 1.
    """
    return np.array([_score(kernel) for kernel in kernels.sum(axis=1)])


def _score(kernel: Floats) -> float:
    total = float(np.abs(kernel).sum())
    if not total:
        return 0.0
    peaks = {}
    for kind, pictures in edge_pictures((kernel.shape[0], kernel.shape[1])).items():
        spans = [float(np.ptp(conv2d(picture, kernel))) for picture in pictures]
        peaks[kind] = max(spans) / total
    return peaks[KINDS[2]] - peaks[KINDS[1]]


def finds_vertical_edges(kernels: Floats, chosen: int) -> Verdict:
    """Check that the chosen filter is the one that tells vertical edges best from horizontal ones.

    Args:
        kernels: ``(out, in, kH, kW)``.
        chosen: the learner's answer, counted from 0; -1 is none yet.
    """
    scores = vertical_edge_scores(kernels)
    if not len(scores):
        return Verdict(False, "This layer has no kernels: choose a convolution.")
    if not 0 <= chosen < len(scores):
        return Verdict(False, "Click the filter that answers to vertical edges and to no others.")
    best, score = float(scores.max()), float(scores[chosen])
    trial = (Trial("vertical more than horizontal", score, score >= NEARLY * best),)
    if best <= 0:
        return Verdict(False, "No filter of this layer prefers vertical edges: train on.", trial)
    if score >= NEARLY * best:
        return Verdict(
            True,
            f"Solved: no filter tells them better apart than filter {chosen}. Its columns on one "
            "side are positive, on the other negative.",
            trial,
        )
    if score < 0:
        hint = f"Filter {chosen} answers to horizontal edges more: its rows differ, not its columns"
    else:
        hint = f"Filter {chosen} answers to vertical edges, but another one does so more clearly"
    return Verdict(False, f"{hint}. Look for blue on one side and orange on the other.", trial)


def loses_nothing(
    right_before: int, right_now: int, count: int, off: tuple[tuple[str, int], ...], *, dead: bool
) -> Verdict:
    """Check that one channel is switched off and the network recognises as much as before.

    Args:
        right_before: so many of the watched images it recognised with every channel on.
        right_now: so many it recognises now.
        count: how many there are.
        off: the channels that are off, each with its layer.
        dead: whether the one that is off puts out nothing anyway.
    """
    hint = _not_yet(right_before, count, off)
    if hint:
        return Verdict(False, hint)
    ((layer, channel),) = off
    lost = right_before - right_now
    images = f"{abs(lost)} image{'' if abs(lost) == 1 else 's'}"
    name = f"channel {channel} of {layer}"
    trial = (Trial("images lost", float(lost), lost <= HARDLY * count),)
    if lost > HARDLY * count:
        hint = f"Without {name} it loses {images} of {count}: it is needed. Try another one."
        return Verdict(False, hint, trial)
    how = f"it loses {images} of {count}" if lost > 0 else "nothing is lost"
    if lost < 0:
        how = f"it even gains {images}"
    why = ": it puts out nothing anyway" if dead else ": the others know what it knows"
    return Verdict(True, f"Solved: without {name} {how}{why}.", trial)


def _not_yet(right_before: int, count: int, off: tuple[tuple[str, int], ...]) -> str:
    """Return why nothing can be said yet, or nothing."""
    if not count:
        return "The network has not looked at the test images yet."
    if right_before < KNOWS * count:
        return (
            f"It recognises {right_before / count:.0%} of the images: train it first, so that "
            "there is something to lose."
        )
    if not off:
        return "Choose a channel and switch it off: what is lost?"
    return f"{len(off)} channels are off: switch on all but one." if len(off) > 1 else ""
