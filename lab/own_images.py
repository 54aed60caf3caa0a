"""Images of one's own, made into what a network knows: a drawing, or a picture out of a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.datasets.pictures import read_picture
from lab.image_changes import border

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Image = NDArray[np.uint8]
    Floats = NDArray[np.float64]

PAPER = 256
"""Pixels a side of the paper that is drawn on."""

PEN = 0.09
"""How thick the pen is, in shares of the paper's side."""

INK = 0.2
"""From this share of an image's brightest pixel on, a pixel belongs to what is written."""

LOOKED_AT = 400
"""So many images of the data say how large and where things are in them."""

GREY = np.array([299, 587, 114], np.uint32)
"""How bright red, green and blue seem, in thousandths (ITU-R BT.601)."""

DARK, BRIGHT = 64, 160


@dataclass(frozen=True)
class Usual:
    """How large things are in the images of a data set, and where.

    Attributes:
        height: rows from the first to the last with ink, in the middle of all images.
        width: columns; nineteen in twenty images have at most so many.
        row: the row in which things have their middle, on average.
        column: the same for the columns.
        by_box: for rows and columns, which middle that is, the one of the box around the ink or the
            ink's own: the steadier of the two.
    """

    height: float
    width: float
    row: float
    column: float
    by_box: tuple[bool, bool] = (True, True)

    @classmethod
    def of(cls, images: Image) -> Usual:
        """Look at ``(N, C, H, W)`` images, bright on dark."""
        step = max(1, len(images) // LOOKED_AT)
        grey = images[::step].astype(np.float64).mean(axis=1)
        found = [one * (one >= INK * one.max()) for one in grey if one.any()]
        if not found:
            height, width = grey.shape[1:]
            return cls(height, width, (height - 1) / 2, (width - 1) / 2)
        boxes = np.array([_box(one > 0) for one in found])
        middles = np.array([[_box_middle(one), _middle(one)] for one in found])  # (N, 2, 2)
        steadier = middles.std(axis=0).argmin(axis=0)
        row, column = (float(middles[:, steadier[axis], axis].mean()) for axis in (0, 1))
        return cls(
            height=float(np.median(boxes[:, 1] - boxes[:, 0])),
            width=float(np.quantile(boxes[:, 3] - boxes[:, 2], 0.95)),
            row=row,
            column=column,
            by_box=(bool(steadier[0] == 0), bool(steadier[1] == 0)),
        )

    def middle(self, ink: Floats) -> tuple[float, float]:
        """Return the row and the column of a drawing that are to come to this place."""
        rows, columns = zip(_box_middle(ink), _middle(ink), strict=True)
        return rows[not self.by_box[0]], columns[not self.by_box[1]]


def is_dark(images: Image) -> bool:
    """Whether things are bright on dark in ``(N, C, H, W)`` images, as digits are."""
    step = max(1, len(images) // LOOKED_AT)
    return bool(np.median([border(one).mean() for one in images[::step]]) < DARK)


def draw(strokes: Sequence[Sequence[tuple[float, float]]]) -> Floats:
    """Return strokes as ink on paper, ``(PAPER, PAPER)`` from 0 to 255.

    Args:
        strokes: of each, the places (x, y) that the pen passed, from 0 to 1.
    """
    from PIL import Image as Pillow  # noqa: PLC0415 - only who draws needs it
    from PIL import ImageDraw  # noqa: PLC0415

    paper = Pillow.new("L", (PAPER, PAPER))
    pen = ImageDraw.Draw(paper)
    half = PEN * PAPER / 2
    for stroke in strokes:
        points = [(x * PAPER, y * PAPER) for x, y in stroke]
        pen.line(points, fill=255, width=round(2 * half), joint="curve")
        for x, y in points:
            pen.ellipse((x - half, y - half, x + half, y + half), fill=255)
    return np.asarray(paper, dtype=np.float64)


def fit_drawing(ink: Floats, images: Image) -> Image:
    """Return a drawing as an image of a data set: as tall, and in the same place, as things there.

    A network that has only seen digits of one size knows no others.

    Args:
        ink: ``(height, width)``, 0 (none) to 255.
        images: ``(N, C, H, W)`` uint8, the data.
    """
    channels, height, width = images.shape[1:]
    if not ink.any():
        bare = np.zeros((height, width))
    else:
        usual = Usual.of(images if is_dark(images) else 255 - images)
        top, bottom, left, right = _box(ink > 0)
        scale = min(usual.height / (bottom - top), usual.width / (right - left))
        place = usual.row, usual.column
        bare = _placed(ink, scale, usual.middle(ink), place, (height, width))
        bare *= 255 / bare.max()  # a thin pen is not to be a pale one
    grey = np.rint(bare).astype(np.uint8)
    return np.repeat((grey if is_dark(images) else 255 - grey)[None], channels, axis=0)


def fit_picture(content: bytes, name: str, images: Image) -> tuple[Image, str]:
    """Return the picture in a file as an image of a data set, and a sentence on what was done.

    Args:
        content: the file's bytes.
        name: what to call it in a sentence.
        images: ``(N, C, H, W)`` uint8, the data.

    Raises:
        ValueError: it is damaged, too large or of another format.
    """
    from PIL import Image as Pillow  # noqa: PLC0415 - only who has a file needs it

    channels, height, width = images.shape[1:]
    pixels: Image = read_picture(content, name, max(height, width))
    size = f"{height} × {width}"
    if channels == 1:
        pixels = _grey(pixels)
        if is_dark(images) and border(pixels)[0] > BRIGHT:
            ink = 255.0 - _grey(read_picture(content, name, PAPER))[0]
            ink = (ink - np.median(ink)).clip(0)
            ink[ink < INK * ink.max()] = 0  # the shadows of the paper
            return fit_drawing(ink, images), (
                f"{name}: taken for dark ink on paper, so made bright on dark, as tall as the "
                f"data's images are, {size}."
            )
        size += ", grey"
    if height != width:
        planes = [np.asarray(Pillow.fromarray(one).resize((width, height))) for one in pixels]
        pixels = np.stack(planes)
    return np.ascontiguousarray(pixels), f"{name}: its middle, made {size}."


def _grey(pixels: Image) -> Image:
    """Return ``(1, H, W)`` of ``(3, H, W)``."""
    grey = (np.tensordot(GREY, pixels, axes=1) + 500) // 1000
    return np.asarray(grey[None], dtype=np.uint8)


def _box(ink: NDArray[Any]) -> tuple[int, int, int, int]:
    """Return the first row with ink, the row after the last, and the same of the columns."""
    rows, columns = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def _box_middle(ink: Floats) -> tuple[float, float]:
    """Return the row and the column in the middle of the box around the ink."""
    top, bottom, left, right = _box(ink > 0)
    return (top + bottom - 1) / 2, (left + right - 1) / 2


def _middle(ink: Floats) -> tuple[float, float]:
    """Return the row and the column in which the ink has its middle."""
    total = ink.sum()
    rows, columns = np.arange(ink.shape[0]), np.arange(ink.shape[1])
    return float(rows @ ink.sum(axis=1) / total), float(columns @ ink.sum(axis=0) / total)


def _placed(
    ink: Floats,
    scale: float,
    middle: tuple[float, float],
    at: tuple[float, float],
    shape: tuple[int, int],
) -> Floats:
    """Return a drawing made smaller, with its middle at a place: each pixel the mean of its part.

    A pixel takes the mean of the ink that falls on it, as a scanner does; what lies outside is cut
    off.
    """
    weights = [
        _shares(size, scale, here, there, length)
        for size, here, there, length in zip(ink.shape, middle, at, shape, strict=True)
    ]
    return np.asarray(weights[0] @ ink @ weights[1].T)


def _shares(size: int, scale: float, middle: float, at: float, length: int) -> Floats:
    """Return ``(length, size)``: how much of each small pixel each pixel of the drawing covers."""
    edges = (np.arange(size + 1) - 0.5 - middle) * scale + at + 0.5  # in small pixels
    low, high = edges[:-1], edges[1:]
    cells = np.arange(length)[:, None]
    return np.asarray(np.clip(np.minimum(high, cells + 1) - np.maximum(low, cells), 0, None))
