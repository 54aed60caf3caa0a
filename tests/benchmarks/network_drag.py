"""A weight of a 2-8-8-3 network is dragged: until all maps show it, in a burst, and from far away.

``python -m tests.benchmarks.network_drag [--rounds 3]``

Every move asks Python for nineteen response maps, the answer's of 100 × 100, over Voila on this
machine. The clocks are those of ``tests.benchmarks.drag``. Three ways:

- *60 moves a second*, 5 s;
- *a burst* of 300 moves in 3 s: after the release the last value held must soon be the last shown;
- *far away*: 80 ms of delay each way between page and server. The answers come late; the handle
  must follow the pointer in every frame all the same.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from pathlib import Path

from tests.benchmarks.drag import Drags, Handle, drag, quantile
from tests.benchmarks.instrument import bare_chromium, far_away
from tests.browser.harness import Lab, open_lab, write_notebook

CODE = 'from widgets.network import Network\n\nnetwork = Network("three classes", (8, 8))\nnetwork'
WEIGHT = Handle(
    '.network [aria-label="Weight of layer 1, from 1 to 1"]',
    "d => d.weights[0][0][0]",
    "network.weights[0][0][0]",
    reach=12,
)
DELAY = 0.08
# At the end of each frame: is the handle where the newest move, heard before it, has put it?
FOLLOW = """(() => {
    const handle = document.querySelector('.network [aria-label="Weight of layer 1, from 1 to 1"]');
    const place = () => handle.getAttribute("transform");
    const follow = (window.follow = { frames: 0, followed: 0 });
    let moved = null;
    let before = place();
    addEventListener("pointermove", () => {
        moved ??= before;
    });
    const frame = () => {
        if (moved !== null) {
            follow.frames += 1;
            follow.followed += place() !== moved;
        }
        moved = null;
        before = place();
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
})()"""


async def measure(lab: Lab, rounds: int) -> tuple[dict[str, Drags], list[float]]:
    """Drag in all three ways, in turns; return what was seen, and the shares of frames followed."""
    found = {"60 moves a second": Drags(), "300 moves in 3 s": Drags(), "80 ms each way": Drags()}
    followed = []
    async with bare_chromium() as browser, far_away(lab.url, DELAY) as far:
        for _ in range(rounds):
            for way, into in found.items():
                url = far if way == "80 ms each way" else lab.url
                page = await browser.open(f"{url}voila/render/network.ipynb")
                if url == far:
                    await page.evaluate(FOLLOW)
                seconds, rate = (3, 100) if way == "300 moves in 3 s" else (5, 60)
                await drag(page, lab, WEIGHT, seconds, into, rate)
                if url == far:
                    share = await page.evaluate("follow.followed / follow.frames")
                    followed.append(share)
                await page.close()
    return found, followed


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=3)
    wish = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place, "notebooks")
        folder.mkdir()
        write_notebook(folder / "network.ipynb", "# A network", CODE)
        with open_lab(folder, Path(place, "lab")) as lab:
            found, followed = asyncio.run(measure(lab, wish.rounds))
    print("milliseconds, 50th and 95th of a hundred: a move heard until its answer is painted, and")
    print("until it is seen; from the release until the last value is seen, the longest")
    print(
        f"{'':<20}{'painted 50':>11}{'95':>7}{'seen 50':>9}{'95':>7}{'released':>10}"
        f"{'moves/s':>9}{'pictures/s':>12}{'answered':>10}{'last':>6}"
    )
    for way, d in found.items():
        print(
            f"{way:<20}{quantile(d.painted, 0.5):>11.1f}{quantile(d.painted, 0.95):>7.1f}"
            f"{quantile(d.heard, 0.5):>9.1f}{quantile(d.heard, 0.95):>7.1f}"
            f"{max(d.released):>10.1f}{d.moves / d.seconds:>9.1f}{d.pictures / d.seconds:>12.1f}"
            f"{len(d.seen) / d.moves:>10.1%}{'yes' if d.last_agrees else 'NO':>6}"
        )
    print(f"frames in which the handle followed, 80 ms each way: {min(followed):.1%} at least")


if __name__ == "__main__":
    main()
