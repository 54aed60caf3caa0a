"""From the request for a page to the complete dashboard, against a page with one slider.

``python -m tests.benchmarks.page_open [--repeats 7] [01_neuron ...]``

Every page is opened in a fresh window (empty cache) of a Chromium that runs, in turns, each with a
kernel that starts for it and with one that is warm. The time is the page's own clock, from the
start of the navigation to the first frame in which the page is complete: for the slider its handle
has a size, for a dashboard each widget of the lab has painted its first picture and the stage is
on show. Memory is the resident size of the kernel and of the processes it started, just after
that. Bytes are what server and kernel send for such a page, the scripts of Voila included.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from hosts import chromium
from tests.browser.harness import (
    NOTEBOOKS,
    Lab,
    ask,
    open_lab,
    open_page,
    write_notebook,
)
from tests.waiting import until

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Request

SLIDER = "one_slider"
HANDLE = "() => document.querySelector('.noUi-handle')?.offsetHeight > 0"
FIRST_FRAME = "() => (({complete})() && {more}) ? performance.now() : null"
NUMPY = "slider_and_numpy"
BASES = {SLIDER: "", NUMPY: "import numpy\n"}
END = "came_to_the_end"  # a name in a kernel that has run its notebook
HAS = "{!r} in __import__('sys').modules"

TORCH_FREE = 1.3  # times the slider's page
WARM = 1.1  # times the slider's page with a warm kernel
WITH_TORCH = 2.0  # seconds beyond the slider's page, both with a warm kernel
MEMORY = 1.3  # times a kernel with ipywidgets and numpy
KILOBYTES = 400.0  # beyond the slider's page, without Plotly


@dataclass
class Page:
    """A page that is opened again and again."""

    name: str
    lab: Lab
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    kilobytes: float = 0.0
    torch: bool = False  # in the kernel, or in a process of it that trains
    plotly: bool = False

    def open(self, browser: Browser, *, counts: bool) -> None:
        """Open it once; measure it, or count what is sent for it (which slows a page down)."""
        window = browser.new_context()
        sent = Sent(window) if counts else None
        path = f"voila/render/{self.name}.ipynb"
        opened = open_page(self.lab, browser, path, whole=False, window=window)
        more = f"({HANDLE})()" if self.name in BASES else "true"
        done = opened.page.wait_for_function(
            FIRST_FRAME.format(complete=chromium.COMPLETE, more=more)
        )
        if sent:
            self.kilobytes = sent.bytes() / 1000
            self.torch = bool(opened.kernel_process().children()) or opened.python(
                HAS.format("torch")
            )
            self.plotly = opened.python(HAS.format("plotly"))
        else:
            kernel = opened.kernel_process()
            family = [kernel, *kernel.children(recursive=True)]
            self.seconds.append(float(done.json_value()) / 1000)
            self.megabytes.append(sum(p.memory_info().rss for p in family) / 1e6)
        opened.close()
        window.close()


class Sent:
    """Counts what reaches a window: answers, and what kernels say."""

    def __init__(self, window: BrowserContext) -> None:
        self._finished: list[Request] = []
        self._said = 0
        window.on("requestfinished", self._note)
        window.on("page", lambda page: page.on("websocket", self._listen))

    def _note(self, request: Request) -> None:
        self._finished.append(request)

    def _listen(self, socket: object) -> None:
        socket.on("framereceived", self._hear)  # type: ignore[attr-defined]

    def _hear(self, frame: str | bytes) -> None:
        self._said += len(frame)

    def bytes(self) -> int:
        """How many so far."""
        answers = [one for one in self._finished if one.url.startswith("http")]
        sizes = [one.sizes() for one in answers]
        return self._said + sum(one["responseBodySize"] for one in sizes)


def write_notebooks(folder: Path, names: list[str]) -> None:
    """Put the notebooks into a folder, with one more cell each, by which their end is known."""
    for name, imports in BASES.items():
        cell = f"{imports}from ipywidgets import IntSlider\nIntSlider()"
        write_notebook(
            folder / f"{name}.ipynb", "# A slider\n\nOne line of prose.", cell, f"{END} = True"
        )
    for name in names:
        notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
        cell = {"cell_type": "code", "id": "end", "metadata": {}, "source": f"{END} = True"}
        notebook["cells"].append(cell | {"outputs": [], "execution_count": None})
        (folder / f"{name}.ipynb").write_text(json.dumps(notebook), encoding="utf-8")


def all_wait(lab: Lab, count: int) -> bool:
    """Whether so many kernels run, each at the end of its notebook."""
    files = list(lab.connections.glob("*/kernel-*.json"))
    return len(files) == count and all(ask(file, f"{END!r} in globals()") for file in files)


def main() -> None:
    """Measure and print a table, and what it says of the aims."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("dashboards", nargs="*", default=["01_neuron", "07_live_cnn"])
    parser.add_argument("--repeats", type=int, default=7)
    wish = parser.parse_args()

    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (place / "notebooks").mkdir()
        write_notebooks(place / "notebooks", wish.dashboards)
        names = [*BASES, *wish.dashboards]
        preheat = [f"--preheat={name}" for name in names]
        cold_lab = stack.enter_context(open_lab(place / "notebooks", place / "cold"))
        warm_lab = stack.enter_context(open_lab(place / "notebooks", place / "warm", *preheat))
        browser = chromium.launch(stack.enter_context(sync_playwright()))
        cold = {name: Page(name, cold_lab) for name in names}
        warm = {name: Page(name, warm_lab) for name in names}
        for turn in range(wish.repeats + 1):
            for page in (*cold.values(), *warm.values()):
                until(lambda: all_wait(warm_lab, len(names)), "the warm kernels", 300, every=0.3)
                page.open(browser, counts=turn == 0)  # this also fills the machine's file cache
        browser.close()

    print(f"{'page':<26}{'median s':>10}{'min s':>8}{'max s':>8}{'ratio':>8}{'MB':>7}{'kB':>7}")
    for how, pages in (("", cold), ("warm", warm)):
        base = median(pages[SLIDER].seconds)
        for name, page in pages.items():
            times = page.seconds
            print(
                f"{name + ' ' + how:<26}{median(times):>10.2f}{min(times):>8.2f}{max(times):>8.2f}"
                f"{median(times) / base:>8.2f}{median(page.megabytes):>7.0f}{page.kilobytes:>7.0f}"
            )
    for name in wish.dashboards:
        print_aims(name, cold, warm)


def print_aims(name: str, cold: dict[str, Page], warm: dict[str, Page]) -> None:
    """Print what a dashboard reaches of what it should."""

    def aim(what: str, is_so: float, at_most: float, unit: str) -> None:
        word = "yes" if is_so <= at_most else "NO"
        print(f"{name}: {what} {is_so:.2f} {unit}, at most {at_most:.1f}: {word}")

    def ratio(pages: dict[str, Page]) -> float:
        return median(pages[name].seconds) / median(pages[SLIDER].seconds)

    if cold[name].torch:
        later = median(warm[name].seconds) - median(warm[SLIDER].seconds)
        aim("complete after the slider, both warm", later, WITH_TORCH, "s")
    else:
        aim("complete", ratio(cold), TORCH_FREE, "× the slider")
        aim("complete", ratio(warm), WARM, "× the slider, both warm")
        memory = median(cold[name].megabytes) / median(cold[NUMPY].megabytes)
        aim("memory", memory, MEMORY, "× a kernel with ipywidgets and numpy")
    if not cold[name].plotly:
        more = cold[name].kilobytes - cold[SLIDER].kilobytes
        aim("sent", more, KILOBYTES, "kB more than the slider's page")


if __name__ == "__main__":
    main()
