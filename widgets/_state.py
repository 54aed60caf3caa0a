"""A widget's state as a short text such as ``neuron.1.q1…``: to be kept, sent and opened again.

After the widget's name and the number of the format stands one table of names and values: JSON,
deflated, with a checksum before it, in the letters that an address may hold. A page that has lost
its Python keeps the bare table: it cannot write such a text.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

from traitlets import TraitError

FORMAT = 1
LARGEST = 1_000_000
"""Bytes of JSON; a short text could be made to unpack to gigabytes."""

EXACT = 2**53
"""Whole numbers up to this one are the same in Python and in a browser."""

_TEXT = re.compile(r"(\w+)\.(\d+)\.([\w-]*)", re.ASCII)
_CHECK = 4  # bytes of the checksum


def write_state(kind: str, table: dict[str, Any]) -> str:
    """Return the text of a widget's state: every number in it comes back exactly."""
    plain = json.dumps(table, allow_nan=False, separators=(",", ":")).encode()
    deflate = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    packed = deflate.compress(plain) + deflate.flush()
    return f"{kind}.{FORMAT}.{_letters(_checksum(packed) + packed)}"


def read_state(kind: str, text: str, anchor: str = "") -> dict[str, Any]:
    """Return the table that a text holds.

    Args:
        kind: the widget that shall take it; another one's text is refused.
        text: what ``write_state`` made, or a link that has it after its ``#``. Mail programs break
            long lines: white space is left out. Or the table, as JSON.
        anchor: which state of a link is meant, where it holds several of this kind.

    Raises:
        TraitError: for anything else, with a sentence that says what would be right.

    """
    name, begin = kind.replace("_", " "), f"{kind}.{FORMAT}."
    if text.startswith("{"):
        table = _table(text)
        if table is None:
            raise TraitError(f"This page has kept a state of the {name} that is damaged.")
        return table
    text = "".join(text.split())
    if "#" in text:
        text = _out_of(text, kind, anchor)
    if not text:
        raise TraitError(f"There is no text. One for the {name} begins with {begin}")
    found = _TEXT.fullmatch(text)
    if not found:
        raise TraitError(
            f"This is not a text for the {name}: it begins with {begin} "
            "and holds only letters, digits, - and _ after that."
        )
    if found[1] != kind:
        other = found[1].replace("_", " ")
        raise TraitError(f"This text is for another widget, the {other:.40}, not for the {name}.")
    if found[2] != str(FORMAT):
        raise TraitError(
            f"This text has the format {found[2]:.9}, which this lab does not know: it reads "
            f"format {FORMAT}."
        )
    packed = _bytes(found[3])
    if packed is None or _checksum(packed[_CHECK:]) != packed[:_CHECK]:
        raise TraitError(
            f"This text is damaged or cut off: copy the whole of it again, from {begin} to its end."
        )
    table = _unpacked(packed[_CHECK:])
    if table is None:
        raise TraitError(f"This text holds no state of the {name}.")
    return table


def _out_of(link: str, kind: str, anchor: str) -> str:
    fragment = link.partition("#")[2]
    held = dict(part.partition("=")[::2] for part in fragment.split("&"))
    alike = (text for text in held.values() if text.startswith(f"{kind}."))
    return held.get(anchor) or next(alike, next(iter(held.values())))


def _checksum(packed: bytes) -> bytes:
    return zlib.crc32(packed).to_bytes(_CHECK, "big")


def _letters(packed: bytes) -> str:
    return urlsafe_b64encode(packed).decode().rstrip("=")


def _bytes(letters: str) -> bytes | None:
    """Return what the letters stand for, if they are just those that ``_letters`` would write."""
    try:
        packed = urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
    except ValueError:
        return None
    return packed if _letters(packed) == letters else None


def _unpacked(packed: bytes) -> dict[str, Any] | None:
    inflate = zlib.decompressobj(wbits=-zlib.MAX_WBITS)
    try:
        plain = inflate.decompress(packed, LARGEST).decode()
    except (zlib.error, ValueError):
        return None
    return _table(plain) if inflate.eof else None


def _table(plain: str) -> dict[str, Any] | None:
    try:
        table = json.loads(plain, parse_int=_whole) if len(plain) <= LARGEST else None
    except (ValueError, RecursionError):
        return None
    return table if isinstance(table, dict) else None


def _whole(digits: str) -> int:
    number = int(digits)
    if abs(number) > EXACT:
        raise ValueError("too large for the page")
    return number
