"""Files that come through a page: how large they may be, and where they lie."""

from __future__ import annotations

import re
import shutil
import tempfile
import weakref
from pathlib import Path

LARGEST_UPLOAD = 10_000_000
"""Bytes of a file that the page may send: Jupyter drops larger messages without a word."""

PREFIX = "deep-learning-lab-"
"""How the name of a folder begins in which an upload lies."""


def is_gone(path: object) -> bool:
    """Whether a path is that of an upload that was removed."""
    return isinstance(path, str) and PREFIX in path and not Path(path).exists()


class Uploads:
    """The ZIP files that pages have sent for a run: on disk as long as the run may read them.

    Args:
        run: with its end, at the latest, the files go.
    """

    def __init__(self, run: object) -> None:
        self._run = run
        self._removals: dict[str, weakref.finalize[..., object]] = {}  # by path
        self._unread = ""

    def keep(self, name: str, data: bytes) -> str:
        """Write a file under a name that every disk takes, and return its path.

        Raises:
            OSError: the disk has no room for it.
        """
        folder = tempfile.mkdtemp(prefix=PREFIX)
        safe = re.sub(r"[^\w .-]", "_", Path(name).stem)[:40].strip(" .") or "images"
        path = Path(folder) / f"{safe}.zip"
        removal = weakref.finalize(self._run, shutil.rmtree, folder, ignore_errors=True)
        try:
            path.write_bytes(data)
        except OSError:
            removal()
            raise
        self._unread = str(path)
        self._removals[self._unread] = removal
        return self._unread

    def remove(self, path: str) -> None:
        """Remove a file."""
        self._removals.pop(path)()
        self._unread = ""

    def tidy(self, root: object, *, renewed: bool) -> None:
        """Remove what the run reads no more, and what it has refused.

        Args:
            root: the path from which it has its images, or shall have them.
            renewed: whether it has new images; as long as not, it may go back to an earlier file.
        """
        refused = [] if self._unread in ("", root) else [self._unread]
        for path in [one for one in self._removals if one != root] if renewed else refused:
            self.remove(path)
        if renewed:
            self._unread = ""
