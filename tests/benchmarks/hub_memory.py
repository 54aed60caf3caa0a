"""The memory that a learner needs on a hub: the server, the kernel, and what the kernel started.

``python -m tests.benchmarks.hub_memory [01_neuron 07_live_cnn ...]``

A learner signs in on a real hub and opens each dashboard in turn; what is worth seeing there is
done as for its picture (a network is trained, say), and the memory is read ten times a second from
the first request to the end. Given is the most that there was: "resident" counts what processes
share once for each and is more than a pod is charged with; "own" leaves what they share out, the
files of libraries above all.
"""

from __future__ import annotations

import argparse
import tempfile
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from playwright.sync_api import sync_playwright

from hosts import chromium
from hosts.pictures import ACTIONS
from tests.browser.hub import open_hub, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass
class Weight:
    """The most memory at a time, in MB, and how many processes there were then."""

    resident: float = 0.0
    own: float = 0.0
    processes: int = 0

    def look(self, process: psutil.Process) -> None:
        """Weigh a process and all its offspring once more."""
        sizes = []
        for one in [process, *process.children(recursive=True)]:
            with suppress(psutil.NoSuchProcess):
                sizes.append(one.memory_full_info())
        resident = sum(size.rss for size in sizes) / 1e6
        if resident > self.resident:
            self.resident, self.processes = resident, len(sizes)
            self.own = sum(size.uss for size in sizes) / 1e6

    def print(self, name: str) -> None:
        """Print a line of the table."""
        print(f"{name:28}{self.resident:9.0f} MB{self.own:7.0f} MB{self.processes:12}", flush=True)


@contextmanager
def weighing(process: psutil.Process) -> Iterator[Weight]:
    """Weigh a process ten times a second while a block runs."""
    weight, over = Weight(), threading.Event()

    def weigh() -> None:
        weight.look(process)
        while not over.wait(0.1):
            weight.look(process)

    thread = threading.Thread(target=weigh)
    thread.start()
    try:
        yield weight
    finally:
        over.set()
        thread.join()


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("dashboards", nargs="*", default=["01_neuron", "07_live_cnn"])
    wish = parser.parse_args()
    print(f"{'':28}{'resident':>12}{'own':>10}{'processes':>12}")
    with (
        tempfile.TemporaryDirectory() as place,
        open_hub(Path(place)) as hub,
        sync_playwright() as playwright,
    ):
        learner = sign_in(hub, chromium.launch(playwright), "first", "hub/spawn")
        server, window = hub.server("first"), learner.dashboard.page.context
        alone = Weight()
        alone.look(server)
        alone.print("the server alone")
        for name in wish.dashboards:
            page = window.new_page()
            page.set_viewport_size({"width": 1366, "height": 768})
            page.set_default_timeout(240_000)
            with weighing(server) as weight:
                page.goto(f"{learner.url}voila/render/{name}.ipynb")
                chromium.wait_until_complete(page)
                ACTIONS.get(name, lambda _: None)(page)
            weight.print(name)
            kernels = server.children()
            chromium.close(page)
            psutil.wait_procs(kernels, timeout=60)
        window.close()


if __name__ == "__main__":
    main()
