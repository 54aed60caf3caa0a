"""A kernel's weight is dragged over a whole picture: until the picture it makes is on the screen.

``python -m tests.benchmarks.kernel_drag [--rounds 2] [--seconds 5]``

The weight in the middle of a 3 × 3 kernel is dragged up and down at 60 moves a second over Voila on
this machine; a photograph of 256 × 256 goes through the kernel each time its value changes, grey
through one channel and in colour through three. The clocks are those of ``tests.benchmarks.drag``;
a move that leaves the weight as it is (six pixels are a step) asks for nothing and is not counted.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.drag import (
    PERIOD,
    RATE,
    SETTLED,
    UNTIL_SETTLED,
    WATCH,
    Drags,
    quantile,
    to_and_fro,
)
from tests.benchmarks.instrument import bare_chromium
from tests.browser.harness import Lab, open_lab, write_notebook

if TYPE_CHECKING:
    from tests.benchmarks.instrument import Page

CODE = """import numpy as np
from widgets.convolution import Convolution

convolution = Convolution({input}, "sharpen")
convolution"""
KINDS = {
    "grey": "np.eye(5).tolist()",
    "colour": "[np.eye(5).tolist()] * 3",
}
WEIGHT = '.convolution [aria-label="Kernel"] [role="row"]:nth-child(2) > :nth-child(2)'
REACH = 60  # pixels up and down: ten steps of 0.1
# A cell says its number as text; the clocks of the other drags read it from an attribute.
SPEAK = f"""(() => {{
    const cell = document.querySelector({WEIGHT!r});
    const tell = () => cell.setAttribute("aria-valuenow", cell.textContent.replace("−", "-"));
    const all = {{ childList: true, characterData: true, subtree: true }};
    new MutationObserver(tell).observe(cell, all);
    addEventListener("pointermove", tell);
    tell();
}})()"""


async def drag(page: Page, lab: Lab, seconds: float, into: Drags) -> None:
    """Drag the weight up and down, and add what was seen."""
    await page.evaluate(SPEAK)
    await page.evaluate(f"{WATCH}({WEIGHT!r}, d => d.kernel[0][1][1])")
    box = f"document.querySelector({WEIGHT!r}).getBoundingClientRect()"
    x, y = await page.evaluate(f"(b => [b.x + b.width / 2, b.y + b.height / 2])({box})")
    await page.mouse("mouseMoved", x, y)
    await page.mouse("mousePressed", x, y)
    loop = asyncio.get_running_loop()
    start = loop.time()
    sent = []
    for tick in range(1, round(seconds * RATE) + 1):
        await asyncio.sleep(max(0.0, start + tick / RATE - loop.time()))
        dy = REACH * to_and_fro(tick / RATE / PERIOD)
        sent.append(asyncio.ensure_future(page.mouse("mouseMoved", x, y + dy)))
    await asyncio.gather(*sent)
    into.seconds += loop.time() - start
    await page.mouse("mouseReleased", x, y + dy)
    into.released.append(await page.evaluate(UNTIL_SETTLED))
    await page.wait(SETTLED)

    moves = await page.evaluate("bench.moves")
    answered = [move for move in moves if move["seen"] is not None]
    into.moves += len(moves)
    into.pictures += await page.evaluate("bench.pictures")
    into.heard += [move["seen"] - move["heard"] for move in answered]
    into.painted += [move["painted"] - move["heard"] for move in answered]
    into.seen += [move["seen"] - move["at"] for move in answered]
    kept = await page.kernel(lab, "convolution.kernel[0][0][1][1]")
    into.last_agrees &= f"{kept:.3f}" == await page.evaluate("bench.shown")


async def measure(lab: Lab, wish: argparse.Namespace) -> dict[str, Drags]:
    """Drag over the grey picture and over the coloured one, in turns."""
    found = {kind: Drags() for kind in KINDS}
    async with bare_chromium() as browser:
        for _ in range(wish.rounds):
            for kind, into in found.items():
                page = await browser.open(f"{lab.url}voila/render/{kind}.ipynb")
                await drag(page, lab, wish.seconds, into)
                await page.close()
    return found


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=5)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "notebooks")
        folder.mkdir()
        for kind, table in KINDS.items():
            write_notebook(folder / f"{kind}.ipynb", "# A picture", CODE.format(input=table))
        with open_lab(folder, Path(place, "lab")) as lab:
            found = asyncio.run(measure(lab, wish))
    print("milliseconds, 50th and 95th of a hundred: a move heard until its answer is painted, and")
    print("until it is seen; the pointer moved until it is seen; the longest after the release")
    print(
        f"{'':<10}{'painted 50':>11}{'95':>7}{'seen 50':>9}{'95':>7}{'moved 50':>10}{'95':>7}"
        f"{'released':>10}{'changes/s':>11}{'pictures/s':>12}{'answered':>10}{'last':>6}"
    )
    for kind, d in found.items():
        print(
            f"{kind:<10}{quantile(d.painted, 0.5):>11.1f}{quantile(d.painted, 0.95):>7.1f}"
            f"{quantile(d.heard, 0.5):>9.1f}{quantile(d.heard, 0.95):>7.1f}"
            f"{quantile(d.seen, 0.5):>10.1f}{quantile(d.seen, 0.95):>7.1f}"
            f"{max(d.released):>10.1f}{d.moves / d.seconds:>11.1f}{d.pictures / d.seconds:>12.1f}"
            f"{len(d.seen) / d.moves:>10.1%}{'yes' if d.last_agrees else 'NO':>6}"
        )


if __name__ == "__main__":
    main()
