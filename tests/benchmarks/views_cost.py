"""What the live views cost the training: the same run with all of them on a page, and with none.

``python -m tests.benchmarks.views_cost [--rounds 3] [--epochs 150] [--root FOLDER]``

Both runs live behind a page in Chromium over Voila on this machine, take turns, and train at full
speed. Time is the run's own (``Snapshot.seconds``). Without ``--root`` the digits are learnt, with
it the MNIST files of that folder. The aim: with views at least 0.95 of without.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from hosts import chromium
from tests.browser.harness import Dashboard, Lab, open_lab, open_page, write_notebook

VIEWS = """
from widgets.feature_maps import FeatureMaps
from widgets.filters import Filters
from widgets.latent_space import LatentSpace
from widgets.learning_curves import LearningCurves
from widgets.run_controls import RunControls
from widgets.stage import stage
latent_space, feature_maps = LatentSpace(run), FeatureMaps(run)
stage(
    [RunControls(run)],
    [LearningCurves(run), latent_space, feature_maps],
    [Filters(run), latent_space, feature_maps],
    columns="minmax(0, 27fr) minmax(0, 40fr) minmax(0, 33fr)",
    heights="auto minmax(0, 1fr) auto",
)
"""


def seconds(lab: Lab, browser: Browser, name: str) -> tuple[float, int]:
    """Train a run to its end behind a page; return its seconds and the snapshots it made."""
    opened = open_page(lab, browser, f"voila/render/{name}.ipynb")
    if name == "views":
        chromium.wait_until_complete(opened.page)
    pause = threading.Event()
    while opened.python("run.latest.state") != "ready":
        pause.wait(0.2)
    opened.python("run.start()")
    while opened.python("run.latest.state") != "finished":
        pause.wait(1.0)
    taken, snapshots = opened.python("(run.latest.seconds, run.latest.sequence)")
    close(opened)
    return taken, snapshots


def close(opened: Dashboard) -> None:
    """Close a page and its window."""
    opened.close()
    opened.page.context.close()


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=150)
    parser.add_argument("--root")
    options = parser.parse_args()
    data = f'"mnist", root={options.root!r}' if options.root else '"digits"'
    start = f"from lab.training import Run\nrun = Run({data}, epochs={options.epochs})"
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        folder = Path(place, "notebooks")
        folder.mkdir()
        write_notebook(folder / "views.ipynb", "# Views", start + VIEWS)
        write_notebook(folder / "none.ipynb", "# No views", start)
        times: dict[str, list[float]] = {"none": [], "views": []}
        frames: dict[str, list[int]] = {"none": [], "views": []}
        with open_lab(folder, Path(place, "lab")) as lab:
            browser = chromium.launch(playwright)
            for _ in range(options.rounds):
                for name, row in times.items():
                    taken, snapshots = seconds(lab, browser, name)
                    row.append(taken)
                    frames[name].append(snapshots)
            browser.close()
    without, live = (statistics.median(times[name]) for name in ("none", "views"))
    print(f"{'views':8} {'seconds':>8} {'snapshots':>10} {'speed, ratio':>13}")
    for name, taken in (("none", without), ("views", live)):
        snapshots = statistics.median(frames[name])
        print(f"{name:8} {taken:8.2f} {snapshots:10.0f} {without / taken:13.3f}")
    for name, row in times.items():
        print(f"seconds of each run, {name}: {', '.join(f'{taken:.2f}' for taken in row)}")


if __name__ == "__main__":
    main()
