"""From a pointer's move to the frame that shows what follows from it: the neuron, dragged.

``python -m tests.benchmarks.drag [--seconds 5] [--rounds 2] [--without-training]``

A weight of ``01_neuron`` is dragged at 60 moves a second through Chromium's own input (CDP's
``Input.dispatchMouseEvent``: hit testing, pointer capture and alignment to frames take part;
events made up in the page have no pointer to capture). Each move is sent on time, whether or
not the one before was answered. A move ends with the next frame after a picture was painted that
holds the move's own weight or a later one; it is *coalesced* when that picture was made for a
later one. Its clock starts

- *heard*: when the page has handled the event: what the way through Python and back takes;
- *moved*: at the event's time stamp, which Chromium sets as the input arrives. It hands moves to
  the page once a frame, which adds up to 17 ms that no page can save.

The same with the CNN training in another page and kernel, and with jupyter_server's socket
as it is (no TCP_NODELAY), in turns.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.async_api import async_playwright

from hosts import chromium
from tests.browser.harness import NOTEBOOKS, Lab, ask, open_lab

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page

RATE = 60  # moves a second
REACH = 60  # pixels to either side, there and back in PERIOD seconds
PERIOD = 2.5
PLAIN = "jupyter_server.services.kernels.connection.channels.ZMQChannelsWebsocketConnection"
HANDLE = '.neuron [role="slider"][aria-label*="eight"]'

# Listens on the window: after the handle's own listeners, so it reads what they hold.
WATCH = """(selector) => {
    const handle = document.querySelector(selector);
    const weights = [...document.querySelectorAll(selector)];
    const index = weights.indexOf(handle);
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
    document.addEventListener("derived", ({ detail }) => {
        const shown = Number(detail.weights[index]).toFixed(3);
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
}"""
SETTLED = """() => bench.shown === Number(bench.handle.getAttribute("aria-valuenow")).toFixed(3)
    && bench.moves.every((move) => move.value !== bench.shown || move.seen !== null)"""
STEP = """() => Number(document.querySelector(".run-controls")
    .textContent.match(/step ([\\d,]+) of/)[1].replaceAll(",", ""))"""


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
    steps: float = 0.0
    last_agrees: bool = True


async def open_dashboard(browser: Browser, lab: Lab, name: str) -> Page:
    """Open a dashboard in a window of its own and wait until it is complete."""
    context = await browser.new_context(viewport={"width": 1366, "height": 768})
    page = await context.new_page()
    await page.goto(f"{lab.url}voila/render/{name}.ipynb")
    await page.wait_for_function(chromium.COMPLETE)
    return page


async def close(page: Page) -> None:
    """Close a page with its farewell, so that its kernel ends."""
    async with page.expect_event("close"):
        await page.close(run_before_unload=True)
    await page.context.close()


async def drag(page: Page, lab: Lab, seconds: float, into: Drags) -> None:
    """Drag a weight to and fro, and add what was seen."""
    await page.evaluate(WATCH, HANDLE)
    box = await page.locator(HANDLE).first.bounding_box()
    assert box is not None, "the neuron has no weight to drag"
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    input_ = await page.context.new_cdp_session(page)

    def send(kind: str, dx: float) -> asyncio.Task[dict[str, Any]]:
        event = {"type": kind, "x": x + dx, "y": y, "button": "left", "buttons": 1}
        return asyncio.create_task(
            input_.send("Input.dispatchMouseEvent", event | {"clickCount": 1})
        )

    await send("mouseMoved", 0)
    await send("mousePressed", 0)
    loop = asyncio.get_running_loop()
    start = loop.time()
    sent = []
    for tick in range(1, round(seconds * RATE) + 1):
        await asyncio.sleep(max(0.0, start + tick / RATE - loop.time()))
        sent.append(send("mouseMoved", REACH * to_and_fro(tick / RATE / PERIOD)))
    await asyncio.gather(*sent)
    into.seconds += loop.time() - start
    await send("mouseReleased", 0)
    await page.wait_for_function(SETTLED)

    moves = await page.evaluate("bench.moves")
    answered = [move for move in moves if move["seen"] is not None]
    into.moves += len(moves)
    into.coalesced += sum(move["coalesced"] for move in answered)
    into.pictures += await page.evaluate("bench.pictures")
    into.heard += [move["seen"] - move["heard"] for move in answered]
    into.painted += [move["painted"] - move["heard"] for move in answered]
    into.seen += [move["seen"] - move["at"] for move in answered]
    kernel = await page.evaluate(
        "JSON.parse(document.getElementById('jupyter-config-data').textContent).kernelId"
    )
    weights = await asyncio.to_thread(ask, lab.connection_file(kernel), "list(neuron.weights)")
    into.last_agrees &= f"{weights[0]:.3f}" == await page.evaluate("bench.shown")


async def one_drag(browser: Browser, lab: Lab, pace: str, seconds: float, into: Drags) -> None:
    """One drag on fresh pages, with the CNN training at a pace beside it unless that is empty."""
    training = await open_dashboard(browser, lab, "07_live_cnn") if pace else None
    page = await open_dashboard(browser, lab, "01_neuron")
    before = 0.0
    if training:
        controls = training.locator(".run-controls")
        await controls.get_by_text(pace, exact=True).click()
        await controls.get_by_role("button", name="Start training").click()
        await training.wait_for_function(f"({STEP})() > 0")
        before = await training.evaluate(STEP)
    await drag(page, lab, seconds, into)
    if training:
        into.steps += await training.evaluate(STEP) - before
        await close(training)
    await close(page)


def to_and_fro(turns: float) -> float:
    """From 0 to 1, to −1 and back to 0 at an even pace, so that no two moves in a row are alike."""
    return 1 - abs((4 * turns + 1) % 4 - 2)


def quantile(values: list[float], share: float) -> float:
    """The value below which a share of the values lies."""
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]


def row(name: str, d: Drags) -> str:
    """One line of the table."""
    return (
        f"{name:<38}{quantile(d.heard, 0.5):>9.1f}{quantile(d.heard, 0.95):>7.1f}"
        f"{quantile(d.seen, 0.5):>9.1f}{quantile(d.seen, 0.95):>7.1f}"
        f"{quantile(d.painted, 0.5):>9.1f}{quantile(d.painted, 0.95):>7.1f}"
        f"{d.moves / d.seconds:>9.1f}{d.pictures / d.seconds:>12.1f}"
        f"{len(d.seen) / d.moves:>10.1%}{d.coalesced / d.moves:>11.1%}"
        f"{d.steps / d.seconds:>9.1f}{'yes' if d.last_agrees else 'NO':>6}"
    )


async def measure(labs: dict[str, Lab], wish: argparse.Namespace) -> dict[str, Drags]:
    """All kinds of drags, in turns."""
    paces = {"alone": ""}
    if not wish.without_training:
        paces |= {"CNN trains, medium": "medium", "CNN trains, full speed": "full"}
    found = {f"{socket}, {what}": Drags() for what in paces for socket in labs}
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=chromium.find(), args=chromium.flags()
        )
        for _ in range(wish.rounds):
            for what, pace in paces.items():
                for socket, lab in labs.items():
                    into = found[f"{socket}, {what}"]
                    await one_drag(browser, lab, pace, wish.seconds, into)
        await browser.close()
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
        f"{'':<38}{'heard 50':>9}{'95':>7}{'moved 50':>9}{'95':>7}{'paint 50':>9}{'95':>7}"
        f"{'moves/s':>9}{'pictures/s':>12}{'answered':>10}{'coalesced':>11}{'steps/s':>9}{'last':>6}"
    )
    for name, drags in found.items():
        print(row(name, drags))


if __name__ == "__main__":
    main()
