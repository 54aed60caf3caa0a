"""Flat maps of vectors that keep up with a training: PCA and LDA at once, t-SNE and UMAP in frames.

A ``LayoutRun`` never makes anyone wait: whatever is asked for, the answer is a map that can be
drawn now. The slow methods then move its points, on a thread of their own.
"""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from lab import courtesy, umap_layout
from lab.discriminants import discriminants
from lab.layout_jobs import Among, Job, TsneJob, UmapJob, sample
from lab.projection import Projection, check_dimensions, finite, place, project, table
from lab.tsne import sensible_perplexity

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

METHODS = {"pca": "PCA", "lda": "LDA", "tsne": "t-SNE", "umap": "UMAP"}
"""The methods and what they are called."""

FRAME = 0.1
"""Seconds between two frames of a map that moves."""

SHARE = 0.5
"""The share of the time in which a thread works; the rest is left to the training beside it.

Its priority is that of the page's thread: with a lower one it could keep Python's lock from it.
"""


MOST_PRODUCTS = 4 * 10**9
"""How much may be multiplied to begin with the map that there is: a quarter of a second's work.

With more, another number of points begins afresh, with PCA.
"""


@dataclass(frozen=True, eq=False)
class Layout:
    """A map at one moment. It never changes.

    Attributes:
        sequence: counts the maps of a run, upwards.
        method: one of ``METHODS``; "" before the first.
        points: ``(N, d)`` float64, about the origin. PCA has the units of the vectors, LDA those
            of the spread within a class; of t-SNE and UMAP only distances on one map compare: they
            are scaled to a mean square of 1.
        progress: 0 to 1; 1 where nothing moves any more.
        words: a sentence on what is to be known of it; "" if nothing.
        explained: of PCA the share of the variance along each axis, of LDA that of the differences
            between classes; empty otherwise.
        failed: whether the method gave up; ``words`` says why. The points are those of before.
    """

    sequence: int = 0
    method: str = ""
    points: Floats = field(default_factory=lambda: np.empty((0, 2)))
    progress: float = 1.0
    words: str = ""
    explained: tuple[float, ...] = ()
    failed: bool = False


class LayoutRun:
    """Lays vectors out on a map, again and again.

    Args:
        told: called with each new ``Layout`` that a thread makes, on that thread.

    """

    def __init__(self, told: Callable[[Layout], object] | None = None) -> None:
        self.latest = Layout()
        self._told = told
        self._lock = threading.RLock()
        self._job: Job | None = None
        self._thread: threading.Thread | None = None
        self._projection: Projection | None = None
        self._vectors: NDArray[Any] = np.empty((0, 0))
        self._asked: tuple[object, ...] = ()
        self._labels: NDArray[Any] = np.empty(0, np.int64)

    def lay_out(
        self,
        vectors: ArrayLike,
        method: str = "pca",
        *,
        labels: ArrayLike | None = None,
        dimensions: int = 2,
        perplexity: float = 30.0,
        afresh: bool = False,
    ) -> Layout:
        """Return a map of vectors that can be drawn at once; t-SNE and UMAP then move it.

        It may be called for each snapshot: the same vectors give the map that there is, new ones
        move it on from where it is.

        Args:
            vectors: ``(N, D)``, one row a point. As many as before are taken for the same points.
            method: one of ``METHODS``.
            labels: ``(N,)``, the class of each; LDA needs them.
            dimensions: 2 or 3.
            perplexity: t-SNE's; UMAP takes half as many neighbours.
            afresh: forget the map that there is, and start from PCA.

        Raises:
            ValueError: a wrong argument, or values that are not finite numbers. What was under way
                goes on.
            TypeError: the perplexity is no number.
            ModuleNotFoundError: UMAP is not installed.
        """
        if method not in METHODS:
            raise ValueError(f"method must be one of {', '.join(METHODS)}, not {method!r}.")
        check_dimensions(dimensions)
        rows = table("vectors", vectors)
        asked = (method, dimensions, perplexity)
        with self._lock:
            known = np.empty(0, np.int64) if labels is None else np.asarray(labels)
            goes_on = asked == self._asked and len(rows) == len(self._vectors) and not afresh
            if (
                goes_on
                and np.array_equal(rows, self._vectors)
                and (method != "lda" or np.array_equal(known, self._labels))
            ):
                return self.latest
            before = self.latest
            if afresh:
                self.latest = Layout(before.sequence)
            try:
                layout = self._make(rows, labels, method, dimensions, perplexity, goes_on=goes_on)
            except BaseException:
                self.latest = before
                raise
            self._vectors, self._asked, self._labels = rows.copy(), asked, known.copy()
            return self._publish(layout)

    def _make(
        self,
        rows: NDArray[Any],
        labels: ArrayLike | None,
        method: str,
        dimensions: int,
        perplexity: float,
        *,
        goes_on: bool,
    ) -> Layout:
        if method in ("tsne", "umap"):
            layout = self._iterate(rows, method, dimensions, perplexity, goes_on=goes_on)
            self._projection = None
            return layout
        previous = self._previous(rows, dimensions)
        if method == "pca":
            projection = project(rows, previous, dimensions)
        elif labels is None:
            raise ValueError("LDA tells classes apart: it needs the labels.")
        else:
            projection = discriminants(rows, labels, previous, dimensions)
        self._end()
        self._projection = projection
        return Layout(
            method=method,
            points=projection.points,
            explained=tuple(map(float, projection.explained)),
        )

    def place(self, vectors: ArrayLike) -> Floats:
        """Return where other vectors lie on the latest map: ``(M, d)``, or ``(d,)`` for one.

        t-SNE and UMAP know no place for a new vector: it lies among its nearest neighbours.

        Raises:
            ValueError: there is no map yet, or vectors of another length.
        """
        with self._lock:
            if self._projection is not None:
                return place(self._projection, vectors)
            array: NDArray[Any] = np.asarray(vectors)
            rows = finite("vectors", array[np.newaxis] if array.ndim == 1 else array)
            if not len(self._vectors) or rows.shape[1] != self._vectors.shape[1]:
                raise ValueError(
                    f"The map is one of {len(self._vectors)} vectors of "
                    f"{self._vectors.shape[1]} numbers, but these have {rows.shape[1]}."
                )
            points = Among(self._vectors, rows).of(self.latest.points)
        return points[0] if array.ndim == 1 else points

    def cancel(self) -> None:
        """Leave the points where they are."""
        with self._lock:
            moving = self._thread is not None
            self._end()
            layout = self._publish(replace(self.latest, progress=1.0, words="Stopped."))
        if moving:
            self._tell(layout)

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until nothing moves any more; return whether that is so."""
        thread = self._thread
        if thread is not None:
            thread.join(seconds)
        return thread is None or not thread.is_alive()

    def close(self) -> None:
        """Stop, and tell nobody any more."""
        with self._lock:
            self._told = None
            self._end()

    def _end(self) -> None:
        self._job = self._thread = None

    def _publish(self, layout: Layout) -> Layout:
        self.latest = replace(layout, sequence=self.latest.sequence + 1)
        return self.latest

    def _tell(self, layout: Layout) -> None:
        told = self._told
        if told is not None:
            told(layout)

    def _previous(self, rows: NDArray[Any], dimensions: int) -> Floats | None:
        """Where the points of these vectors are on the map that there is, if that can be said."""
        points = self.latest.points
        if not len(points) or points.shape[1] != dimensions:
            return None
        if len(points) == len(rows):
            return points
        if rows.shape[1] != self._vectors.shape[1] or not np.isfinite(rows).all():
            return None
        if self._projection is not None:
            return place(self._projection, rows)
        base = sample(len(self._vectors))  # whoever called waits
        if len(base) * rows.size > MOST_PRODUCTS:
            return None
        return Among(self._vectors[base], rows).of(points[base])

    def _iterate(
        self, rows: NDArray[Any], method: str, dimensions: int, perplexity: float, *, goes_on: bool
    ) -> Layout:
        finite("vectors", rows)
        name = METHODS[method]
        if len(rows) < 4:
            raise ValueError(f"{name} needs four points or more, not {len(rows)}.")
        if method == "umap":
            umap_layout.check()
        sensible_perplexity(perplexity, len(rows))
        if goes_on and self._job is not None:
            self._job.renew(rows.copy())
            layout = replace(self.latest, progress=min(self.latest.progress, 0.5))
        else:
            start = self._previous(rows, dimensions)
            if start is None:
                start = project(rows, dimensions=dimensions).points
            self._end()
            self._job = (TsneJob if method == "tsne" else UmapJob)(rows.copy(), start, perplexity)
            layout = Layout(
                method=method, points=self._job.points, progress=0.0, words=f"{name} begins."
            )
        if self._thread is None or not self._thread.is_alive():  # a listener may have raised
            self._thread = threading.Thread(
                target=self._work, args=(self._job,), name="lab-layout", daemon=True
            )
            self._thread.start()
        return layout

    def _work(self, job: Job) -> None:
        shown, words, more = -np.inf, job.words, True
        while more:
            began = time.perf_counter()
            failed = ""
            try:
                more = job.advance()
            except Exception as error:  # noqa: BLE001 - whatever a library raises, a page must say it
                more, failed = False, f"The map could not be made: {error}"
            ended = time.perf_counter()
            if not more or ended - shown >= FRAME or job.words != words:
                shown, words = ended, job.words
                with self._lock:
                    if self._job is not job:
                        return
                    more = more or (job.waiting and not failed)
                    if not more:
                        self._thread = None
                    layout = self._publish(
                        replace(
                            self.latest,
                            points=job.points,
                            progress=1.0 if failed else job.progress,
                            words=failed or job.words,
                            failed=bool(failed),
                        )
                    )
                self._tell(layout)
            worked = ended - began
            time.sleep(max(worked * (1 / SHARE - 1), courtesy.rest(worked)))
            if self._job is not job:
                return
