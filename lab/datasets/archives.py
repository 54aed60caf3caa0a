"""ZIP archives from strangers: nothing in them is believed, nothing is ever written to disk.

An archive can be cut off, lie about its sizes, explode when unpacked, hide its contents behind a
password or name files outside the folder it claims to be. Whatever is wrong, a ``ValueError`` says
it in one sentence, before memory is spent.
"""

from __future__ import annotations

import contextlib
import io
import struct
import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import IO, TYPE_CHECKING

from lab.datasets.amounts import CHUNK, DEFLATE_RATIO, amount

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_DIRECTORY = 2**25
"""The most bytes the list of members may have: about half a million of them."""

READABLE = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The ways of packing whose ratio has a known bound."""

SLACK = 64
"""A packed file may hold these few bytes more than the ratio says: its own frame."""

ENCRYPTED = 0x1


class DamagedError(ValueError):
    """What is wrong with a file, in a sentence of ours."""


class Archive:
    """The members of one ZIP archive.

    Attributes:
        name: what to call the archive in a sentence.
        members: each file's checked path and its record, in the archive's order.
        folders: the paths of the folders that are named as such.
    """

    def __init__(self, opened: zipfile.ZipFile, name: str, stored: int) -> None:
        self.name = name
        self._zip = opened
        self._stored = stored
        self.members: dict[PurePosixPath, zipfile.ZipInfo] = {}
        self.folders: list[PurePosixPath] = []
        for info in opened.infolist():
            path = self._path(info)
            if info.is_dir():
                self.folders.append(path)
            else:
                self.members[path] = info

    def _path(self, info: zipfile.ZipInfo) -> PurePosixPath:
        """Return where a member lies, or refuse a path that leads out of the archive."""
        path = PurePosixPath(info.filename)
        odd = {"\\", ":", "\0"} & set(info.orig_filename)
        if path.is_absolute() or ".." in path.parts or not path.parts or odd:
            raise DamagedError(
                f"{self.name} names the file {info.orig_filename[:80]!r}, which could lie outside "
                f"its folder: pack the folder anew, with plain names."
            )
        return path

    def check(self, path: PurePosixPath, most: int) -> zipfile.ZipInfo:
        """Return a member's record if it can be unpacked to at most so many bytes."""
        info = self.members[path]
        where = f"{path} in {self.name}"
        if info.flag_bits & ENCRYPTED:
            raise DamagedError(f"{where} is locked with a password: pack it without one.")
        if info.compress_type not in READABLE:
            raise DamagedError(
                f"{where} is packed in a way that is not read here: pack it as a usual ZIP "
                f"(deflate)."
            )
        if info.file_size > most:
            raise DamagedError(
                f"{where} announces {amount(info.file_size)}; more than {amount(most)} is not read."
            )
        packed = min(info.compress_size, self._stored)
        if info.file_size > packed * DEFLATE_RATIO + SLACK:
            raise DamagedError(
                f"{where} announces {amount(info.file_size)}, but {amount(packed)} cannot hold "
                f"that much: the archive is damaged, copy or download it again."
            )
        return info

    @contextlib.contextmanager
    def open(self, path: PurePosixPath, most: int) -> Iterator[IO[bytes]]:
        """Open a member that unpacks to at most so many bytes."""
        info = self.check(path, most)
        # zipfile hands out no more than was announced, and compares the checksum at the end.
        with _in_words(f"{path} in {self.name} is damaged"), self._zip.open(info) as stream:
            yield stream

    def read(self, path: PurePosixPath, most: int) -> bytes:
        """Return a member's contents, at most so many bytes."""
        with self.open(path, most) as stream:
            return b"".join(iter(lambda: stream.read(CHUNK), b""))


@contextlib.contextmanager
def open_archive(source: Path | bytes, name: str) -> Iterator[Archive]:
    """Open an archive, a file or its contents.

    Raises:
        ValueError: it is no archive, or a damaged one, or names files outside its folder.
        OSError: the file cannot be opened.
    """
    with _SmallReads(source) if isinstance(source, Path) else io.BytesIO(source) as file:
        stored = file.seek(0, io.SEEK_END)
        with _in_words(f"{name} is damaged or no ZIP archive"):
            opened = zipfile.ZipFile(file)
        with opened:
            yield Archive(opened, name, stored)


class _SmallReads(io.FileIO):
    """A file that refuses to be read in large pieces, such as a list of members without end."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > LARGEST_DIRECTORY:
            raise DamagedError(
                f"{Path(str(self.name)).name} lists so many files that the list takes "
                f"{amount(size)}, more than is read here: pack fewer."
            )
        return super().read(size)


@contextlib.contextmanager
def _in_words(what: str) -> Iterator[None]:
    """Say in a sentence what the libraries found wrong with something, e.g. "x.zip is damaged"."""
    try:
        yield
    except DamagedError:
        raise
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        struct.error,
        EOFError,
        NotImplementedError,
        OSError,
        OverflowError,
        RuntimeError,
        ValueError,
    ) as error:
        raise DamagedError(f"{what} ({error}): copy or download it again.") from error
