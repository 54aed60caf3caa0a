"""The ball on a loss surface is dragged: until three walks of 100 steps are redrawn.

``python -m tests.benchmarks.descent_drag [--seconds 5] [--rounds 3]``

Every move asks Python for three optimizers' walks of 100 steps from the new place, over Voila on
this machine. The clocks are those of ``tests.benchmarks.drag``; the aim is that 95 of a hundred
moves are painted within 100 ms. Two surfaces: the elongated bowl, and the mean squared error of a
line (``linear regression``).
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from tests.benchmarks.drag import Drags, Handle, drag, quantile
from tests.benchmarks.instrument import bare_chromium
from tests.browser.harness import Lab, open_lab, write_notebook

CODE = """from widgets.descent import Descent

descent = Descent({surface!r}, ["gradient descent", "momentum", "adam"], steps=100)
descent"""
SURFACES = ("elongated bowl", "linear regression")
BALL = Handle(".descent .ball", "d => d.start[0]", "descent.start[0]", reach=60)


async def measure(lab: Lab, seconds: float, rounds: int) -> dict[str, Drags]:
    """Drag on both surfaces, in turns."""
    found = {surface: Drags() for surface in SURFACES}
    async with bare_chromium() as browser:
        for _ in range(rounds):
            for i, surface in enumerate(SURFACES):
                page = await browser.open(f"{lab.url}voila/render/{i}.ipynb")
                await drag(page, lab, BALL, seconds, found[surface])
                await page.close()
    return found


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "notebooks")
        folder.mkdir()
        for i, surface in enumerate(SURFACES):
            write_notebook(folder / f"{i}.ipynb", "# A descent", CODE.format(surface=surface))
        with open_lab(folder, Path(place, "lab")) as lab:
            found = asyncio.run(measure(lab, wish.seconds, wish.rounds))
    print("milliseconds, 50th and 95th of a hundred: a move heard until its answer is painted, and")
    print("until it is seen; from the release until the last value is seen, the longest")
    print(
        f"{'':<20}{'painted 50':>11}{'95':>7}{'seen 50':>9}{'95':>7}{'released':>10}"
        f"{'moves/s':>9}{'pictures/s':>12}{'answered':>10}{'last':>6}"
    )
    for surface, d in found.items():
        print(
            f"{surface:<20}{quantile(d.painted, 0.5):>11.1f}{quantile(d.painted, 0.95):>7.1f}"
            f"{quantile(d.heard, 0.5):>9.1f}{quantile(d.heard, 0.95):>7.1f}"
            f"{max(d.released):>10.1f}{d.moves / d.seconds:>9.1f}{d.pictures / d.seconds:>12.1f}"
            f"{len(d.seen) / d.moves:>10.1%}{'yes' if d.last_agrees else 'NO':>6}"
        )


if __name__ == "__main__":
    main()
