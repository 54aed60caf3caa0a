"""The browser that the tests, the benchmarks and the picture maker drive.

``python -m hosts.chromium`` sees to it that there is one: the one on the machine, else the
distribution's package, else Playwright's own download.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from hosts import debian

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Playwright

# Quiet: what Chromium asks its makers by itself must not appear among a page's requests.
FLAGS = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--no-first-run",
]

# The shell is Chromium without windows: pages are complete in four fifths of the time.
SHELL = "chromium-headless-shell"
USUAL = (SHELL, "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# The page puts its stage on show when each widget there has painted its first whole picture;
# it gives up waiting for one after a while, hence the second look.
COMPLETE = """() => document.querySelector("#house-stage:not(.is-waiting)") !== null
    && document.querySelector(".lab:not([data-ready])") === null"""


def find() -> str | None:
    """The Chromium of this machine; None where only Playwright's own can be there."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, USUAL)), None)


def flags() -> list[str]:
    """What it is started with."""
    return [*FLAGS, "--no-sandbox"] if debian.is_root() else FLAGS  # there its sandbox cannot be


def install() -> None:
    """Install a Chromium where there is none.

    Raises:
        RuntimeError: there is none and none could be installed; the sentence says what to do.
    """
    if find():
        return
    packages = SHELL, "fonts-dejavu-core"  # formulas and marks need a font that has them
    if debian.install(*packages) and find():
        return
    own = [sys.executable, "-m", "playwright", "install", "chromium"]
    if subprocess.run(own, check=False).returncode == 0:  # noqa: S603
        return
    raise RuntimeError(
        "The browser tests need a Chromium. Install one (on Debian: `apt-get install chromium`), "
        "or say where it is: `CHROMIUM=/path/to/chromium make test`."
    )


def launch(playwright: Playwright, *more: str) -> Browser:
    """Start a headless Chromium, with more flags perhaps."""
    return playwright.chromium.launch(executable_path=find(), args=[*flags(), *more])


def wait_until_complete(page: Page, seconds: float = 60) -> None:
    """Wait until a dashboard is on show with all its widgets."""
    page.wait_for_function(COMPLETE, timeout=seconds * 1000)


def close(page: Page) -> None:
    """Close a page as a reader does: its farewell ends its kernel."""
    with page.expect_event("close"):
        page.close(run_before_unload=True)


if __name__ == "__main__":
    install()
