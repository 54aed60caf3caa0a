"""The live CNN in a real browser: start, watch, pause, step, stop, reset, and what can go wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psutil
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

ACCURACY = "() => parseFloat(document.querySelector('.run-controls .accuracy').textContent)"


@pytest.fixture
def cnn(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard("07_live_cnn")
    in_state(opened.page, "ready")
    return opened


def in_state(page: Page, state: str) -> None:
    page.locator(f'.run-controls[data-state="{state}"]').wait_for()


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def steps(page: Page) -> int:
    text = page.locator(".run-controls .where").text_content() or ""
    found = re.match(r"step ([\d,]+) of", text)
    assert found, text
    return int(found[1].replace(",", ""))


def cloud(page: Page) -> str:
    picture: str = page.evaluate("() => document.querySelector('.latent-space .cloud').toDataURL()")
    return picture


def filters(page: Page) -> str:
    picture: str = page.evaluate("() => document.querySelector('.filters canvas').toDataURL()")
    return picture


def colours(page: Page, selector: str) -> int:
    count: int = page.evaluate(
        """(selector) => {
            const c = document.querySelector(selector);
            const data = c.getContext("2d").getImageData(0, 0, c.width, c.height).data;
            return new Set(new Uint32Array(data.buffer)).size;
        }""",
        selector,
    )
    return count


def test_it_starts_alive(cnn: Dashboard) -> None:
    page = cnn.page
    assert page.get_by_role("img", name="6 filters of 5 by 5").is_visible()
    for selector in (".filters canvas", ".feature-maps canvas.tiles", ".latent-space .cloud"):
        assert colours(page, selector) > 10  # a picture, not a flat grey
    assert page.locator(".feature-maps .stage").count() == 4
    assert page.locator(".latent-space .legend li").count() == 11
    assert page.evaluate(ACCURACY) < 30


def test_it_learns_pauses_and_stands_still(cnn: Dashboard) -> None:
    page = cnn.page
    before = cloud(page), filters(page)
    press(page, "Start training")
    page.wait_for_function(f"() => ({ACCURACY})() > 90")
    press(page, "Pause")
    in_state(page, "paused")
    held = steps(page)
    assert 0 < held == cnn.python("run.latest.step")
    assert cloud(page) != before[0]
    assert filters(page) != before[1]
    # Another image asks the worker for a new frame: it comes, and the step is still the same.
    said = page.locator(".feature-maps .image").get_attribute("aria-label")
    press(page, "Next image ›")
    page.wait_for_function(
        "said => document.querySelector('.feature-maps .image').ariaLabel !== said", arg=said
    )
    assert steps(page) == held == cnn.python("run.latest.step")
    shown: Any = page.evaluate(ACCURACY)
    assert shown == pytest.approx(
        100 * cnn.python("float(run.latest.test_accuracy[-1])"), abs=0.051
    )

    press(page, "Take one step")
    page.wait_for_function(
        "n => document.querySelector('.where').textContent.startsWith(`step ${n} `)", arg=held + 1
    )
    press(page, "Go on")
    in_state(page, "running")
    press(page, "Stop")
    in_state(page, "stopped")
    assert cnn.python("run.latest.state") == "stopped"
    press(page, "Reset")
    in_state(page, "ready")
    page.wait_for_function(f"() => ({ACCURACY})() < 30")
    assert filters(page) == before[1]  # the same initial weights


def test_full_speed_reaches_97_percent_and_says_that_it_is_finished(cnn: Dashboard) -> None:
    page = cnn.page
    page.get_by_role("radio", name="full").click()
    press(page, "Start training")
    in_state(page, "finished")
    assert page.evaluate(ACCURACY) >= 97
    assert cnn.python("run.latest.state") == "finished"
    page.wait_for_function(
        "n => document.querySelectorAll('.learning-curves .marks')[1].getAttribute('d')"
        ".split('M').length - 1 === n",
        arg=21,  # before the first epoch and after each of twenty
    )
    press(page, "Train again")
    in_state(page, "running")


def test_a_point_shows_its_image_and_a_click_takes_it_to_every_view(cnn: Dashboard) -> None:
    page = cnn.page
    canvas = page.locator(".latent-space .cloud")
    box = canvas.bounding_box()
    assert box
    tip = page.locator(".latent-space .tip")
    spots = [
        (box["x"] + box["width"] * fx / 20, box["y"] + box["height"] * fy / 20)
        for fx in range(6, 15)
        for fy in range(6, 15)
    ]
    for x, y in spots:
        page.mouse.move(x, y)
        if tip.is_visible():
            break
    assert tip.is_visible()
    hovered = (tip.text_content() or "").split(",")[0].split(" ")[0]
    before = cnn.python("run.latest.sample")
    page.mouse.click(x, y)
    page.wait_for_function(
        "old => !document.querySelector('.feature-maps .image').ariaLabel.startsWith("
        "`Test image ${old},`)",
        arg=before,
    )
    label = page.locator(".feature-maps .image").get_attribute("aria-label")
    sample: Any = cnn.python("run.latest.sample")
    assert label == f"Test image {sample}, labelled {hovered}"
    assert cnn.python("int(run.watched.labels[run.latest.sample])") == int(hovered)
    probability: Any = cnn.python("float(run.latest.probabilities[3])")
    bars = page.locator(".feature-maps .bars li")
    assert (bars.nth(3).text_content() or "").endswith(f"{100 * probability:.0f} %")


def test_a_worker_that_dies_is_explained_and_replaced(cnn: Dashboard) -> None:
    page = cnn.page
    press(page, "Start training")
    in_state(page, "running")
    (worker,) = (
        c for c in cnn.kernel_process().children() if "lab.worker" in " ".join(c.cmdline())
    )
    worker.kill()
    in_state(page, "failed")
    page.get_by_text("The training process ended unexpectedly").wait_for()
    press(page, "Reset")
    in_state(page, "ready")
    press(page, "Start training")
    in_state(page, "running")


def test_no_process_outlives_the_page(cnn: Dashboard) -> None:
    kernel = cnn.kernel_process()
    family = [kernel, *kernel.children(recursive=True)]
    assert len(family) >= 2
    cnn.close()
    _, alive = psutil.wait_procs(family, timeout=30)
    assert alive == []
