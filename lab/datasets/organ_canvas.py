"""A stack of empty CT-like slices to draw organs into, all at once.

Shapes are fields: numbers that say for each pixel how far inside the shape it is, in units of the
body (negative outside). ``numpy.minimum`` of two fields is their overlap, ``numpy.maximum`` their
union. Edges come out smooth, and five hundred bodies are drawn in the time of one.
"""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

Field = NDArray[Any]
"""Numbers of the type float32, ``(n, H, W)``, or ``(n, 1, 1)`` for one number each slice."""

AIR, LUNG, FAT, TISSUE, BONE = 0.02, 0.1, 0.26, 0.43, 0.9
"""Grey values from black (0) to white (1), as an abdominal window shows them."""

WAVES = 4
"""How many waves fit into the smooth random fields, at most."""


class Canvas:
    """So many slices, each seen by a camera of its own.

    Bodies look at the reader: the right side of the patient is on the left. The spine is at
    ``x = 0``, the shoulders are at ``y = -1``, the hips at ``y = 1``.

    Attributes:
        x: ``(n, H, W)``, where each pixel is in its body, from the patient's right to the left.
        y: ``(n, H, W)``, from head to foot.
        count: how many slices.
        softness: ``(n, 1, 1)``, how wide an edge is: as wide as a pixel and a half.
        image: ``(n, H, W)``, the grey values so far.
        depth: ``(n, 1, 1)``, how much of what is painted lies within the slice, 0 to 1; the rest is
            what lay there before (the partial volume effect).
        random: the random numbers to draw with.
    """

    def __init__(
        self,
        count: int,
        size: int,
        random: np.random.Generator,
        *,
        centre: tuple[float, float],
        reach: float,
        turned: float,
    ) -> None:
        """Point the cameras.

        Args:
            count: how many slices.
            size: pixels a side.
            random: where poses, sizes and shapes come from.
            centre: the point of the body to look at.
            reach: how much of the body is seen from there to each side.
            turned: by how many radians the bodies lie askew.
        """
        self.random = random
        self.count = count
        ticks = (np.arange(size, dtype=np.float32) + 0.5) * 2 / size - 1
        self._basis = np.cos(np.pi * np.arange(WAVES)[:, None] * (ticks + 1) / 2).astype(np.float32)
        reaches = reach * self.number(0.82, 1.3)
        angle = self.number(-0.3, 0.3) + np.float32(turned)
        right, down = ticks[None, None, :], ticks[None, :, None]
        cos, sin = np.cos(angle) * reaches, np.sin(angle) * reaches
        aside, below = (reaches * self.number(-0.22, 0.22) for _ in range(2))
        slim = self.number(0.88, 1.14)
        self.x = (cos * right - sin * down + centre[0] + aside) * slim
        self.y = sin * right + cos * down + centre[1] + below
        self.x += self.waves(0.035)
        self.y += self.waves(0.035)
        self.softness = reaches * (3 / size)
        self.depth: Field = np.ones((count, 1, 1), np.float32)
        self.image = np.full((count, size, size), AIR, np.float32)

    def some(self, first: int, last: int) -> Canvas:
        """Return the slices from first to before last; what is drawn on them is drawn on these."""
        part = copy.copy(self)
        part.x, part.y = self.x[first:last], self.y[first:last]
        part.image, part.depth = self.image[first:last], self.depth[first:last]
        part.softness, part.count = self.softness[first:last], len(part.x)
        return part

    def number(self, least: float, most: float) -> Field:
        """Return a random number for each slice, ``(n, 1, 1)``."""
        return self.random.uniform(least, most, (self.count, 1, 1)).astype(np.float32)

    def chance(self, share: float) -> Field:
        """Return 1 for about this share of the slices and 0 for the others, ``(n, 1, 1)``."""
        return (self.number(0, 1) < share).astype(np.float32)

    def waves(self, size: float) -> Field:
        """Return a smooth random field for each slice, ``(n, H, W)``, of this deviation."""
        factors = self.random.standard_normal((self.count, WAVES, WAVES)).astype(np.float32)
        field = self._basis.T @ factors @ self._basis
        return field * np.float32(size / (WAVES / 2))

    def ellipse(
        self,
        x: Field | float,
        y: Field | float,
        a: Field | float,
        b: Field | float,
        tilt: Field | None = None,
    ) -> Field:
        """Return the field of an ellipse with the half axes a and b, turned by so many radians."""
        right, down = self.x - x, self.y - y
        if tilt is not None:
            cos, sin = np.cos(tilt), np.sin(tilt)
            right, down = cos * right + sin * down, cos * down - sin * right
        right *= 1 / a
        right *= right
        down *= 1 / b
        down *= down
        right += down  # numpy's hypot is eight times as slow
        field: Field = (1 - np.sqrt(right, out=right)) * np.minimum(a, b)
        return field

    def bends(
        self, corners: list[tuple[float, float]], stray: float, count: int
    ) -> list[tuple[Field, Field]]:
        """Return so many points along a line through corners, each of which strays so far."""
        strayed = [
            (x + self.number(-stray, stray), y + self.number(-stray, stray)) for x, y in corners
        ]
        points = []
        for place in np.linspace(0, len(corners) - 1, count):
            first = min(int(place), len(corners) - 2)
            part = np.float32(place - first)
            (x, y), (next_x, next_y) = strayed[first : first + 2]
            points.append((x + part * (next_x - x), y + part * (next_y - y)))
        return points

    def twig(
        self, start: tuple[Field | float, Field | float], angle: Field, length: float, width: float
    ) -> Field:
        """Return the field of a vessel that leaves a point and grows thinner."""
        right, down = self.x - start[0], self.y - start[1]
        along = np.cos(angle) * right + np.sin(angle) * down
        across = np.abs(np.cos(angle) * down - np.sin(angle) * right)
        return np.minimum(width * (1 - along / length) - across, along)

    def tube(self, points: list[tuple[Field, Field]], radii: list[Field]) -> Field:
        """Return the field of circles strung along a line: a tube with bulges."""
        nearest = np.full_like(self.x, np.inf)
        for (x, y), radius in zip(points, radii, strict=True):
            square = self.x - x
            square *= square
            down = self.y - y
            down *= down
            square += down
            square *= 1 / radius**2
            np.minimum(nearest, square, out=nearest)
        field: Field = (1 - np.sqrt(nearest, out=nearest)) * np.mean(radii, axis=0)
        return field

    def cover(self, field: Field) -> Field:
        """Return how much of each pixel a shape covers, from 0 to 1."""
        covered = field * (1 / self.softness)
        covered += 0.5
        return np.clip(covered, 0, 1, out=covered)

    def paint(self, field: Field, grey: Field | float, strength: Field | float = 1) -> None:
        """Fill a shape with a grey value (or a field of them), wholly or thinly."""
        change = self.cover(field)
        change *= strength * self.depth
        change *= grey - self.image
        self.image += change
