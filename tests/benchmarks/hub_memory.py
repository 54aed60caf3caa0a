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
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psutil
from playwright.sync_api import sync_playwright

from hosts import chromium
from hosts.pictures import ACTIONS
from hosts.settings import TREE
from tests.browser.hub import open_hub, sign_in

if TYPE_CHECKING:
    from types import TracebackType


class Scale:
    """Weighs a process and all its offspring while a block runs.

    Attributes:
        resident: The most there was at a time, in MB.
        own: The same without what is shared with any other process.
        processes: How many there were then.
    """

    def __init__(self, process: psutil.Process) -> None:
        self.resident = self.own = 0.0
        self.processes = 0
        self._process = process
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._weigh, daemon=True)

    def __enter__(self) -> Scale:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def _weigh(self) -> None:
        while True:
            sizes = []
            for one in [self._process, *self._process.children(recursive=True)]:
                with suppress(psutil.NoSuchProcess):
                    sizes.append(one.memory_full_info())
            resident = sum(size.rss for size in sizes) / 1e6
            if resident > self.resident:
                self.resident, self.processes = resident, len(sizes)
                self.own = sum(size.uss for size in sizes) / 1e6
            if self._over.wait(0.1):
                return


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
        learner = sign_in(hub, chromium.launch(playwright), "first", TREE)
        server, window = hub.server("first"), learner.dashboard.page.context
        with Scale(server) as scale:
            pass
        report("the server alone", scale)
        for name in wish.dashboards:
            page = window.new_page()
            page.set_viewport_size({"width": 1366, "height": 768})
            page.set_default_timeout(240_000)
            with Scale(server) as scale:
                page.goto(f"{learner.url}voila/render/{name}.ipynb")
                chromium.wait_until_complete(page)
                ACTIONS.get(name, lambda _: None)(page)
            report(name, scale)
            kernels = server.children()
            chromium.close(page)
            psutil.wait_procs(kernels, timeout=60)
        window.close()


def report(name: str, scale: Scale) -> None:
    """Print a line of the table."""
    print(f"{name:28}{scale.resident:9.0f} MB{scale.own:7.0f} MB{scale.processes:12}", flush=True)


if __name__ == "__main__":
    main()
