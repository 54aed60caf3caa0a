"""Thousands of points under a hand: pictures a second while a latent space is panned.

``python -m tests.benchmarks.scatter [--points 2000 10000 60000] [--seconds 4]``

The map of so many made-up images is moved by a mouse, pointed at, and a line is drawn around some
of it, each at 60 moves a second over Voila on this machine; counted is what is painted onto its
canvas, and how far apart the pictures are. Then the points move: a run that stands for one in
training makes new vectors as soon as the page has drawn the last ones, and the maps that are drawn
in a second are counted. The browser here has no graphics card.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.benchmarks.instrument import bare_chromium
from tests.browser.harness import Lab, open_lab, write_notebook

if TYPE_CHECKING:
    from tests.benchmarks.instrument import Page

RATE = 60
SIZE = 64
CODE = """import threading
import numpy as np
from dataclasses import replace
from lab.messages import Snapshot, Watched
from widgets.latent_space import LatentSpace

COUNT, SIZE = {count}, {size}
rng = np.random.default_rng(0)
labels = rng.integers(0, 10, COUNT)
images = np.zeros((COUNT, 1, 8, 8), np.uint8)
vectors = (4 * rng.normal(size=(10, SIZE))[labels] + rng.normal(size=(COUNT, SIZE)))
vectors = vectors.astype(np.float32)

class Made:
    moves = False
    watched = Watched(
        images[:1], labels[:1], tuple("0123456789"), (), 0, 0, COUNT, "made", "", "",
        test_images=images, test_labels=labels)
    latest = Snapshot("running", vectors=vectors, vector_places=np.arange(COUNT),
        vector_predictions=labels, vector_confidences=np.ones(COUNT, np.float32), sequence=1)
    def subscribe(self, callback):
        self.callback = callback
        return lambda: None
    def request(self):
        if self.moves:
            threading.Timer(0.005, self.move).start()
    def move(self):
        moved = self.latest.vectors + 0.02 * rng.standard_normal(vectors.shape, np.float32)
        self.latest = replace(self.latest, vectors=moved, sequence=self.latest.sequence + 1)
        self.callback(self.latest)

run = Made()
view = LatentSpace(run)
view"""
COUNT_PICTURES = """(() => {
    window.pictures = [];
    const put = CanvasRenderingContext2D.prototype.putImageData;
    CanvasRenderingContext2D.prototype.putImageData = function (...all) {
        if (this.canvas.classList.contains("cloud")) pictures.push(performance.now());
        return put.apply(this, all);
    };
})()"""
BOX = (
    "(b => [b.x, b.y, b.width, b.height])(document.querySelector('.cloud').getBoundingClientRect())"
)
GESTURES = ("pan", "hover", "lasso")


async def mouse(page: Page, what: str, x: float, y: float, kind: str) -> None:
    """Give the page a mouse event of a gesture; the lasso is drawn with Shift."""
    held = kind != "hover"
    await page.browser.send(
        "Input.dispatchMouseEvent",
        page.session,
        type=what,
        x=x,
        y=y,
        button="left" if held else "none",
        buttons=int(held),
        clickCount=int(held),
        modifiers=8 if kind == "lasso" else 0,
    )


async def busy(page: Page) -> float:
    """Return for how many milliseconds the page's thread has had the processor so far."""
    found = await page.browser.send("Performance.getMetrics", page.session)
    return 1000 * next(one["value"] for one in found["metrics"] if one["name"] == "TaskDuration")


async def gesture(page: Page, kind: str, seconds: float) -> list[float]:
    """Move the pointer to and fro over the map; return when each picture was painted."""
    x, y, width, height = await page.evaluate(BOX)
    x, y = x + width / 2, y + height / 2
    await mouse(page, "mouseMoved", x, y, "hover")
    if kind != "hover":
        await mouse(page, "mousePressed", x, y, kind)
    loop = asyncio.get_running_loop()
    await page.evaluate("pictures.length = 0")
    start = loop.time()
    sent = []
    for tick in range(1, round(seconds * RATE) + 1):
        await asyncio.sleep(max(0.0, start + tick / RATE - loop.time()))
        across = tick / RATE % 2
        dx = width / 4 * (across if across < 1 else 2 - across)
        dy = height / 9 * (tick % 60) / 60
        sent.append(asyncio.ensure_future(mouse(page, "mouseMoved", x + dx, y + dy, kind)))
    await asyncio.gather(*sent)
    times: list[float] = await page.evaluate("pictures")
    if kind != "hover":
        await mouse(page, "mouseReleased", x, y, kind)
    await page.evaluate("new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    return times


async def moving(page: Page, lab: Lab, seconds: float) -> float:
    """Let the points move; return how many maps were drawn in a second."""
    await page.kernel(lab, "setattr(run, 'moves', True) or run.request()")
    await page.wait("pictures.length > 0")
    before: Any = await page.kernel(lab, "view._drawn")
    start = asyncio.get_running_loop().time()
    await asyncio.sleep(seconds)
    after: Any = await page.kernel(lab, "view._drawn")
    took = asyncio.get_running_loop().time() - start
    await page.kernel(lab, "setattr(run, 'moves', False)")
    return float(after - before) / took


async def measure(lab: Lab, wish: argparse.Namespace) -> None:
    """Measure each number of points and print a line for it."""
    async with bare_chromium() as browser:
        for count in wish.points:
            page = await browser.open(f"{lab.url}voila/render/{count}.ipynb")
            await page.evaluate(COUNT_PICTURES)
            await browser.send("Performance.enable", page.session, timeDomain="threadTicks")
            line = f"{count:>7,}"
            for kind in GESTURES:
                before = await busy(page)
                times = await gesture(page, kind, wish.seconds)
                cost = (await busy(page) - before) / max(1, len(times))
                gaps = sorted(b - a for a, b in pairwise(times))
                late = gaps[round(0.95 * (len(gaps) - 1))] if gaps else float("nan")
                rate = 1000 * len(gaps) / (times[-1] - times[0]) if gaps else 0.0
                line += f"{rate:>9.1f}{late:>7.1f}{cost:>7.1f}"
            print(f"{line}{await moving(page, lab, wish.seconds):>10.1f}", flush=True)
            await page.close()


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--points", type=int, nargs="+", default=[2000, 10_000, 60_000])
    parser.add_argument("--seconds", type=float, default=4)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "notebooks")
        folder.mkdir()
        for count in wish.points:
            code = CODE.format(count=count, size=SIZE)
            write_notebook(folder / f"{count}.ipynb", "# Points", code)
        with open_lab(folder, Path(place, "lab")) as lab:
            print("pictures a second; milliseconds between two, 95th of a hundred; milliseconds of")
            print("the processor for one, which tell on a busy machine what a quiet one could do")
            print(f"{'points':>7}" + "".join(f"{kind:>23}" for kind in GESTURES) + "  moving/s")
            asyncio.run(measure(lab, wish))


if __name__ == "__main__":
    main()
