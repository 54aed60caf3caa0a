"""How five organs look on a frontal CT slice, in the fewest strokes that a physician would know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from lab.datasets.organ_canvas import AIR, BONE, FAT, LUNG, TISSUE, Canvas

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

VIEWS: dict[str, tuple[tuple[float, float], float]] = {
    "liver": ((-0.2, -0.08), 0.62),
    "lung": ((0.0, -0.55), 0.74),
    "colon": ((0.0, 0.42), 0.72),
    "stomach": ((0.25, -0.02), 0.58),
    "kidneys": ((0.0, 0.22), 0.56),
}
"""Where the camera looks for each organ, and how far it sees to each side."""

NEIGHBOURS = {
    "liver": ("kidneys", "stomach"),
    "lung": ("liver", "stomach"),
    "colon": ("kidneys", "stomach"),
    "stomach": ("kidneys", "liver"),
    "kidneys": ("stomach", "colon"),
}
"""What else a slice of each organ may graze."""

AT_A_TIME = 50
"""So few slices stay in the processor's cache: twice as fast as all at once."""


def draw(
    organ: str, count: int, size: int, random: np.random.Generator, *, turned: float = 0
) -> NDArray[np.float32]:
    """Draw so many slices of one organ, and beside it a hint of others that the slice grazes.

    Args:
        organ: which one.
        count: how many slices.
        size: pixels a side.
        random: where people and poses come from.
        turned: by how many radians all of them lie askew.

    Returns:
        ``(count, size, size)`` float32 from 0 (black) to 1 (white).
    """
    centre, reach = VIEWS[organ]
    images = np.empty((count, size, size), np.float32)
    for first in range(0, count, AT_A_TIME):
        few = min(AT_A_TIME, count - first)
        canvas = Canvas(few, size, random, centre=centre, reach=reach, turned=turned)
        body(canvas)
        # Of five slices, two graze one neighbour, two another, and the one between them both.
        for other, (begin, end) in zip(NEIGHBOURS[organ], ((0, 3), (2, 5)), strict=True):
            grazed = canvas.some(few * begin // 5, few * end // 5)
            grazed.depth = grazed.number(0.2, 0.65)
            DRAWN[other](grazed)
        canvas.depth = canvas.number(0.75, 1)
        DRAWN[organ](canvas)
        images[first : first + few] = canvas.image
    return random.permutation(images)


def body(canvas: Canvas) -> None:
    """Fat under the skin, muscle, the spine, ribs and the bowel between them."""
    outline = canvas.ellipse(0, 0.05, canvas.number(0.86, 0.98), 2.2)
    canvas.paint(outline, FAT)
    inside = outline - canvas.number(0.04, 0.14)
    canvas.paint(inside, TISSUE + canvas.waves(0.05))
    # Ribs run downwards and outwards: a slanting grid, seen only along the rim.
    slope = canvas.number(0.25, 0.5)
    phase = (canvas.y - slope * np.abs(canvas.x)) / canvas.number(0.15, 0.2) + canvas.number(0, 1)
    rib = 0.035 - 0.17 * np.abs(phase - np.rint(phase))
    rim = 0.035 - np.abs(inside - 0.02)
    canvas.paint(np.minimum(np.minimum(rib, rim), 0.35 - canvas.y), BONE, 0.85)
    # The spine is a column cut into vertebrae by its discs.
    width = canvas.number(0.075, 0.1)
    phase = canvas.y / canvas.number(0.14, 0.18) + canvas.number(0, 1)
    column = width - np.abs(canvas.x)
    disc = np.abs(phase - np.rint(phase)) * 0.16 - 0.02
    canvas.paint(column, TISSUE + 0.08)
    canvas.paint(np.minimum(column, disc), canvas.number(0.68, 0.9))


def liver(canvas: Canvas) -> None:
    """Draw a wedge under the right dome of the diaphragm, with vessels, and lung above it."""
    top = canvas.number(-0.42, -0.3)
    dome = canvas.ellipse(-0.34, top + 0.42, canvas.number(0.46, 0.54), 0.42)
    left_lobe = canvas.ellipse(0.02, top + 0.3, canvas.number(0.3, 0.46), canvas.number(0.17, 0.24))
    edge = canvas.number(0.12, 0.3) - canvas.number(0.55, 0.85) * (canvas.x + 0.34) - canvas.y
    chest = canvas.ellipse(-0.05, top + 0.15, 0.8, 0.36)
    canvas.paint(np.minimum(chest, -0.05 - canvas.y), LUNG + canvas.waves(0.02))
    shape = np.minimum(np.maximum(dome, left_lobe), edge * 0.75)
    grey = canvas.number(0.54, 0.78)
    canvas.paint(shape, grey + canvas.waves(0.025))
    x, y = canvas.number(-0.2, -0.08), top + canvas.number(0.3, 0.4)
    vessel = grey + canvas.number(-0.16, 0.16)
    for turn in (-2.6, -1.9, -0.6):
        branch = canvas.twig((x, y), canvas.number(turn - 0.3, turn + 0.3), 0.3, 0.022)
        canvas.paint(np.minimum(branch, shape), vessel, 0.8)
    bladder = canvas.ellipse(canvas.number(-0.36, -0.24), canvas.number(0.12, 0.2), 0.07, 0.1)
    canvas.paint(bladder, 0.36, canvas.chance(0.4))


def lung(canvas: Canvas) -> None:
    """Draw two dark lungs with vessels, the heart between them, and the diaphragm below."""
    low = canvas.number(-0.3, -0.12)
    grey = canvas.number(0.05, 0.17)
    air = None
    for side in (-1, 1):
        x = side * canvas.number(0.4, 0.46)
        half = canvas.ellipse(x, low - 0.3, canvas.number(0.3, 0.36), canvas.number(0.62, 0.72))
        dome = canvas.ellipse(x, low + 0.28, 0.46, canvas.number(0.26, 0.36))
        half = np.minimum(half, -dome)
        air = half if air is None else np.maximum(air, half)
    assert air is not None
    heart = canvas.ellipse(
        canvas.number(0.06, 0.16), low - canvas.number(0.08, 0.16), canvas.number(0.2, 0.3), 0.24
    )
    shape = np.minimum(air, -heart)
    canvas.paint(shape, grey + canvas.waves(0.025))
    for side in (-1, 1):
        for turn in (-1.0, 0.0, 0.9):
            angle = canvas.number(turn - 0.3, turn + 0.3)
            angle = angle if side > 0 else np.float32(np.pi) - angle
            branch = canvas.twig((side * canvas.number(0.12, 0.2), low - 0.3), angle, 0.42, 0.02)
            canvas.paint(np.minimum(branch, shape), 0.45, canvas.number(0.3, 0.9))
    canvas.paint(heart, TISSUE + canvas.number(0.04, 0.2))


def colon(canvas: Canvas) -> None:
    """Draw the frame of the large bowel: up on the right, across, down on the left, in bulges."""
    corners = [
        (-0.44, 0.86), (-0.52, 0.55), (-0.5, 0.18), (-0.24, 0.28), (0.02, 0.34),
        (0.28, 0.22), (0.5, 0.06), (0.54, 0.45), (0.48, 0.8), (0.2, 0.92),
    ]  # fmt: skip
    points = canvas.bends(corners, 0.07, 30)
    radius = canvas.number(0.075, 0.125)
    radii = [radius * canvas.number(0.85, 1.15) for _ in points]
    tube = canvas.tube(points, radii)
    canvas.paint(tube, canvas.number(0.58, 0.75))
    lumen = tube - canvas.number(0.02, 0.035)
    gas = canvas.number(0.03, 0.3)
    canvas.paint(lumen, gas)
    stool = canvas.waves(0.25)
    canvas.paint(np.minimum(lumen, stool), gas + canvas.number(0.1, 0.3), canvas.chance(0.7))


def stomach(canvas: Canvas) -> None:
    """Draw a J: the fundus with its bubble of air high on the left, the antrum in the middle."""
    path = [(0.38, -0.3), (0.42, -0.12), (0.4, 0.06), (0.3, 0.22), (0.14, 0.28), (0.0, 0.22)]
    points = canvas.bends(path, 0.04, 12)
    full = canvas.number(0.75, 1.15)
    widths = np.interp(np.linspace(0, 5, 12), range(6), (0.2, 0.19, 0.16, 0.14, 0.11, 0.07))
    radii = [full * np.float32(width) for width in widths]
    bag = canvas.tube(points, radii)
    canvas.paint(bag, canvas.number(0.6, 0.78))
    lumen = bag - canvas.number(0.02, 0.035)
    meal = canvas.number(0.22, 0.48)
    canvas.paint(lumen, meal + canvas.waves(0.06))
    level = canvas.number(-0.32, -0.12)
    canvas.paint(np.minimum(lumen, level - canvas.y), AIR + 0.03)


def kidneys(canvas: Canvas) -> None:
    """Draw two beans beside the spine, upper ends inwards: bright bark, darker pyramids."""
    bark = canvas.number(0.62, 0.88)
    core = bark - canvas.number(0.08, 0.3)
    for side in (-1, 1):
        x, y = side * canvas.number(0.28, 0.36), canvas.number(0.16, 0.3)
        a, b = canvas.number(0.105, 0.14), canvas.number(0.2, 0.26)
        tilt = -side * canvas.number(0.1, 0.4)
        bean = canvas.ellipse(x, y, a, b, tilt)
        notch = canvas.ellipse(x - side * 0.13, y, 0.06, 0.07)
        shape = np.minimum(bean, -notch)
        canvas.paint(bean + 0.04, FAT - 0.04)
        canvas.paint(shape, bark)
        canvas.paint(shape - canvas.number(0.035, 0.05), core)
        pelvis = canvas.ellipse(x - side * 0.04, y, 0.045, 0.09)
        canvas.paint(np.minimum(pelvis, shape), canvas.number(0.25, 0.6))


DRAWN: dict[str, Callable[[Canvas], None]] = {
    "liver": liver,
    "lung": lung,
    "colon": colon,
    "stomach": stomach,
    "kidneys": kidneys,
}
