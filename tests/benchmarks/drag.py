"""From a pointer's move to the frame that shows what follows from it: the neuron, dragged.

``python -m tests.benchmarks.drag [--seconds 5] [--rounds 2] [--without-training]``

A weight of ``01_neuron`` is dragged at 60 moves a second through Chromium's own input (CDP's
``Input.dispatchMouseEvent``: hit testing, pointer capture and alignment to frames take part;
events made up in the page have no pointer to capture), in a browser to which nobody listens. Each
move is sent on time, whether or not the one before was answered. A move ends with the next frame
after a picture was painted that holds the move's own weight or a later one; it is *coalesced* when
that picture was made for a later one. Its clock starts

- *heard*: when the page has handled the event: what the way through Python and back takes;
- *moved*: at the event's time stamp, which Chromium sets as the input arrives. It hands moves to
  the page once a frame, which adds up to 17 ms that no page can save.

The same while the CNN trains in another kernel, its page hidden behind this one or drawn in a
window beside it, and with jupyter_server's socket as it is (no TCP_NODELAY), in turns.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from tests.benchmarks.instrument import bare_chromium
from tests.browser.harness import NOTEBOOKS, Lab, open_lab

if TYPE_CHECKING:
    from tests.benchmarks.instrument import Browser, Page

RATE = 60  # moves a second
PERIOD = 2.5  # seconds, there and back
PLAIN = "jupyter_server.services.kernels.connection.channels.ZMQChannelsWebsocketConnection"

# Listens on the window: after the handle's own listeners, so it reads what they hold.
WATCH = """((selector, shownOf) => {
    const handle = document.querySelector(selector);
    const held = () => Number(handle.getAttribute("aria-valuenow")).toFixed(3);
    const bench = (window.bench = { handle, moves: [], waiting: [], pictures: 0, shown: null });
    let last = held();
    addEventListener("pointermove", (event) => {
        const value = held();
        if (value === last) return; // nothing to answer
        last = value;
        const heard = performance.now();
        const move = { at: event.timeStamp, heard, value, seen: null };
        bench.moves.push(move);
        bench.waiting.push(move);
    });
    addEventListener("pointerup", () => (bench.up = performance.now()));
    document.addEventListener("derived", ({ detail }) => {
        const shown = Number(shownOf(detail)).toFixed(3);
        const newest = bench.waiting.findLastIndex((move) => move.value === shown);
        bench.shown = shown;
        if (newest < 0) return;
        bench.pictures += 1;
        const answered = bench.waiting.splice(0, newest + 1);
        answered.forEach((move, i) => {
            move.painted = performance.now();
            move.coalesced = i < newest;
        });
        requestAnimationFrame(() => answered.forEach((move) => (move.seen = performance.now())));
    });
})"""
SETTLED = """bench.shown === Number(bench.handle.getAttribute("aria-valuenow")).toFixed(3)
    && bench.moves.every((move) => move.value !== bench.shown || move.seen !== null)"""

# Milliseconds from the release of the pointer until the last value held is the last one shown.
UNTIL_SETTLED = f"""new Promise((resolve) => {{
    const look = () => ({SETTLED})
        ? resolve(Math.max(0, Math.max(...bench.moves.map((m) => m.seen ?? 0)) - bench.up))
        : requestAnimationFrame(look);
    look();
}})"""


@dataclass
class Drags:
    """What several drags of one kind gave."""

    heard: list[float] = field(default_factory=list)
    painted: list[float] = field(default_factory=list)
    seen: list[float] = field(default_factory=list)
    seconds: float = 0.0
    pictures: int = 0
    moves: int = 0
    coalesced: int = 0
    released: list[float] = field(default_factory=list)
    speeds: list[float] = field(default_factory=list)
    last_agrees: bool = True


@dataclass(frozen=True)
class Handle:
    """What is dragged: where it is, and where its value stands in an answer and in Python."""

    selector: str
    answered: str
    python: str
    reach: float = 60
    """Pixels to either side; beyond the end of its track a handle has nothing to follow."""


NEURON = Handle(
    '.neuron [role="slider"][aria-label="Weight 1"]', "d => d.weights[0]", "neuron.weights[0]"
)


@dataclass(frozen=True)
class Training:
    """How the CNN trains meanwhile."""

    pace: float | None
    hidden: bool


SITUATIONS = {
    "alone": None,
    "CNN at full speed, its tab hidden": Training(None, hidden=True),
    "CNN at medium speed, shown beside": Training(50, hidden=False),
    "CNN at full speed, shown beside": Training(None, hidden=False),
}


async def drag(  # noqa: PLR0917 - they are named where there are many
    page: Page, lab: Lab, handle: Handle, seconds: float, into: Drags, rate: float = RATE
) -> None:
    """Drag a weight to and fro, and add what was seen."""
    where = json.dumps(handle.selector)
    await page.evaluate(f"{WATCH}({where}, {handle.answered})")
    await page.evaluate(f"document.querySelector({where}).scrollIntoView({{ block: 'center' }})")
    box = f"document.querySelector({where}).getBoundingClientRect()"
    x, y = await page.evaluate(f"(b => [b.x + b.width / 2, b.y + b.height / 2])({box})")
    await page.mouse("mouseMoved", x, y)
    await page.mouse("mousePressed", x, y)
    loop = asyncio.get_running_loop()
    start = loop.time()
    sent = []
    for tick in range(1, round(seconds * rate) + 1):
        await asyncio.sleep(max(0.0, start + tick / rate - loop.time()))
        dx = handle.reach * to_and_fro(tick / rate / PERIOD)
        sent.append(asyncio.ensure_future(page.mouse("mouseMoved", x + dx, y)))
    await asyncio.gather(*sent)
    into.seconds += loop.time() - start
    await page.mouse("mouseReleased", x, y)
    into.released.append(await page.evaluate(UNTIL_SETTLED))
    await page.wait(SETTLED)

    moves = await page.evaluate("bench.moves")
    answered = [move for move in moves if move["seen"] is not None]
    into.moves += len(moves)
    into.coalesced += sum(move["coalesced"] for move in answered)
    into.pictures += await page.evaluate("bench.pictures")
    into.heard += [move["seen"] - move["heard"] for move in answered]
    into.painted += [move["painted"] - move["heard"] for move in answered]
    into.seen += [move["seen"] - move["at"] for move in answered]
    held = await page.kernel(lab, handle.python)
    into.last_agrees &= f"{held:.3f}" == await page.evaluate("bench.shown")


async def one_drag(
    browser: Browser, lab: Lab, training: Training | None, seconds: float, into: Drags
) -> None:
    """One drag on fresh pages."""
    cnn = None
    if training:
        cnn = await browser.open(f"{lab.url}voila/render/07_live_cnn.ipynb")
        await cnn.kernel(lab, f"setattr(run, 'pace', {training.pace!r}) or run.start()")
    own_window = training is None or not training.hidden
    page = await browser.open(f"{lab.url}voila/render/01_neuron.ipynb", window=own_window)
    if cnn and await cnn.evaluate("document.hidden") != (training and training.hidden):
        raise RuntimeError("The CNN's page is not hidden, or shown, as it should be.")
    await drag(page, lab, NEURON, seconds, into)
    if cnn:
        speed = "(lambda s: s.step / s.seconds)(run.pause() or run.wait('paused'))"
        into.speeds.append(await cnn.kernel(lab, speed))
        await cnn.close()
    await page.close()


def to_and_fro(turns: float) -> float:
    """From 0 to 1, to −1 and back to 0 at an even pace, so that no two moves in a row are alike."""
    return 1 - abs((4 * turns + 1) % 4 - 2)


def quantile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def row(name: str, d: Drags) -> str:
    """One line of the table."""
    return (
        f"{name:<48}{quantile(d.heard, 0.5):>9.1f}{quantile(d.heard, 0.95):>7.1f}"
        f"{quantile(d.seen, 0.5):>9.1f}{quantile(d.seen, 0.95):>7.1f}"
        f"{quantile(d.painted, 0.5):>9.1f}{quantile(d.painted, 0.95):>7.1f}"
        f"{d.moves / d.seconds:>9.1f}{d.pictures / d.seconds:>12.1f}"
        f"{len(d.seen) / d.moves:>10.1%}{d.coalesced / d.moves:>11.1%}"
        f"{fmean(d.speeds or [0]):>9.1f}{'yes' if d.last_agrees else 'NO':>6}"
    )


async def measure(labs: dict[str, Lab], wish: argparse.Namespace) -> dict[str, Drags]:
    """All kinds of drags, in turns."""
    situations = {"alone": None} if wish.without_training else SITUATIONS
    found = {f"{socket}, {what}": Drags() for what in situations for socket in labs}
    async with bare_chromium() as browser:
        for _ in range(wish.rounds):
            for what, training in situations.items():
                for socket, lab in labs.items():
                    await one_drag(browser, lab, training, wish.seconds, found[f"{socket}, {what}"])
    return found


def long_training(folder: Path) -> Path:
    """The two notebooks, with a training that does not end before the drag does."""
    folder.mkdir()
    for name in ("01_neuron.ipynb", "07_live_cnn.ipynb"):
        text = (NOTEBOOKS / name).read_text(encoding="utf-8")
        (folder / name).write_text(
            text.replace('Run(\\"digits\\"', 'Run(\\"digits\\", epochs=1000'), encoding="utf-8"
        )
    assert "epochs=1000" in (folder / "07_live_cnn.ipynb").read_text(encoding="utf-8")
    return folder


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--without-training", action="store_true")
    wish = parser.parse_args()
    with ExitStack() as stack:
        place = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        plain = f"--Voila.kernel_websocket_connection_class={PLAIN}"
        folder = long_training(place / "notebooks")
        labs = {
            "lab's socket": stack.enter_context(open_lab(folder, place / "a")),
            "plain socket": stack.enter_context(open_lab(folder, place / "b", plain)),
        }
        found = asyncio.run(measure(labs, wish))
    print("milliseconds, 50th and 95th of a hundred: a move heard until its answer is seen,")
    print("the pointer moved until it is seen, and a move heard until its answer is painted")
    print(
        f"{'':<48}{'heard 50':>9}{'95':>7}{'moved 50':>9}{'95':>7}{'paint 50':>9}{'95':>7}"
        f"{'moves/s':>9}{'pictures/s':>12}{'answered':>10}{'coalesced':>11}{'steps/s':>9}{'last':>6}"
    )
    for name, drags in found.items():
        print(row(name, drags))


if __name__ == "__main__":
    main()
