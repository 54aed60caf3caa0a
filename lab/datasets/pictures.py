"""One picture out of a file: any usual format, size and mode in, a small square out."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from lab.datasets.amounts import amount
from lab.datasets.archives import DamagedError

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from PIL.Image import Image

FORMATS = ("PNG", "JPEG", "BMP", "GIF", "TIFF", "WEBP", "PPM")
"""What Pillow may try. It knows forty formats more, some of which start other programs."""

SUFFIXES = frozenset(
    (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".tif", ".tiff", ".webp", ".ppm", ".pgm", ".pbm")
)
"""What the names of such files end with."""

IN_WORDS = "PNG, JPEG, BMP, GIF, TIFF, WebP and PPM"

MOST_BYTES = 2**26
"""The largest file: 64 MiB."""

MOST_PIXELS = 2**25
"""The largest picture: 33 million pixels, 100 MB while it is unpacked. Below Pillow's own limit."""

DEEP = ("I", "F", "I;16", "I;16L", "I;16B", "I;16N")
"""Pillow's modes of more than 8 bits, such as X-rays have."""


def read_picture(content: bytes, name: str, side: int) -> NDArray[np.uint8]:
    """Read a picture and make it a small square.

    It is turned the way its camera was held and its middle cut out. Transparent parts become black.
    A picture of more than 8 bits is stretched from its darkest value (0) to its brightest (255).
    Of several frames or pages the first one counts.

    Args:
        content: the file's bytes.
        name: what to call it in a sentence.
        side: pixels a side.

    Returns:
        ``(3, side, side)`` uint8: red, green and blue.

    Raises:
        ValueError: it is damaged, too large or of another format. One sentence says which.
    """
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - only own images need it

    if len(content) > MOST_BYTES:
        raise DamagedError(
            f"{name} has {amount(len(content))}; more than {amount(MOST_BYTES)} is not read."
        )
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            _check_size(image.size, name)
            # A photograph is unpacked no larger than needed: an eighth of its side at best.
            image.draft(image.mode, (2 * side, 2 * side))
            return _square(image, side)
    except DamagedError:
        raise
    except UnidentifiedImageError as error:
        raise DamagedError(_what_else(content, name)) from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise DamagedError(_too_large(name)) from error
    except Exception as error:  # Pillow's readers let through whatever they stumble over
        raise DamagedError(f"{name} is a damaged image ({error}): copy it again.") from error


def _check_size(size: tuple[int, int], name: str) -> None:
    width, height = size
    if width * height > MOST_PIXELS:
        raise DamagedError(_too_large(name))
    if max(size) > 100 * min(size):
        raise DamagedError(f"{name} is {width} x {height} pixels, a line: leave it out.")


def _too_large(name: str) -> str:
    return f"{name} has more than {MOST_PIXELS / 1e6:.0f} million pixels: make it smaller."


def _what_else(content: bytes, name: str) -> str:
    """Say what a file could be that is no picture."""
    if not content:
        return f"{name} is empty: copy it again."
    if content[128:132] == b"DICM":
        return f"{name} is a DICOM file, which is not read here: save its image as PNG."
    return f"{name} is damaged or no image; {IN_WORDS} are read."


def _square(image: Image, side: int) -> NDArray[np.uint8]:
    """Return the middle of an opened picture, ``(3, side, side)``."""
    from PIL import Image as Pillow  # noqa: PLC0415
    from PIL import ImageOps  # noqa: PLC0415

    ImageOps.exif_transpose(image, in_place=True)  # as the camera was held
    if image.mode in DEEP:
        shown = _stretched(image)
    elif image.has_transparency_data:
        cut_out = image.convert("RGBA")
        black = Pillow.new("RGBA", cut_out.size, (0, 0, 0, 255))
        shown = Pillow.alpha_composite(black, cut_out).convert("RGB")
    else:
        shown = image.convert("RGB")
    small = ImageOps.fit(shown, (side, side), Pillow.Resampling.BILINEAR)
    pixels: NDArray[Any] = np.asarray(small, np.uint8)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1))


def _stretched(image: Image) -> Image:
    """Return a picture of 16 or 32 bits with 8."""
    from PIL import Image as Pillow  # noqa: PLC0415

    values = np.nan_to_num(np.asarray(image, np.float32), posinf=0, neginf=0)
    values -= values.min()
    values /= values.max() or 1
    values *= 255
    return Pillow.fromarray(np.round(values).astype(np.uint8)).convert("RGB")
