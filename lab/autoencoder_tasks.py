"""Tasks in the latent space that check themselves, from what a decoded image is like."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from lab.autoencoder_decoder import Likeness, walk

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from lab.autoencoder import AutoencoderSnapshot
    from lab.autoencoder_decoder import Decoder
    from lab.messages import Watched

TASKS = ("none", "neither", "nowhere", "collapse")
"""``neither``: on the way from A to B, what is neither; ``nowhere``: a place whose image is like no
image; ``collapse``: a beta so large that all places decode alike."""

NEAREST = 10
"""Test images that say what a decoded image is."""

ON_THE_WAY = 0.04
"""How far a place may lie beside the way, as a share of the plane that is shown."""

COLLAPSED = 0.1
"""Nats: an encoder that says less has nothing to say."""

USUAL = 0.95
"""The share of the decoded test images that are as like to an image as is usual."""


@dataclass(frozen=True)
class Verdict:
    """Whether a task is solved, and a sentence that leads on."""

    solved: bool
    sentence: str


class Space:
    """A latent space as tasks look at it: its decoder, its images, and where they lie.

    Args:
        decoder: what decodes.
        snapshot: of the run.
        watched: its images.
        likeness: of the watched images.
    """

    def __init__(
        self,
        decoder: Decoder,
        snapshot: AutoencoderSnapshot,
        watched: Watched,
        likeness: Likeness,
    ) -> None:
        self.decoder, self.snapshot, self.watched = decoder, snapshot, watched
        self.likeness = likeness

    @functools.cached_property
    def usual(self) -> float:
        """How far the nearest test image is at most from ``USUAL`` of those that are decoded."""
        decoded = self.decoder(self.snapshot.codes)
        return float(np.quantile(self.likeness.nearest(decoded, 1)[1], USUAL))

    def neighbours(self, point: Sequence[float]) -> NDArray[np.int64]:
        """Return the places of the test images most like what a place decodes to."""
        places, _ = self.likeness.nearest(self.decoder([point]), NEAREST)
        return np.asarray(places[0])

    def check(
        self, task: str, point: Sequence[float], ends: tuple[int, int], reach: float
    ) -> Verdict | None:
        """Say how far a task is; ``None`` without one.

        Args:
            task: one of ``TASKS``.
            point: the place in the hand.
            ends: the places of the images A and B among the watched ones.
            reach: half the side of the plane that is shown.
        """
        if task == "none":
            return None
        if self.snapshot.step == 0:
            return Verdict(solved=False, sentence="Start the training first.")
        if task == "neither":
            return self._neither(point, ends, reach)
        if task == "nowhere":
            return self._nowhere(point)
        return self._collapse()

    def _neither(self, point: Sequence[float], ends: tuple[int, int], reach: float) -> Verdict:
        a, b = ends
        names, labels = self.watched.class_names, self.watched.labels
        first, second = names[labels[a]], names[labels[b]]
        if labels[a] == labels[b]:
            return Verdict(solved=False, sentence="Drag A and B to images of different classes.")
        codes = self.snapshot.codes
        others = self._others(walk(codes[a], codes[b], 41), ends)
        if not (others > NEAREST // 2).any():
            return Verdict(
                solved=False,
                sentence=f"From this {first} to this {second} there is no such place: drag A or B.",
            )
        if beside(point, codes[a], codes[b]) > ON_THE_WAY * 2 * reach:
            return Verdict(solved=False, sentence="Put the ring on the line from A to B.")
        here = int(self._others(np.array([point], np.float32), ends)[0])
        if here > NEAREST // 2:
            return Verdict(
                solved=True,
                sentence=f"Solved: {here} of the ten most alike are neither {first} nor {second}.",
            )
        return Verdict(
            solved=False,
            sentence=f"{here} of the ten most alike are neither {first} nor {second}: walk on.",
        )

    def _others(self, points: NDArray[np.float32], ends: tuple[int, int]) -> NDArray[np.int64]:
        """Count the images of other classes among those most like what places decode to."""
        labels = self.watched.labels
        places, _ = self.likeness.nearest(self.decoder(points), NEAREST)
        return np.asarray((~np.isin(labels[places], labels[list(ends)])).sum(axis=1))

    def _nowhere(self, point: Sequence[float]) -> Verdict:
        usual = self.usual
        here = float(self.likeness.nearest(self.decoder([point]), 1)[1][0, 0])
        if here > usual:
            sentence = (
                f"Solved: the nearest test image is {here:.2f} away, but {usual:.2f} at most from "
                f"{100 * USUAL:.0f} of 100 that are decoded again."
            )
        else:
            sentence = (
                f"The nearest test image is {here:.2f} away. Find a place where it is more than "
                f"{usual:.2f}: what lies where nothing is encoded?"
            )
        return Verdict(solved=here > usual, sentence=sentence)

    def _collapse(self) -> Verdict:
        snapshot = self.snapshot
        if not snapshot.variational:
            return Verdict(
                solved=False, sentence="Only a variational autoencoder has a β: switch to it."
            )
        told = float(snapshot.test_divergence[-1])
        if snapshot.beta > 1 and told < COLLAPSED and snapshot.epoch > 0:
            return Verdict(
                solved=True,
                sentence=f"Solved: the code tells {told:.2f} nats of an image, and every place "
                "decodes to the same one.",
            )
        return Verdict(
            solved=False,
            sentence=f"The code still tells {told:.1f} nats of an image: raise β and train on.",
        )


def beside(point: Sequence[float], a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Return how far a place is from the straight way between two others."""
    way, here = b - a, np.asarray(point) - a
    share = float(np.clip(here @ way / max(float(way @ way), 1e-12), 0, 1))
    return float(np.linalg.norm(here - share * way))
