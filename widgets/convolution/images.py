"""Pictures to convolve: two photographs, a slice through a body, or a file of the learner's own.

Each is ``(3, 256, 256)`` uint8: the middle of the picture, as large a square as there is.
"""

from __future__ import annotations

import io
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from widgets._photographs import photograph

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Pixels = NDArray[np.uint8]

SIDE = 256
LARGEST_FILE = 8_000_000  # bytes: what a message to the kernel may hold
MOST_PIXELS = 24_000_000
GREY = np.array([0.299, 0.587, 0.114], dtype=np.float32)[:, None, None]

# A slice through a body, roughly: centre and half axes of each part, its turn, how bright it is.
PARTS = (
    ((0.00, 0.00), (0.92, 0.66), 0.0, 0.22),  # skin and fat
    ((0.00, 0.00), (0.87, 0.60), 0.0, 0.42),  # muscles
    ((0.00, -0.06), (0.80, 0.50), 0.0, 0.30),
    ((-0.38, -0.10), (0.40, 0.36), 0.3, 0.66),  # liver
    ((0.48, -0.12), (0.22, 0.27), -0.3, 0.60),  # spleen
    ((0.16, -0.26), (0.24, 0.15), 0.4, 0.12),  # stomach, with air
    ((0.22, -0.16), (0.24, 0.09), 0.2, 0.52),
    ((-0.40, 0.26), (0.16, 0.12), 0.8, 0.78),  # kidneys
    ((0.40, 0.26), (0.16, 0.12), -0.8, 0.78),
    ((-0.40, 0.26), (0.07, 0.05), 0.8, 0.45),
    ((0.40, 0.26), (0.07, 0.05), -0.8, 0.45),
    ((0.00, 0.30), (0.15, 0.13), 0.0, 0.95),  # spine
    ((0.00, 0.44), (0.05, 0.10), 0.0, 0.95),
    ((0.00, 0.42), (0.06, 0.04), 0.0, 0.40),
    ((0.08, 0.10), (0.07, 0.07), 0.0, 0.85),  # aorta
    ((-0.12, 0.10), (0.08, 0.06), 0.0, 0.70),
)


class ImageError(ValueError):
    """A sentence that says why a file cannot be shown."""


@cache
def picture(name: str) -> Pixels:
    """Return a picture by its name."""
    if name == "organs":
        return _slice()
    pixels = photograph(name, SIDE)
    if pixels is None:
        raise ImageError("The photographs come with scikit-learn, which is not installed here.")
    return pixels


def read(data: bytes, name: str = "This file") -> Pixels:
    """Return the picture in a PNG or JPEG file.

    Raises:
        ImageError: with a sentence that says what is wrong with it.

    """
    from PIL import Image, ImageOps  # noqa: PLC0415 - a page without photographs goes without it

    wish = "a PNG or JPEG picture of at most 24 megapixels can be shown."
    if len(data) > LARGEST_FILE:
        raise too_large(name, len(data))
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # told in a sentence
            opened = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
        with opened:
            width, height = opened.size
            if width * height <= MOST_PIXELS:
                opened.draft("RGB", (SIDE, SIDE))  # a JPEG is decoded at a smaller size
                upright = ImageOps.exif_transpose(opened)
                return _square(upright)
    except Image.DecompressionBombError:
        raise ImageError(f"{name} is far too large: {wish}") from None
    except (OSError, SyntaxError, ValueError, EOFError):
        raise ImageError(f"{name} is no picture that can be read: {wish}") from None
    raise ImageError(f"{name} has {width * height / 1e6:.0f} megapixels: {wish}")


def too_large(name: str, size: int) -> ImageError:
    """Say that a file is too large to be sent."""
    return ImageError(
        f"{name} has {size / 1e6:.1f} MB, but a file of at most {LARGEST_FILE / 1e6:.0f} MB can be "
        "taken: save a smaller copy of the picture."
    )


def channels_of(pixels: Pixels, channels: int) -> Pixels:
    """Return a picture with 3 channels, or with 1: how bright it is."""
    if channels == len(pixels):
        return pixels
    grey: Pixels = np.rint((pixels * GREY).sum(0, keepdims=True)).astype(np.uint8)
    return grey


def _square(image: Any) -> Pixels:  # noqa: ANN401 - Pillow is not loaded here
    from PIL import Image  # noqa: PLC0415

    if image.mode.startswith("I"):  # 16 bits a pixel
        image = image.point(lambda value: value / 257).convert("L")
    elif image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    side = min(image.size)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    box = (left, top, left + side, top + side)
    small = image.convert("RGB").resize((SIDE, SIDE), Image.Resampling.LANCZOS, box=box)
    return np.ascontiguousarray(np.asarray(small, dtype=np.uint8).transpose(2, 0, 1))


def _slice() -> Pixels:
    """Draw a slice through a body; parts are a little soft, as a scanner sees them."""
    y, x = np.mgrid[-1 : 1 : SIDE * 1j, -1 : 1 : SIDE * 1j]
    shade = np.full((SIDE, SIDE), 0.02)
    for (cx, cy), (rx, ry), turn, brightness in PARTS:
        u = (x - cx) * np.cos(turn) + (y - cy) * np.sin(turn)
        v = (y - cy) * np.cos(turn) - (x - cx) * np.sin(turn)
        edge = (1 - np.hypot(u / rx, v / ry)) * min(rx, ry) * SIDE / 2  # in pixels, + is inside
        inside = np.clip(edge / 2 + 0.5, 0, 1)
        shade += inside * (brightness - shade)
    shade += np.random.default_rng(7).normal(0, 0.012, shade.shape)
    grey = np.rint(255 * shade.clip(0, 1)).astype(np.uint8)
    return np.stack([grey] * 3)
