"""From the request for a page to four steppers at hand, against a page with one slider.

``python -m tests.benchmarks.steppers_open [--repeats 7]``

As in ``page_open``: fresh windows in turns, and the page's own clock until it is complete. The
four are a convolution, a pooling, a receptive field and a transposed convolution, in one
notebook.
"""

from __future__ import annotations

import argparse
import tempfile
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from hosts import chromium
from tests.benchmarks.page_open import FIRST_FRAME, HANDLE, SLIDER
from tests.browser.harness import open_lab, open_page, write_notebook

FOUR = "four steppers"
MOST = 1.5  # times the slider's page
STEPPERS = {
    "convolution": "Convolution",
    "pooling": "Pooling",
    "receptive_field": "ReceptiveField",
    "transposed_convolution": "TransposedConvolution",
}
ALL = f"""{list(STEPPERS)}.every((name) =>
    document.querySelector(`.lab.${{name}}[data-ready] [role="slider"]`))"""


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--repeats", type=int, default=7)
    wish = parser.parse_args()

    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        notebooks = place / "notebooks"
        notebooks.mkdir()
        write_notebook(
            notebooks / "slider.ipynb",
            "# A slider\n\nOne line of prose.",
            "from ipywidgets import IntSlider\nIntSlider()",
        )
        cells = (f"from widgets.{name} import {kind}\n{kind}()" for name, kind in STEPPERS.items())
        write_notebook(notebooks / "four.ipynb", "# Steppers\n\nOne line of prose.", *cells)
        lab = stack.enter_context(open_lab(notebooks, place))
        browser = chromium.launch(stack.enter_context(sync_playwright()))
        pages = {SLIDER: ("slider", f"({HANDLE})()"), FOUR: ("four", ALL)}

        seconds: dict[str, list[float]] = {name: [] for name in pages}
        for turn in range(wish.repeats + 1):
            for name, (notebook, more) in pages.items():
                opened = open_page(lab, browser, f"voila/render/{notebook}.ipynb", whole=False)
                done = opened.page.wait_for_function(
                    FIRST_FRAME.format(complete=chromium.COMPLETE, more=more)
                )
                if turn:  # the first turn warms the machine's own file cache
                    seconds[name].append(float(done.json_value()) / 1000)
                opened.close()
                opened.page.context.close()
        browser.close()

    base = median(seconds[SLIDER])
    print(f"{'page':<18}{'median s':>10}{'min s':>8}{'max s':>8}{'ratio':>8}")
    for name, times in seconds.items():
        middle = median(times)
        print(f"{name:<18}{middle:>10.2f}{min(times):>8.2f}{max(times):>8.2f}{middle / base:>8.2f}")
    ratio = median(seconds[FOUR]) / base
    print(f"at most {MOST}: {'yes' if ratio <= MOST else 'no'}")


if __name__ == "__main__":
    main()
