"""UMAP, for whoever has installed it: ``pip install umap-learn``, the extra ``umap``."""

from __future__ import annotations

import importlib.util
import threading
import warnings
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MISSING = "UMAP is not installed: pip install umap-learn."
"""What is said where it is missing."""

COMPILING = "UMAP is compiling itself, once in each kernel: about ten seconds."
"""What is said while it warms up."""

_warming = threading.Lock()
_warm = threading.Event()


def available() -> bool:
    """Return whether UMAP is installed. It is not imported."""
    return importlib.util.find_spec("umap") is not None


def check() -> None:
    """Raise a ModuleNotFoundError with a sentence where UMAP is not installed."""
    if not available():
        raise ModuleNotFoundError(MISSING)


def is_warm() -> bool:
    """Return whether it has compiled itself in this process."""
    return _warm.is_set()


def warm() -> None:
    """Have it compile itself, if that has not been done: on a tiny map. It takes ten seconds."""
    with _warming:
        if _warm.is_set():
            return
        few = np.random.default_rng(0).normal(size=(40, 4))
        _fit(few.astype(np.float32), few[:, :2], 10)
        _warm.set()


def warm_in_background() -> None:
    """Have it compile itself on a thread of its own, so that it is ready when it is asked for.

    Raises:
        ModuleNotFoundError: UMAP is not installed.
    """
    check()
    threading.Thread(target=warm, name="lab-umap-warms", daemon=True).start()


def lay_out(vectors: NDArray[np.float32], start: Floats, neighbours: float) -> Floats:
    """Return UMAP's points for vectors, from where they are.

    Args:
        vectors: ``(N, D)``.
        start: ``(N, d)``, with a mean square distance of about 1 from the origin.
        neighbours: how many each point looks at.
    """
    with _warming:  # it is no library to call from two threads
        return _fit(vectors, start, max(2, min(round(neighbours), len(vectors) - 1)))


def _fit(vectors: NDArray[np.float32], start: Floats, neighbours: int) -> Floats:
    from umap import UMAP  # noqa: PLC0415 - seconds, only if asked

    with warnings.catch_warnings():  # of its own libraries, and of maps as small as the first
        warnings.simplefilter("ignore")
        umap = UMAP(
            n_neighbors=neighbours,
            n_components=start.shape[1],
            n_epochs=200,  # enough from points that lie roughly right
            init=(10 * start).astype(np.float32),
            random_state=0,  # also keeps it to one thread
            n_jobs=1,
        )
        points: Floats = np.asarray(umap.fit_transform(vectors), np.float64)
    return points
