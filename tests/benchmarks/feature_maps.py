"""Feature maps on their way to the page, and a kernel's weight in the hand.

``python -m tests.benchmarks.feature_maps [--frames 100] [--moves 60]``

First without a page: what it takes to encode a frame of 64 maps of 28 × 28 (float32, as their
bytes) and how long it is, against the same maps as Plotly's JSON, whose figure is made before. The
aims: 20 times faster, and at most 1.1 of the raw bytes.

Then in Chromium over Voila on this machine: from the moment at which Python has such a frame until
the page says that it has drawn it, the way back included. The aim: 50 ms in 95 of 100.

Last the dashboard with its run, paused: a weight of a kernel is dragged, one step every 150 ms,
until the maps and the prediction that follow from it are drawn. The aim: 100 ms in 95 of 100.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import math
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import plotly.graph_objects as go
from ipywidgets.widgets.widget import _remove_buffers

from tests.benchmarks.drag import quantile
from tests.benchmarks.instrument import bare_chromium
from tests.browser.harness import NOTEBOOKS, Lab, open_lab, write_notebook
from tests.widgets.inside_run import InsideRun
from widgets.feature_maps import FeatureMaps

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.benchmarks.instrument import Page

SIDE, COUNT = 28, 64
APART = 0.15  # seconds from one step of the drag to the next

SENDING = """
import asyncio, time
import numpy as np
from tests.widgets.inside_run import InsideRun
from widgets.feature_maps import FeatureMaps

random, times, begun = np.random.default_rng(0), [], []


class Clocked(InsideRun):
    # A view that has drawn a frame asks for the next.
    def request(self):
        if begun:
            times.append(time.perf_counter() - begun.pop())


run = Clocked()
view = FeatureMaps(run)


async def send():
    while True:
        await asyncio.sleep(0.1)
        maps = random.normal(size=(64, 28, 28)).astype(np.float32)
        begun[:] = [time.perf_counter()]
        run.show(feature_maps=(("pool1", maps),))


sending = asyncio.get_event_loop().create_task(send())
view
"""

# Each stroke of the page's brush in a view, and each step of the weight in the hand.
WATCH = """(() => {
    const drawn = { maps: [], bars: [] };
    window.bench = { moves: [], drawn };
    const put = CanvasRenderingContext2D.prototype.putImageData;
    const place = document.querySelector(".feature-maps .stages");
    const samples = CanvasRenderingContext2D.prototype.drawImage;
    CanvasRenderingContext2D.prototype.drawImage = function (...all) {
        if (place.contains(this.canvas)) drawn.maps.push(performance.now());
        return samples.apply(this, all);
    };
    new MutationObserver(() => drawn.bars.push(performance.now())).observe(
        document.querySelector(".predictions .bars"),
        { subtree: true, childList: true, characterData: true, attributes: true },
    );
})()"""


def encode(view: FeatureMaps, run: InsideRun) -> tuple[list[str], list[Any], str]:
    """Return a frame as it travels: what is taken out of the JSON, and the JSON."""
    state, paths, buffers = _remove_buffers({"frame": view.draw(run.latest)})
    return paths, buffers, json.dumps(state)


def milliseconds(what: Callable[[], object], times: int) -> float:
    """Return what a call takes, in the middle of some."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        what()
        taken.append(1000 * (time.perf_counter() - began))
    return statistics.median(taken)


def encoding(frames: int) -> None:
    """Measure and print what a frame takes without a page."""
    maps = np.random.default_rng(0).normal(size=(COUNT, SIDE, SIDE)).astype(np.float32)
    run = InsideRun()
    run.show(feature_maps=(("pool1", maps),))
    view = FeatureMaps(run)
    ours = milliseconds(lambda: encode(view, run), frames)
    theirs = milliseconds(go.Figure([go.Heatmap(z=one) for one in maps]).to_json, 10)
    _, buffers, text = encode(view, run)
    sent = sum(memoryview(one).nbytes for one in buffers) + len(text)
    print(f"{COUNT} maps of {SIDE} × {SIDE}, float32, encoded in {ours:.3f} ms")
    print(f"as Plotly's JSON in {theirs:.1f} ms: {theirs / ours:.0f} times as long")
    print(f"{sent:,} bytes, {sent / maps.nbytes:.3f} of the raw ones")


async def until(page: Page, lab: Lab, condition: str) -> None:
    """Wait until something holds in the page's kernel: it is looked at twice a second."""
    while not await page.kernel(lab, condition):  # noqa: ASYNC110 - it happens elsewhere
        await asyncio.sleep(0.5)


async def sending(lab: Lab, frames: int) -> list[float]:
    """Return the milliseconds from Python to the page's answer that it has drawn."""
    async with bare_chromium() as browser:
        page = await browser.open(f"{lab.url}voila/render/maps.ipynb")
        await page.evaluate("new Promise(done => setTimeout(done, 2000))")
        before = await page.kernel(lab, "len(times)")
        await until(page, lab, f"len(times) >= {before + frames}")
        taken = await page.kernel(lab, f"[1000 * one for one in times[{before}:]]")
        await page.close()
    found: list[float] = taken
    return found


async def dragging(lab: Lab, moves: int) -> dict[str, list[float]]:
    """Return the milliseconds from each step of a weight to the maps and bars that follow."""
    async with bare_chromium() as browser:
        page = await browser.open(f"{lab.url}voila/render/08_feature_maps.ipynb")
        await page.wait("document.querySelector('.filters .cells [role=gridcell]') !== null")
        await page.kernel(lab, "run.step(50)")
        await until(page, lab, "(run.latest.state, run.latest.step) == ('paused', 50)")
        await page.evaluate("new Promise(done => setTimeout(done, 1000))")
        await page.evaluate(WATCH)
        taken = await steps(page, moves)
        await page.close()
    return taken


async def steps(page: Page, moves: int) -> dict[str, list[float]]:
    """Drag a weight up and down, one step at a time."""
    cell = "document.querySelector('.filters .open .cells [role=row]:nth-child(2) > :nth-child(2)')"
    x, y = await page.evaluate(
        f"(b => [b.x + b.width / 2, b.y + b.height / 2])({cell}.getBoundingClientRect())"
    )
    await page.mouse("mouseMoved", x, y)
    await page.mouse("mousePressed", x, y)
    note = "addEventListener('pointermove', () => bench.moves.push(performance.now()), true)"
    await page.evaluate(note)
    for move in range(moves):
        up = move % 20 if move % 40 < 20 else 20 - move % 20
        await page.mouse("mouseMoved", x, y - 6 * (up + 1))
        await asyncio.sleep(APART)
    await page.mouse("mouseReleased", x, y)
    bench = await page.evaluate("bench")
    taken: dict[str, list[float]] = {}
    for name, times in bench["drawn"].items():
        ends = [*bench["moves"][1:], float("inf")]
        following = [
            next((at - begun for at in times if begun < at < end), float("nan"))
            for begun, end in zip(bench["moves"], ends, strict=True)
        ]
        taken[name] = following
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--frames", type=int, default=100)
    parser.add_argument("--moves", type=int, default=60)
    wish = parser.parse_args()
    encoding(wish.frames)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "notebooks")
        folder.mkdir()
        root = str(NOTEBOOKS.parent)
        path = f"import sys\nsys.path.insert(0, {root!r})"
        write_notebook(folder / "maps.ipynb", "# Maps", path + SENDING)
        with open_lab(folder, Path(place, "lab")) as lab:
            taken = asyncio.run(sending(lab, wish.frames))
        print("milliseconds, 50th and 95th of a hundred")
        print(f"Python to drawn, and back {quantile(taken, 0.5):8.1f} {quantile(taken, 0.95):8.1f}")
        with open_lab(NOTEBOOKS, Path(place, "dashboards")) as lab:
            dragged = asyncio.run(dragging(lab, wish.moves))
    for name, times in dragged.items():
        answered = [one for one in times if not math.isnan(one)]
        print(
            f"weight to {name:15} {quantile(answered, 0.5):8.1f} {quantile(answered, 0.95):8.1f}"
            f"   ({len(answered)} of {len(times)} steps answered before the next)"
        )


if __name__ == "__main__":
    main()
