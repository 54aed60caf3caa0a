"""A JupyterHub to test against: the real hub and proxy on loopback, a server for each learner."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

import psutil

from tests.browser.harness import PATIENCE, Dashboard, Lab, end, free_port
from tests.waiting import until

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import APIResponse, Browser

CONFIG = Path(__file__).parent / "hub_config.py"


@dataclass
class Hub:
    """A running hub: its address, its process, and the folder of the learners' homes."""

    url: str
    process: psutil.Popen
    place: Path

    def server(self, name: str) -> psutil.Process:
        """The process of a learner's server."""
        for child in self.process.children():
            if child.environ().get("JUPYTERHUB_USER") == name:
                return child
        raise LookupError(f"{name} has no server")


@dataclass
class Learner:
    """Somebody who is signed in: a window of a browser, and in it the page that was opened."""

    name: str
    hub: Hub
    dashboard: Dashboard

    @property
    def url(self) -> str:
        """The address of the learner's server."""
        return f"{self.hub.url}user/{self.name}/"

    def channels(self, kernel: str) -> str:
        """The address of the socket of one of the learner's kernels."""
        return f"{self.url}api/kernels/{kernel}/channels".replace("http", "ws", 1)

    def get(self, url: str) -> APIResponse:
        """Ask for an address with what this window's cookies allow."""
        return self.dashboard.page.context.request.get(url)


@contextmanager
def open_hub(place: Path) -> Iterator[Hub]:
    """Start a hub; everything that it and the learners write is below ``place``."""
    ports = [free_port() for _ in range(3)]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("JUPYTER", "PYTHONPATH"))}
    with (place / "log.txt").open("w", encoding="utf-8") as log:
        process = psutil.Popen(
            [sys.executable, "-m", "jupyterhub", "-f", str(CONFIG)],
            cwd=place,
            env=inherited | {"HUB_PORTS": " ".join(map(str, ports))},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    hub = Hub(f"http://127.0.0.1:{ports[0]}/", process, place)

    def runs() -> bool:
        said = (place / "log.txt").read_text(encoding="utf-8")
        assert process.poll() is None, said
        return "JupyterHub is now running" in said

    try:
        until(runs, "The hub", PATIENCE)
        yield hub
    finally:
        family = process.children(recursive=True)
        end(process)
        for one in family:  # what the hub did not take along
            end(one)


def sign_in(hub: Hub, browser: Browser, name: str, address: str) -> Learner:
    """Sign in on the hub's own page, on the way to an address below the hub's."""
    page = browser.new_context().new_page()
    page.set_default_timeout(PATIENCE * 1000)
    # the kernels' connection files are in the folder "runtime" below this one
    server = Lab(f"{hub.url}user/{name}/", hub.process, hub.place / name / ".local/share/jupyter")
    learner = Learner(name, hub, Dashboard(server, page))
    page.goto(f"{hub.url}hub/login?next={quote('/' + address, safe='')}")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(f"the password of {name}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{learner.url}**")
    server.process = hub.server(name)
    return learner
