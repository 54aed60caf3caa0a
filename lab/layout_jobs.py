"""The slow layouts, piece by piece: what a ``LayoutRun`` has its threads do."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import deque
from typing import TYPE_CHECKING, Any

import numpy as np

from lab import umap_layout
from lab.blas import one_thread
from lab.projection import align
from lab.tsne import Tsne, sensible_perplexity

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MOST = 2_000
"""How many points are laid out at most; of more, a sample, with the others placed among them."""

AMONG = 5
"""Among how many nearest neighbours a point is placed."""

_BLOCK = 512


class Job(ABC):
    """A layout under way.

    Args:
        vectors: ``(N, D)``, finite, N at least 4.
        start: ``(N, d)``, where the points are now.
        perplexity: about how many neighbours each point looks at.

    Attributes:
        points: ``(N, d)``, where the points are now, with a mean square of 1.
        progress: 0 to 1.
        words: a sentence on it.
    """

    def __init__(self, vectors: NDArray[Any], start: Floats, perplexity: float) -> None:
        self.points = unit(start)
        self.progress = 0.0
        self.words = ""
        self._next = deque([vectors], maxlen=1)  # written and read by different threads
        self._sample = sample(len(vectors))
        self._among: Among | None = None
        self._wanted = perplexity
        self._perplexity = sensible_perplexity(perplexity, len(self._sample))

    def renew(self, vectors: NDArray[Any]) -> None:
        """Go on with other vectors of the same points, soon."""
        self._next.append(vectors)

    @property
    def waiting(self) -> bool:
        """Whether there are vectors that it has not begun with."""
        return bool(self._next)

    def advance(self) -> bool:
        """Work for a moment; return whether there is more to do."""
        if self._next:
            vectors = self._next.pop()
            if len(self._sample) < len(vectors):
                self._among = Among(vectors[self._sample], vectors)
            self.begin(vectors[self._sample])
            return True
        return self.go_on()

    @abstractmethod
    def begin(self, vectors: NDArray[Any]) -> None:
        """Take the vectors that are laid out from now on."""

    @abstractmethod
    def go_on(self) -> bool:
        """Move the points; return whether there is more to do."""

    def move(self, points: Floats) -> None:
        """Take the points of the sample, and place the others among them."""
        points = unit(points)
        if self._among is not None:
            laid_out, points = points, self._among.of(points)
            points[self._sample] = laid_out
        self.points = points

    def about(self) -> str:
        """Return what is to be known besides: what was chosen for so many points."""
        words = ""
        if self._perplexity < self._wanted:
            words += (
                f" So few points allow a perplexity of {self._perplexity:.3g}, "
                f"not {self._wanted:g}."
            )
        if self._among is not None:
            words += (
                f" {len(self._sample):,} of {len(self.points):,} points are laid out, "
                f"the others lie among their nearest neighbours."
            )
        return words


class TsneJob(Job):
    """t-SNE: a frame each few steps."""

    _tsne: Tsne | None = None

    def begin(self, vectors: NDArray[Any]) -> None:
        """Compute which pairs belong together, and keep the points where they are."""
        if self._tsne is None:
            self._tsne = Tsne(vectors, self.points[self._sample], self._perplexity)
        else:
            self._tsne.renew(vectors)
        self.words = "t-SNE." + self.about()

    def go_on(self) -> bool:
        """Take a step: of 2,000 points in a hundredth of a second."""
        tsne = self._tsne
        assert tsne is not None, "it has begun"
        tsne.step()
        self.move(tsne.points)
        self.progress = tsne.progress
        return self.progress < 1


class UmapJob(Job):
    """UMAP: the library shows nothing on the way, so there is one frame at the end."""

    _vectors: NDArray[Any]

    def begin(self, vectors: NDArray[Any]) -> None:
        """Say what will take a while."""
        self._vectors = vectors
        self.words = "UMAP is at work." if umap_layout.is_warm() else umap_layout.COMPILING

    def go_on(self) -> bool:
        """Compile it the first time, then lay out."""
        if not umap_layout.is_warm():
            umap_layout.warm()
            self.words = "UMAP is at work."
            return True
        start = self.points[self._sample]
        found = unit(umap_layout.lay_out(self._vectors, start, self._perplexity / 2))
        self.move(align(found, start))
        self.progress = 1.0
        self.words = "UMAP." + self.about()
        return False


def sample(count: int) -> NDArray[np.intp]:
    """Return the places that are laid out of so many: always the same ones, in order."""
    if count <= MOST:
        return np.arange(count)
    return np.sort(np.random.default_rng(0).choice(count, MOST, replace=False))


def unit(points: Floats) -> Floats:
    """Return points about the origin, with a mean square distance of 1 from it."""
    points = points - points.mean(axis=0)
    points = points / (np.abs(points).max(initial=0) or 1.0)
    size = float(np.sqrt((points**2).sum(axis=1).mean())) if len(points) else 0.0
    scaled: Floats = points / (size or 1.0)
    return scaled


class Among:
    """Places vectors on a map, each among the nearest ones that are on it.

    Args:
        laid_out: ``(N, D)``, the vectors of the points that are on the map.
        vectors: ``(M, D)``, those to place.

    """

    def __init__(self, laid_out: NDArray[Any], vectors: NDArray[Any]) -> None:
        k = min(AMONG, len(laid_out))
        mean = laid_out.mean(axis=0)
        size = np.abs(laid_out - mean).max(initial=0) or 1.0
        base = ((laid_out - mean) / size).astype(np.float32)
        rows = np.clip((vectors - mean) / size, -1e9, 1e9).astype(np.float32)
        squares = (base**2).sum(axis=1)
        self._near = np.empty((len(rows), k), np.intp)
        distances = np.empty((len(rows), k))
        for start in range(0, len(rows), _BLOCK):
            block = rows[start : start + _BLOCK]
            own = (block**2).sum(axis=1)
            with one_thread():
                pairs = squares - 2 * block @ base.T
            here = np.arange(len(block))
            for column in range(k):  # a few times the least is sooner found than an order
                least = pairs.argmin(axis=1)
                self._near[start + here, column] = least
                distances[start + here, column] = np.sqrt(np.maximum(pairs[here, least] + own, 0))
                pairs[here, least] = np.inf
        weights = 1 / (distances + 1e-3 * distances.mean(axis=1, keepdims=True) + 1e-12)
        self._weights = weights / weights.sum(axis=1, keepdims=True)

    def of(self, points: Floats) -> Floats:
        """Return ``(M, d)`` for the ``(N, d)`` points of the vectors that are laid out."""
        placed: Floats = np.einsum("mk,mkd->md", self._weights, points[self._near])
        return placed
