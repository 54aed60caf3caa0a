"""What became of a walk, in a word: arrived, overshot, still on its way, diverged."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.descent import Path
    from lab.surfaces import Surface

    Floats = NDArray[np.float64]

NEAR = 0.01
"""A walk has arrived when it stays within this share of the domain's diagonal."""

BEYOND = 0.05
"""It has overshot when it went this share of its way past the minimum."""

STILL = 1e-3
"""It stands still when the gradient is this share of the steepest it met."""


def distances(path: Path, surface: Surface) -> Floats:
    """Return the distance to the nearest known minimum at each step, ``(n + 1,)``; −1 for none."""
    if not surface.minima:
        return np.full(len(path.positions), -1.0)
    away = path.positions[:, None] - np.array(surface.minima)
    nearest: Floats = np.linalg.norm(away, axis=2).min(axis=1)
    return nearest


def verdict(path: Path, surface: Surface) -> tuple[str, str]:
    """Return the kind (``arrived``, ``far``, ``ended``, ``diverged``) and the words."""
    if path.diverged:
        return "diverged", f"diverges after step {path.steps}"
    if path.reason:
        return "ended", "stops"
    if not surface.minima:
        return _without_minimum(path, surface)
    away = distances(path, surface)
    within = away <= NEAR * _diagonal(surface)
    if not within[-1]:
        overshoots = _overshoots(path, _nearest(path, surface))
        return "far", "overshoots, still far" if overshoots else "still far"
    outside = np.flatnonzero(~within)
    arrival = int(outside[-1]) + 1 if outside.size else 0
    minimum = _nearest(path, surface)
    overshoots = _overshoots(path, minimum)
    words = f"{'overshoots, ' if overshoots else ''}arrives at step {arrival}"
    lowest = surface.value(*surface.minima[0])
    if surface.value(*minimum) > lowest + 1e-6 * max(1.0, abs(lowest)):
        words += ", a local minimum"
    return "arrived", words


def columns(path: Path, surface: Surface) -> Floats:
    """Return what the page draws, ``(n + 1, 6)``: place, loss, gradient, distance."""
    parts = [path.positions, path.losses[:, None], path.gradients]
    return np.concatenate([*parts, distances(path, surface)[:, None]], axis=1)


def _without_minimum(path: Path, surface: Surface) -> tuple[str, str]:
    x, y = path.positions[-1]
    (left, right), (bottom, top) = surface.domain
    if not (left <= x <= right and bottom <= y <= top):
        return "far", "runs off downhill"
    slopes = np.linalg.norm(path.gradients, axis=1)
    if slopes[-1] <= STILL * slopes.max():
        return "far", "comes to rest"
    return "far", "still on its way"


def _nearest(path: Path, surface: Surface) -> tuple[float, float]:
    end = path.positions[-1]
    return min(surface.minima, key=lambda one: float(np.linalg.norm(end - np.array(one))))


def _overshoots(path: Path, minimum: tuple[float, float]) -> bool:
    """Whether the walk went past the minimum, seen from its start."""
    way: Any = path.positions - np.array(minimum)
    length = float(way[0] @ way[0])
    return bool(length > 0 and (way @ way[0]).min() < -BEYOND * length)


def _diagonal(surface: Surface) -> float:
    (left, right), (bottom, top) = surface.domain
    return float(np.hypot(right - left, top - bottom))
