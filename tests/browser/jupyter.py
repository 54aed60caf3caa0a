"""Jupyter's own pages to test against: a real server on this machine, opened in a real browser."""

from __future__ import annotations

import json
import os
import shutil
import sys
import urllib.request
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psutil

from tests.browser.harness import NOTEBOOKS, PATIENCE, ROOT, ask, end, free_port
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Page

IDLE = """() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status
    === 'idle'"""

# JupyterLab asks whether it may fetch news; Notebook says that it has a new name.
QUIET = {
    "disabledExtensions": {
        "@jupyterlab/apputils-extension:announcements": True,
        "@jupyter-notebook/help-extension:open": False,
    }
}


@dataclass
class Jupyter:
    """A running server: its address, the folder that it serves, where its kernels can be reached.

    Attributes:
        notebooks: Copies of the lab's notebooks, which a page may save.
    """

    url: str
    notebooks: Path
    runtime: Path

    def kernel_of(self, name: str) -> Path:
        """The connection file of a notebook's kernel."""
        with urllib.request.urlopen(f"{self.url}api/sessions", timeout=PATIENCE) as answer:
            sessions: list[dict[str, Any]] = json.load(answer)
        (kernel,) = (one["kernel"]["id"] for one in sessions if one["path"] == f"{name}.ipynb")
        return self.runtime / f"kernel-{kernel}.json"

    def python(self, name: str, expression: str) -> Any:
        """The value of an expression in a notebook's kernel, asked past the page."""
        return ask(self.kernel_of(name), expression)

    def settled(self, name: str, expression: str, value: object) -> None:
        """Ask Python until it holds a value."""
        until(lambda: self.python(name, expression) == value, f"{expression} == {value!r}")


@contextmanager
def open_jupyter(
    place: Path, *command: str, python: Path | str = sys.executable
) -> Iterator[Jupyter]:
    """Serve copies of the notebooks by ``python -m command``; ``place`` is for what it writes."""
    port, notebooks = free_port(), place / "notebooks"
    notebooks.mkdir()
    for notebook in NOTEBOOKS.glob("*.ipynb"):
        shutil.copy(notebook, notebooks)
    page_config = place / "config" / "labconfig" / "page_config.json"
    page_config.parent.mkdir(parents=True)
    page_config.write_text(json.dumps(QUIET), encoding="utf-8")
    own = {
        f"JUPYTER_{name}_DIR": str(place / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")
    }
    own |= {
        f"JUPYTERLAB_{name}_DIR": str(place / name.lower()) for name in ("SETTINGS", "WORKSPACES")
    }
    environment = {**os.environ, **own, "IPYTHONDIR": str(place / "ipython")}
    environment["PYTHONPATH"] = str(ROOT)  # the lab is not installed for every Python
    options = [
        f"--port={port}",
        "--no-browser",
        "--allow-root",
        "--ServerApp.token=",
        "--NotebookApp.token=",
        "--ip=127.0.0.1",
    ]
    with (place / "log.txt").open("w", encoding="utf-8") as log:
        process = psutil.Popen(
            [str(python), "-m", *command, *options],
            cwd=notebooks,
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            url = f"http://127.0.0.1:{port}/"
            until(lambda: _answers(process, url), f"{command[0]} at {url}", PATIENCE)
            yield Jupyter(url, notebooks, place / "runtime")
        finally:
            running = process.is_running()  # one that ended by itself is told above
            for one in [process, *(process.children(recursive=True) if running else ())]:
                end(one)


def _answers(process: psutil.Popen, url: str) -> bool:
    assert process.poll() is None, "the server has ended"
    try:
        with urllib.request.urlopen(f"{url}api", timeout=PATIENCE):
            return True
    except OSError:
        return False


def run_all(page: Page) -> None:
    """Run all cells of the notebook that JupyterLab, or Notebook 7, shows."""
    page.wait_for_function(IDLE)
    page.evaluate("() => jupyterapp.commands.execute('notebook:run-all-cells')")
