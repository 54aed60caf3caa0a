"""Which plane is laid through the weights of a network, and which part of it is drawn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from lab.directions import Plane, path_plane, random_plane, weights_plane

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from lab.directions import Interval
    from lab.parameters import Parameters
    from widgets.landscape.walk import Walk

    Floats = NDArray[np.float64]

VIEWS = ("path", "random directions", "two weights")
EDGE = 0.8
"""Beyond this share of the way to its edge, a place is too near to the edge of the drawing."""

LONGER = 1.5
"""A network whose weights have grown so many times has outgrown directions of the old length."""


@dataclass(frozen=True)
class Wish:
    """What the hand has chosen: the view, and what belongs to it."""

    view: str
    first: int
    second: int
    seed: int


@dataclass(frozen=True, eq=False)
class Chart:
    """A plane with its number, and the wish that it fulfils."""

    plane: Plane
    wish: Wish
    number: int
    scale: float
    """How long the weights were when its directions were drawn."""


def lay(wish: Wish, parameters: Parameters, walk: Walk, before: Chart | None) -> Chart:
    """Return the plane through the present weights.

    Two weights have their own values as axes. Of random directions the plane before is moved, at a
    right angle to itself, until it goes through the present weights: so the ball walks over the
    picture and not the picture below the ball.
    """
    number = before.number + 1 if before else 1
    scale = float(np.linalg.norm(parameters.flat))
    if wish.view == "two weights":
        return Chart(_of_two(wish, parameters), wish, number, scale)
    if wish.view == "random directions":
        moved = _moved(before, wish, parameters, scale)
        if before and moved:
            return Chart(moved, wish, number, before.scale)
        return Chart(random_plane(parameters, wish.seed), wish, number, scale)
    rows = walk.rows if len(walk) else parameters.flat[None]
    return Chart(path_plane(parameters, rows, wish.seed), wish, number, scale)


def _of_two(wish: Wish, parameters: Parameters) -> Plane:
    chosen = [wish.first, wish.second]
    values = parameters.flat[chosen]
    flat = parameters.flat.copy()
    flat[chosen] = 0.0  # so that the axes tell the weights themselves
    plane = weights_plane(replace(parameters, flat=flat), *chosen)
    across, up = (_around(float(value)) for value in values)
    return replace(plane, extents=(across, up))


def _around(value: float) -> Interval:
    """Return a round interval around 0 with room for a weight; it stays while the weight moves."""
    half = 4.0
    while abs(value) > EDGE * half:
        half *= 2
    return -half, half


def _moved(before: Chart | None, wish: Wish, parameters: Parameters, scale: float) -> Plane | None:
    if before is None or before.wish != wish:
        return None
    plane = before.plane
    if plane.parameters.shapes != parameters.shapes:
        return None
    a, b = plane.project(parameters.flat)
    inside = all(
        abs(2 * at - low - high) < EDGE * (high - low)
        for at, (low, high) in zip((a, b), plane.extents, strict=True)
    )
    grown = not 1 / LONGER < scale / max(before.scale, 1e-12) < LONGER
    if grown or not inside:
        return None
    flat = parameters.flat - a * plane.first - b * plane.second
    return replace(plane, parameters=replace(parameters, flat=flat))
