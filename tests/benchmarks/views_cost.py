"""What the live views cost the training: one run that is watched, and not, in turns.

``python -m tests.benchmarks.views_cost [--pairs 10] [--steps 1500] [--root FOLDER]``

The dashboard's five views are open in Chromium over Voila on this machine, and the run behind them
trains at full speed. In every second stretch of steps nobody asks for frames, as if the page were
closed. Neighbouring stretches are compared, so that whatever else the machine does meets both. Time
is the run's own (``Snapshot.seconds``). Without ``--root`` the digits are learnt, with it the MNIST
files of that folder. The aim: watched at least 0.95 of unwatched.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.instrument import bare_chromium
from tests.browser.harness import NOTEBOOKS, Lab, open_lab, write_notebook

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Ask = Callable[[str], Awaitable[Any]]
    Stretch = tuple[float, int]


async def stretch(ask: Ask, steps: int, *, watched: bool) -> tuple[float, int]:
    """Train some steps, watched or not; return their seconds and the snapshots that were made."""
    # Without a wish for frames none is made: the views' own wishes are dropped.
    await ask(
        "run.__dict__.pop('request', None) and None"
        if watched
        else "run.__dict__.update(request=lambda: None)"
    )
    before = await ask("(run.latest.step, run.latest.seconds, run.latest.sequence)")
    if watched:
        await ask("run.request()")
    await ask(f"run.step({steps})")
    while True:
        now = await ask("(run.latest.step, run.latest.seconds, run.latest.sequence)")
        if now[0] == before[0] + steps and await ask("run.latest.state") == "paused":
            return now[1] - before[1], now[2] - before[2]
        await asyncio.sleep(0.5)


def code() -> str:
    """Return the dashboard's own code, with epochs enough and nothing to slow it down."""
    cells = json.loads((NOTEBOOKS / "07_live_cnn.ipynb").read_text(encoding="utf-8"))["cells"]
    *_, source = ("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return source  # the first one is for Colab


async def pairs(lab: Lab, options: argparse.Namespace) -> list[tuple[Stretch, Stretch]]:
    """Return pairs of stretches, the first of each unwatched."""
    async with bare_chromium() as browser:
        page = await browser.open(f"{lab.url}voila/render/views.ipynb")
        ask = partial(page.kernel, lab)
        await stretch(ask, options.steps, watched=True)  # warm
        rows = [
            (
                await stretch(ask, options.steps, watched=False),
                await stretch(ask, options.steps, watched=True),
            )
            for _ in range(options.pairs)
        ]
        await page.close()
    return rows


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=10)
    parser.add_argument("--steps", type=int, default=1500)
    parser.add_argument("--root")
    options = parser.parse_args()
    data = f'"mnist", root={options.root!r}' if options.root else '"digits"'
    lines = code().splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("run = Run("))
    lines[start] = f"run = Run({data}, epochs=10_000)"
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "notebooks")
        folder.mkdir()
        write_notebook(folder / "views.ipynb", "# Views", "\n".join(lines))
        with open_lab(folder, Path(place, "lab")) as lab:
            rows = asyncio.run(pairs(lab, options))
    print("steps/s unwatched  watched  frames/s   ratio")
    for (still, _), (live, frames) in rows:
        speeds = options.steps / still, options.steps / live
        print(f"{speeds[0]:17.0f} {speeds[1]:8.0f} {frames / live:9.1f} {still / live:7.3f}")
    ratios = [still / live for (still, _), (live, _) in rows]
    total = sum(still for (still, _), _ in rows) / sum(live for _, (live, _) in rows)
    print(
        f"all stretches together {total:.3f}, median of the pairs {statistics.median(ratios):.3f}"
    )


if __name__ == "__main__":
    main()
