"""Take the pictures of the home page and the README from the running dashboards.

``python -m hosts.pictures [notebook ...]`` starts the lab, opens each dashboard (or those that
are named), does what makes it worth seeing, and writes ``notebooks/pictures/NAME.png`` and
``NAME-dark.png``.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from hosts import chromium
from hosts.cards import PICTURES, cards
from hosts.settings import NOTEBOOKS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, Page

WIDTH, HEIGHT = 1600, 900
LINE = 40  # height of the line at the top, which is not in the picture
PATIENCE = 120  # seconds: a page may train while it opens, and the machine have more to do


def train(page: Page) -> None:
    """Train the network until it recognises nine of ten images, and hold it there."""
    page.get_by_role("button", name="Start training").click()
    page.wait_for_function(
        "() => parseFloat(document.querySelector('.run-controls .accuracy').textContent) > 90"
    )
    page.get_by_role("button", name="Pause").click()


def separate(page: Page) -> None:
    """Let the small network separate its points, and bring it to the top of the picture."""
    network = page.locator(".network")
    network.get_by_role("button", name="Train").click()
    page.wait_for_function(
        """() => parseFloat(document.querySelector(".network .accuracy").textContent
            .match(/test ([\\d.]+)/)[1]) > 97"""
    )
    network.get_by_role("button", name="Pause").click()
    network.evaluate("view => view.scrollIntoView({ block: 'end' })")


def walk(page: Page) -> None:
    """Take some steps."""
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).first.click()


def compare(page: Page) -> None:
    """Train both runs to the end."""
    page.get_by_role("button", name="Train both").click()
    page.wait_for_function(
        "() => document.querySelector('.comparison').textContent.includes('Finished')",
        timeout=180_000,
    )


def decode(page: Page) -> None:
    """Wait until the autoencoder has learnt as much as its dashboard has it learn."""
    page.get_by_text("Paused").first.wait_for(timeout=120_000)


def explain(page: Page) -> None:
    """Train the network, and wait until it says why it decides as it does by then."""
    train(page)
    page.locator('.run-controls[data-state="paused"]').wait_for()
    page.locator(".explanation:not([data-behind])").wait_for()


def stress(page: Page) -> None:
    """Train both networks, and wait until their heat maps are tested."""
    page.get_by_role("button", name="Train both").click()
    tested = '.stress-test[data-state="finished"][data-tested]'
    page.locator(tested).wait_for(timeout=240_000)


def visualize(page: Page) -> None:
    """Train the network to the end, and wait until its channels have their images."""
    page.get_by_role("button", name="Start training").click()
    page.locator('.run-controls[data-state="finished"]').wait_for(timeout=240_000)
    rows = ".feature-visualization .row:not([hidden])"
    page.locator(f"{rows} .made canvas").first.wait_for()
    page.locator(".feature-visualization .go").wait_for(state="hidden", timeout=240_000)


def mislead(page: Page) -> None:
    """Put each flaw into the data for one training, and leave the last one in."""
    learnt = """rows =>
        document.querySelector(".data-flaws[data-state=finished] .said:not([data-old])")
        && document.querySelectorAll(".data-flaws .name").length === rows"""
    before = None
    page.wait_for_function(learnt, arg=1, timeout=120_000)
    for rows, name in enumerate(("Imbalance", "Domain shift", "Noise", "Artefact"), start=2):
        if before:
            page.get_by_role("switch", name=before).click()
        page.get_by_role("switch", name=name).click()
        page.wait_for_function(learnt, arg=rows, timeout=120_000)
        before = name


# What is done on a dashboard before its picture is taken, by the notebook's name
ACTIONS: dict[str, Callable[[Page], None]] = {
    "02_layers_and_networks": separate,
    "06_transposed_convolution": walk,
    "07_live_cnn": train,
    "07_make_a_network": train,
    "07_mistakes": train,
    "07_two_runs": compare,
    "08_feature_maps": train,
    "09_latent_space": train,
    "09_variational_autoencoder": decode,
    "10_explanation": explain,
    "10_feature_visualization": visualize,
    "10_honest_reading": mislead,
    "10_stress_test": stress,
}


def packed(image: Image.Image) -> bytes:
    """A PNG as small as can be: the pictures are kept in the repository."""
    # A palette takes a third of the bytes; this way to choose one is off by 8 of 256 at most.
    few = image.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small = BytesIO()
    few.save(small, "PNG", optimize=True)
    return small.getvalue()


def picture(page: Page) -> bytes:
    """What the page shows below its top line, as a small PNG."""
    clip = {"x": 0.0, "y": float(LINE), "width": float(WIDTH), "height": float(HEIGHT)}
    shot = page.screenshot(clip=clip, animations="disabled")  # type: ignore[arg-type]
    return packed(Image.open(BytesIO(shot)).convert("RGB"))


@contextmanager
def lab(notebooks: Path = NOTEBOOKS) -> Iterator[str]:
    """Serve the dashboards of a folder for as long as they are looked at; gives the address."""
    command = [sys.executable, "-m", "hosts", str(notebooks)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as serving:  # noqa: S603
        try:
            assert serving.stdout is not None
            yield serving.stdout.readline().split()[-1]
        finally:
            serving.terminate()


@contextmanager
def opened(browser: Browser, address: str, width: int, height: int) -> Iterator[Page]:
    """A dashboard in the light, with all its widgets, until it has been looked at."""
    page = browser.new_page(viewport={"width": width, "height": height}, color_scheme="light")
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(address)
    chromium.wait_until_complete(page, PATIENCE)
    yield page
    chromium.close(page)


def take(page: Page, name: str) -> None:
    """Write the two pictures of the dashboard that a page shows."""
    if name in ACTIONS:
        ACTIONS[name](page)
    for scheme, ending in (("light", ""), ("dark", "-dark")):
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.wait_for_function(
            "dark => document.body.dataset.jpThemeLight === String(!dark)", arg=scheme == "dark"
        )
        file = NOTEBOOKS / PICTURES / f"{name}{ending}.png"
        file.write_bytes(picture(page))
        print(f"{file.name}: {file.stat().st_size / 1000:.0f} kB")


def main(names: list[str]) -> None:
    """Take the pictures of all dashboards, or of those that are named."""
    (NOTEBOOKS / PICTURES).mkdir(exist_ok=True)
    with lab() as home, sync_playwright() as playwright:
        browser = chromium.launch(playwright)
        for one in cards(NOTEBOOKS):
            name = Path(one.path).stem
            if names and name not in names:
                continue
            with opened(browser, f"{home}voila/render/{one.path}", WIDTH, HEIGHT + LINE) as page:
                take(page, name)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:])
