"""The live CNN in a real browser: start, watch, pause, step, stop, reset, and what can go wrong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import psutil
import pytest
from PIL import Image

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

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
    cnn.python("run.change(epochs=500)")  # not over before it is paused, on a busy machine either
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
    press(page, "Next image")
    page.wait_for_function(
        "said => document.querySelector('.feature-maps .image').ariaLabel !== said", arg=said
    )
    assert steps(page) == held == cnn.python("run.latest.step")
    shown: Any = page.evaluate(ACCURACY)
    assert shown == pytest.approx(
        100 * cnn.python("float(run.latest.test_accuracy[-1])"), abs=0.051
    )

    press(page, "One step")
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
    page.wait_for_function(  # the same initial weights
        "before => document.querySelector('.filters canvas').toDataURL() === before", arg=before[1]
    )


def test_full_speed_reaches_97_percent_and_says_that_it_is_finished(cnn: Dashboard) -> None:
    page = cnn.page
    page.get_by_role("radio", name="full").click()
    press(page, "Start training")
    in_state(page, "finished")
    assert page.evaluate(ACCURACY) >= 97
    assert cnn.python("run.latest.state") == "finished"
    page.wait_for_function(
        "n => [...document.querySelectorAll('.learning-curves .marks')].at(-1).getAttribute('d')"
        ".split('M').length - 1 === n",
        arg=21,  # before the first epoch and after each of twenty
    )
    told = page.locator(".learning-curves .milestones text").all_text_contents()
    shares: Any = cnn.python("[100 * float(run.latest.test_accuracy[e]) for e in (5, 10, 20)]")
    assert told == [f"{n}: {p:.1f} %" for n, p in zip(("epoch 5", 10, 20), shares, strict=True)]
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


def setting(page: Page, name: str) -> Locator:
    return page.locator(f'.run-controls .drawer [data-setting="{name}"]')


def test_settings_change_while_it_learns(cnn: Dashboard) -> None:
    page = cnn.page
    press(page, "Start training")
    in_state(page, "running")
    press(page, "Settings")
    handle = setting(page, "learning_rate").get_by_role("slider")
    assert handle.get_attribute("aria-valuetext") == "0.02"
    assert handle.evaluate("node => node === document.activeElement")
    page.keyboard.press("Home")
    cnn.settled("run.settings.learning_rate", 0.0001)
    page.keyboard.press("PageUp")
    cnn.settled("run.settings.learning_rate", 0.001)
    hint = page.locator(".run-controls .hint")
    assert "How far each step goes" in (hint.text_content() or "")
    rotate = setting(page, "rotate").get_by_role("textbox")
    rotate.fill("25°")
    rotate.press("Enter")
    cnn.settled("dict(run.settings.augmentation)", {"rotate": 25.0})
    box = setting(page, "batch_size").locator(".dial-track").bounding_box()
    assert box
    page.mouse.click(box["x"] + box["width"] - 2, box["y"] + box["height"] / 2)
    cnn.settled("run.settings.batch_size", 512)
    for button in ("right", "middle"):  # which are not meant for it
        page.mouse.click(box["x"] + 2, box["y"] + box["height"] / 2, button=button)
    assert setting(page, "batch_size").get_by_role("textbox").input_value() == "512"
    handle.focus()
    assert cnn.python("run.latest.state") == "running"  # the same training goes on
    page.keyboard.press("Escape")
    assert not page.locator(".run-controls .drawer").is_visible()
    opener = page.get_by_role("button", name="Settings")
    assert opener.evaluate("node => node === document.activeElement")
    assert opener.get_attribute("aria-expanded") == "false"


def test_a_bad_value_is_explained_and_the_old_one_comes_back(cnn: Dashboard) -> None:
    page = cnn.page
    press(page, "Settings")
    typed = setting(page, "learning_rate").get_by_role("textbox")
    for text, sentence in (
        ("-3", "learning_rate must be a finite number above 0"),
        ("fast", "learning_rate must be a number, not 'fast'."),
    ):
        typed.fill(text)
        typed.press("Tab")
        page.locator(".drawer .problem", has_text=sentence).wait_for()
        page.wait_for_function("node => node.value === '0.02'", arg=typed.element_handle())
    assert cnn.python("run.settings.learning_rate") == 0.02
    typed.fill("0,001")  # as it is written in German
    typed.press("Tab")
    cnn.settled("run.settings.learning_rate", 0.001)
    page.wait_for_function("() => document.querySelector('.drawer .problem').textContent === ''")


def test_another_network_and_optimizer_begin_anew_at_a_press(cnn: Dashboard) -> None:
    page = cnn.page
    press(page, "One epoch")
    in_state(page, "paused")
    assert cnn.python("run.latest.epoch") == 1
    press(page, "Settings")
    begin = page.get_by_role("button", name="Begin anew")
    assert begin.is_disabled()
    setting(page, "model").get_by_role("combobox").select_option("small cnn")
    assert begin.is_enabled()
    setting(page, "model").get_by_role("combobox").select_option("lenet")
    assert begin.is_disabled()  # nothing differs any more
    setting(page, "model").get_by_role("combobox").select_option("small cnn")
    setting(page, "optimizer").get_by_role("combobox").select_option("adam")
    assert setting(page, "momentum").is_hidden()
    assert cnn.python("(run.settings.model, run.latest.epoch)") == ("lenet", 1)
    begin.click()
    in_state(page, "ready")
    page.locator(".run-controls .message", has_text="Small cnn").wait_for()
    assert cnn.python("(run.settings.model, run.settings.optimizer)") == ("small cnn", "adam")
    assert steps(page) == 0
    setting(page, "dropout").wait_for()  # this network has a dropout layer
    assert setting(page, "dropout").get_by_role("textbox").input_value() == "as built"
    page.get_by_role("button", name="Close").click()
    press(page, "One epoch")
    in_state(page, "paused")
    assert page.evaluate(ACCURACY) > 50


def test_a_schedule_shows_its_learning_rates(cnn: Dashboard) -> None:
    page = cnn.page
    rates = page.locator(".learning-curves .place").nth(1)
    assert rates.is_hidden()
    press(page, "Settings")
    setting(page, "schedule").get_by_role("combobox").select_option("cosine")
    cnn.settled("run.settings.schedule", "cosine")
    page.keyboard.press("Escape")
    page.get_by_role("radio", name="full").click()
    press(page, "Start training")
    in_state(page, "finished")
    rates.wait_for()
    assert cnn.python("float(run.latest.rates[-1]) < 0.001 < float(run.latest.rates[0])")


def test_the_curves_are_read_smoothed_and_saved(cnn: Dashboard) -> None:
    page = cnn.page
    press(page, "One epoch")
    in_state(page, "paused")
    assert page.locator(".learning-curves .raw").count() == 0
    smooth = page.locator(".learning-curves").get_by_role("slider", name="Smooth")
    smooth.press("PageUp")
    page.locator(".learning-curves .raw").wait_for()
    log = page.get_by_role("button", name="Logarithmic loss")
    log.click()
    assert log.get_attribute("aria-pressed") == "true"
    chart = page.locator(".learning-curves .chart").first
    box = chart.bounding_box()
    assert box
    page.mouse.move(box["x"] + 62, box["y"] + box["height"] / 2)  # the left end of the axis
    page.wait_for_function(
        "() => document.querySelector('.learning-curves .chart').ariaLabel"
        ".startsWith('Loss: at step ')"
    )
    first: Any = cnn.python("float(run.latest.test_loss[0])")
    assert f"test {first:.3f}" in (chart.get_attribute("aria-label") or "")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as SVG").click()
    picture = saved.value.path().read_text(encoding="utf-8")
    assert picture.startswith("<svg")
    assert "Accuracy" in picture
    with page.expect_download() as saved:
        page.get_by_role("button", name="Save as PNG").click()
    with Image.open(saved.value.path()) as png:
        assert png.width > 2 * 300
        assert len(png.convert("RGB").getcolors(1 << 24) or []) > 10


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (400, 800)])
def test_nothing_scrolls_sideways_and_a_lecture_hall_sees_all(
    dashboard: OpenDashboard, width: int, height: int
) -> None:
    page = dashboard("07_live_cnn", width=width, height=height).page
    in_state(page, "ready")
    room = page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
    assert room <= 0
    if width > 700:
        for view in page.locator(".lab-stage .lab").all():
            box = view.bounding_box()
            assert box
            assert box["y"] + box["height"] <= height
