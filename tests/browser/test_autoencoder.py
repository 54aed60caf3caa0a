"""The autoencoder in a real browser: the ring, A and B, the walk, and its training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.gestures import drag, middle, swipe

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

DECODED = """() => document.querySelector('.autoencoder .reading canvas').toDataURL()"""
PAINTED = """() => {
    const canvas = document.querySelector('.autoencoder .ground');
    const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
    return new Set(new Uint32Array(data.buffer)).size > 50;
}"""


# What Python has decoded is what the hand holds.
SETTLED = """() => document.querySelector('.autoencoder .reading canvas').dataset.place ===
    document.querySelector('.autoencoder .ring').ariaValueText"""


@pytest.fixture
def autoencoder(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard("09_variational_autoencoder")
    in_state(opened.page, "running")
    opened.page.get_by_role("button", name="Pause", exact=True).click()
    in_state(opened.page, "paused")
    return opened


def in_state(page: Page, state: str) -> None:
    page.locator(f'.autoencoder[data-state="{state}"]').wait_for()


def handle(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def point(opened: Dashboard) -> list[float]:
    value: Any = opened.python("autoencoder.point")
    return list(value)


def test_it_starts_alive_and_learns(dashboard: OpenDashboard) -> None:
    opened = dashboard("09_variational_autoencoder")
    page = opened.page
    page.wait_for_function(PAINTED)
    assert page.locator(".autoencoder .strip canvas").count() == 18
    page.wait_for_function(
        "() => parseInt(document.querySelector('.autoencoder .how-far .where').textContent) > 0"
    )
    assert opened.console_errors == []


def test_the_ring_is_dragged_and_its_place_decoded(autoencoder: Dashboard) -> None:
    page, ring = autoencoder.page, handle(autoencoder.page, "Place that is decoded")
    before, image = point(autoencoder), page.evaluate(DECODED)
    drag(page, ring, 70, -50)
    page.wait_for_function(SETTLED)
    assert page.evaluate(DECODED) != image
    x, y = point(autoencoder)
    assert x > before[0]
    assert y > before[1]
    ring.press("ArrowLeft")
    page.wait_for_function(SETTLED)
    after = point(autoencoder)
    assert after[0] < x
    assert after[1] == pytest.approx(y)


def test_pressed_anywhere_the_plane_takes_the_ring_there(autoencoder: Dashboard) -> None:
    page = autoencoder.page
    box = page.locator(".autoencoder .ground").bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.1 * box["height"])
    page.mouse.down()
    page.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.2 * box["height"], steps=4)
    page.mouse.up()
    x, y = middle(handle(page, "Place that is decoded"))
    assert x == pytest.approx(box["x"] + 0.9 * box["width"], abs=2)
    assert y == pytest.approx(box["y"] + 0.2 * box["height"], abs=2)


def test_the_ends_go_from_image_to_image_and_the_walk_with_them(autoencoder: Dashboard) -> None:
    page, end = autoencoder.page, handle(autoencoder.page, "Image A")
    first: Any = autoencoder.python("autoencoder.ends")
    drag(page, end, 60, 60)
    page.wait_for_function("() => !document.querySelector('.autoencoder .hint').offsetParent")
    dragged: Any = autoencoder.python("autoencoder.ends")
    assert dragged[0] != first[0]
    assert dragged[1] == first[1]
    before = end.get_attribute("aria-valuetext")
    end.press("ArrowLeft")
    page.wait_for_function(
        "before => document.querySelector('.autoencoder .end').ariaValueText !== before", arg=before
    )
    label = autoencoder.python("int(autoencoder.run.watched.labels[autoencoder.ends[0]])")
    page.get_by_text(f"From A ({label}) to B").wait_for()


def test_the_walk_leads_the_ring_from_a_to_b(autoencoder: Dashboard) -> None:
    page, way = autoencoder.page, handle(autoencoder.page, "Walk from A to B")
    way.press("End")
    end = "autoencoder.run.latest.codes[autoencoder.ends[1]].tolist()"
    page.wait_for_function(
        "() => document.querySelector('.autoencoder .strip canvas:last-child.here')"
    )
    page.wait_for_function(SETTLED)
    assert point(autoencoder) == pytest.approx(autoencoder.python(end), abs=1e-4)
    page.get_by_role("button", name="▶ Walk").click()
    page.wait_for_function(
        "() => document.querySelector('.autoencoder .strip canvas:nth-child(5).here')"
    )
    page.get_by_role("button", name="❚❚ Pause").click()
    page.get_by_role("button", name="▶ Walk").click()
    handle(page, "Place that is decoded").press("ArrowUp")  # the hand takes the ring
    assert page.get_by_role("button", name="▶ Walk").is_visible()


def test_a_finger_drags_too(dashboard: OpenDashboard) -> None:
    opened = dashboard("09_variational_autoencoder", width=400, height=800, touch=True)
    page = opened.page
    page.wait_for_function(PAINTED)
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    before = point(opened)
    swipe(page, handle(page, "Place that is decoded"), 60)
    page.wait_for_function("() => !document.querySelector('.autoencoder .hint').offsetParent")
    assert point(opened)[0] > before[0]


def test_the_other_kind_begins_anew_and_shows_no_divergence(autoencoder: Dashboard) -> None:
    page = autoencoder.page
    page.get_by_role("radio", name="plain").click()
    in_state(page, "running")
    page.locator(".autoencoder .losses .divergence").first.wait_for(state="hidden")
    assert autoencoder.python("autoencoder.run.settings.variational") is False
    assert autoencoder.python("autoencoder.problem") == ""


def test_a_beta_that_cannot_be_is_explained_and_taken_back(autoencoder: Dashboard) -> None:
    page = autoencoder.page
    field = page.get_by_label("β, as a number")
    field.fill("-3")
    field.press("Enter")
    page.get_by_text("beta must lie between 0 and 1000, but it is −3.").wait_for()
    assert autoencoder.python("autoencoder.run.settings.beta") == 1.0


def test_the_code_opens_over_the_page_and_leaves_with_escape(autoencoder: Dashboard) -> None:
    page = autoencoder.page
    panel = page.get_by_role("dialog", name="The same in PyTorch")
    page.get_by_role("button", name="Code", exact=True).click()
    assert panel.locator("code").text_content() == autoencoder.python("autoencoder.code()")
    page.keyboard.press("Escape")
    panel.wait_for(state="hidden")


def test_everything_fits_on_a_laptop(autoencoder: Dashboard) -> None:
    page = autoencoder.page
    assert page.evaluate("document.documentElement.scrollHeight") <= 768
    for selector in (".square", ".strip", ".task", ".curve"):
        box = page.locator(f".autoencoder {selector}").last.bounding_box()
        assert box
        assert box["y"] + box["height"] <= 768
