"""Arrays in a ``.npz`` archive, as ``numpy.savez`` writes them, from files one need not trust.

``numpy.load`` believes the header of each array and asks for the memory it announces, and a tiny
file can announce terabytes. Here the header is compared with the size of the file first, and
objects, which would have to be unpickled, are refused.
"""

from __future__ import annotations

import ast
import math
import struct
from pathlib import PurePosixPath
from typing import IO, TYPE_CHECKING, Any

import numpy as np

from lab.datasets.amounts import CHUNK, amount
from lab.datasets.archives import Archive, DamagedError

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAGIC = b"\x93NUMPY"
LONGEST_HEADER = 4096
"""Bytes; the header of an array of plain numbers has 118."""

MOST_DIMENSIONS = 6


def read_array(archive: Archive, key: str, most: int) -> NDArray[Any]:
    """Read one array of numbers.

    Args:
        archive: the opened ``.npz``.
        key: the array's name.
        most: how many bytes it may have.

    Raises:
        ValueError: there is no such array, or it is damaged or holds no plain numbers.
    """
    path = PurePosixPath(f"{key}.npy")
    if path not in archive.members:
        arrays = ", ".join(repr(str(member)) for member in list(archive.members)[:8]) or "nothing"
        raise DamagedError(f"{archive.name} has no array {key!r}; it holds {arrays}.")
    where = f"{key} in {archive.name}"
    with archive.open(path, most) as stream:
        shape, dtype, fortran, begin = _read_header(stream, where)
        announced = math.prod(shape) * dtype.itemsize  # Python integers: cannot overflow
        rest = archive.members[path].file_size - begin
        if announced != rest or announced == 0:
            size = " x ".join(f"{length:,}" for length in shape)
            raise DamagedError(
                f"{where} announces {size or 'a single'} values ({amount(announced)}), but there "
                f"are {amount(rest)} of them: it is damaged, copy or download it again."
            )
        array = np.empty(shape, dtype, order="F" if fortran else "C")
        buffer = array.ravel(order="K").view(np.uint8).data  # a view: the array is in one piece
        filled = 0
        while chunk := stream.read(min(CHUNK, len(buffer) - filled) or 1):
            buffer[filled : filled + len(chunk)] = chunk
            filled += len(chunk)
        if filled < len(buffer):
            raise DamagedError(f"{where} is cut off: copy or download it again.")
    return array.astype(dtype.newbyteorder("="), copy=False)


def _read_header(stream: IO[bytes], where: str) -> tuple[tuple[int, ...], np.dtype[Any], bool, int]:
    """Return shape, type, whether columns come first, and the place where the numbers begin."""
    start = stream.read(8)
    if len(start) < 8 or start[:6] != MAGIC or start[6] not in (1, 2, 3):
        raise DamagedError(f"{where} is no array of numpy: copy or download it again.")
    layout = "<H" if start[6] == 1 else "<I"
    (length,) = struct.unpack(layout, stream.read(struct.calcsize(layout)))
    if length > LONGEST_HEADER:
        raise DamagedError(f"{where} has a header of {amount(length)}: it is damaged.")
    words = stream.read(length)
    try:
        table = ast.literal_eval(words.decode("utf-8").strip())
        shape, dtype = table["shape"], np.dtype(table["descr"])
        fortran = table["fortran_order"]
    except (ValueError, SyntaxError, TypeError, LookupError, MemoryError, RecursionError) as error:
        raise DamagedError(f"{where} has an unreadable header: it is damaged.") from error
    if dtype.kind not in "iufb":
        raise DamagedError(f"{where} holds {dtype} values: only plain numbers are read.")
    if (
        not isinstance(shape, tuple)
        or len(shape) > MOST_DIMENSIONS
        or not all(type(side) is int and side >= 0 for side in shape)
        or not isinstance(fortran, bool)
    ):
        raise DamagedError(f"{where} has an impossible shape: it is damaged.")
    begin = len(start) + struct.calcsize(layout) + length
    return shape, dtype, fortran, begin
