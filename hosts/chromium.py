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
    as_root = hasattr(os, "geteuid") and os.geteuid() == 0  # where its sandbox cannot be
    return [*FLAGS, "--no-sandbox"] if as_root else FLAGS


def _run(*command: str) -> bool:
    """Run a command; say whether it could be run and went well."""
    program = shutil.which(command[0])
    if program is None:
        return False
    return subprocess.run([program, *command[1:]], check=False).returncode == 0  # noqa: S603


def install() -> None:
    """Install a Chromium where there is none.

    Raises:
        RuntimeError: there is none and none could be installed; the sentence says what to do.
    """
    if find():
        return
    as_root = [] if _is_root() else ["sudo", "--non-interactive"]
    packages = [SHELL, "fonts-dejavu-core"]  # formulas and marks need a font that has them
    by_apt = shutil.which("apt-get") is not None and (
        _run(*as_root, "apt-get", "update", "--quiet")
        and _run(*as_root, "apt-get", "install", "--quiet", "--yes", *packages)
    )
    if (by_apt and find()) or _run(sys.executable, "-m", "playwright", "install", "chromium"):
        return
    raise RuntimeError(
        "The browser tests need a Chromium. Install one (on Debian: `apt-get install chromium`), "
        "or say where it is: `CHROMIUM=/path/to/chromium make test`."
    )


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def launch(playwright: Playwright) -> Browser:
    """Start a headless Chromium."""
    return playwright.chromium.launch(executable_path=find(), args=flags())


def wait_until_complete(page: Page, seconds: float = 60) -> None:
    """Wait until a dashboard is on show with all its widgets."""
    page.wait_for_function(COMPLETE, timeout=seconds * 1000)


def close(page: Page) -> None:
    """Close a page as a reader does: its farewell ends its kernel."""
    with page.expect_event("close"):
        page.close(run_before_unload=True)


if __name__ == "__main__":
    install()
