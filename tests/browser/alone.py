"""A machine that is alone: nothing but loopback can be reached, and who tries is written down."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# The browser finds no host but one, not even another name of this machine.
ALONE = "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"
# Python runs this as it starts: server, kernels and the processes that train all go through it.
SITE = """
import sys

def watch(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        host = arguments[1][0] if isinstance(arguments[1], tuple) else None
    elif event == "socket.getaddrinfo":
        host = arguments[0]
    else:
        return
    if host not in (None, "", "localhost", "127.0.0.1", "0.0.0.0", "::1"):
        with open({log!r}, "a") as log:
            print(event, host, file=log)
        raise OSError("This machine is alone.")

sys.addaudithook(watch)
"""
# What could not be shown: fonts and pictures that did not come
BROKEN = """() => [...document.fonts].filter((font) => font.status === "error").length
    + [...document.images].filter((image) => image.getAttribute("src") && image.complete
        && !image.naturalWidth).length"""


def site(folder: Path, log: Path) -> Path:
    """Write what Python is to run as it starts, for ``PYTHONPATH``; attempts are told to a log."""
    folder.mkdir(parents=True)
    (folder / "sitecustomize.py").write_text(SITE.format(log=str(log)), encoding="utf-8")
    return folder
