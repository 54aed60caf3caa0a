"""From the request for a page to the complete dashboard, against a page with one slider.

``python -m tests.benchmarks.page_open [--repeats 7] [01_neuron ...]``

Every page is opened in a fresh window (empty cache) of a Chromium that runs, in turns. The time
is the page's own clock, from the start of the navigation to the first frame in which the page is
complete: for the slider its handle has a size, for a dashboard each widget of the lab has
painted its first picture and the stage is on show. Memory is the resident size of the kernel
and of the processes it started, just after that.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from hosts import chromium
from tests.browser.harness import NOTEBOOKS, Lab, open_lab, open_page, write_notebook

SLIDER = "one IntSlider"
HANDLE = "() => document.querySelector('.noUi-handle')?.offsetHeight > 0"
FIRST_FRAME = "() => (({complete})() && {more}) ? performance.now() : null"


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("dashboards", nargs="*", default=["01_neuron"])
    parser.add_argument("--repeats", type=int, default=7)
    wish = parser.parse_args()

    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (place / "slider").mkdir()
        write_notebook(
            place / "slider" / "slider.ipynb",
            "# A slider\n\nOne line of prose.",
            "from ipywidgets import IntSlider\nIntSlider()",
        )
        small = stack.enter_context(open_lab(place / "slider", place / "a"))
        lab = stack.enter_context(open_lab(NOTEBOOKS, place / "b"))
        browser = chromium.launch(stack.enter_context(sync_playwright()))
        pages: dict[str, tuple[Lab, str]] = {SLIDER: (small, "slider")}
        pages |= {name: (lab, name) for name in wish.dashboards}

        seconds: dict[str, list[float]] = {name: [] for name in pages}
        megabytes: dict[str, list[float]] = {name: [] for name in pages}
        for turn in range(wish.repeats + 1):
            for name, (where, notebook) in pages.items():
                path = f"voila/render/{notebook}.ipynb"
                opened = open_page(where, browser, path, whole=False)
                more = f"({HANDLE})()" if name == SLIDER else "true"
                done = opened.page.wait_for_function(
                    FIRST_FRAME.format(complete=chromium.COMPLETE, more=more)
                )
                if turn:  # the first turn warms the machine's own file cache
                    kernel = opened.kernel_process()
                    family = [kernel, *kernel.children(recursive=True)]
                    seconds[name].append(float(done.json_value()) / 1000)
                    megabytes[name].append(sum(p.memory_info().rss for p in family) / 1e6)
                opened.close()
                opened.page.context.close()
        browser.close()

    base = median(seconds[SLIDER])
    print(f"{'page':<18}{'median s':>10}{'min s':>8}{'max s':>8}{'ratio':>8}{'kernel MB':>11}")
    for name, times in seconds.items():
        print(
            f"{name:<18}{median(times):>10.2f}{min(times):>8.2f}{max(times):>8.2f}"
            f"{median(times) / base:>8.2f}{median(megabytes[name]):>11.0f}"
        )


if __name__ == "__main__":
    main()
