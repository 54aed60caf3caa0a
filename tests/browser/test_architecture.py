"""The network builder in a real browser: build, see what does not fit, use it, train it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from lab.architecture import Architecture
from tests.browser.gestures import drag, middle

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

ACCURACY = "() => parseFloat(document.querySelector('.run-controls .accuracy').textContent)"


@pytest.fixture
def built(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard("07_make_a_network")
    opened.page.locator('.run-controls[data-state="ready"]').wait_for()
    expect(cells(opened.page)).to_have_count(4 + 2)
    return opened


def widget(page: Page) -> Locator:
    return page.locator(".lab.architecture")


def cells(page: Page) -> Locator:
    return widget(page).locator(".cell")


def press(page: Page, name: str) -> None:
    widget(page).get_by_role("button", name=name, exact=True).click()


def blocks(opened: Dashboard) -> Any:
    return opened.python("builder.blocks")


def expect_page_to_show(opened: Dashboard, count: int) -> None:
    """Wait for so many blocks; their shapes and parameters are what Python computes anew."""
    page = opened.page
    expect(widget(page)).to_have_attribute("aria-busy", "false")  # Python has answered
    expect(cells(page)).to_have_count(count + 2)
    expect(widget(page).locator("[data-misfit], [data-beyond]")).to_have_count(0)
    rows = Architecture.from_table({"blocks": blocks(opened)}).rows((1, 8, 8), 10)
    for block in range(count + 1):
        mine = [row for row in rows if row.block == block]
        cell = cells(page).nth(block + 1)
        expect(cell.locator(".shape")).to_have_text(" × ".join(map(str, mine[-1].shape)))
        learns = sum(row.parameters for row in mine)
        expect(cell.locator(".learns")).to_have_text(f"{learns:,} parameters")
    total = sum(row.parameters for row in rows)
    expect(widget(page).locator(".total")).to_have_text(f"{total:,} parameters")


def test_a_network_is_built_used_and_trained(built: Dashboard) -> None:
    page = built.page
    expect_page_to_show(built, 4)
    cells(page).nth(2).locator(".values").click()
    press(page, "Add: Convolution")
    expect_page_to_show(built, 5)
    assert [block["kind"] for block in blocks(built)][2] == "convolution"
    widget(page).get_by_label("Kernel").select_option("7 × 7")
    widget(page).get_by_label("Padding").select_option("0")
    sentence = "⚠ conv3 looks at 7 × 7 pixels, but pool2 leaves maps of 2 × 2."
    expect(cells(page).nth(3).locator(".shape")).to_contain_text(sentence)
    expect(widget(page).get_by_role("button", name="Use this network")).to_be_disabled()
    expect(widget(page).locator(".total")).to_have_text("Two layers do not fit")
    assert built.python("run.settings.model") == "lenet"

    widget(page).get_by_label("Padding").select_option("3")
    widget(page).get_by_label("Batch norm").select_option("yes")
    expect_page_to_show(built, 5)
    press(page, "Use this network")
    expect(widget(page).locator(".used")).to_have_text("✓ in use")
    page.wait_for_function(f"() => ({ACCURACY})() < 40")
    assert "norm1" in built.python("[name for name, _ in run.watched.layers]")
    page.get_by_role("radio", name="full").click()
    page.get_by_role("button", name="Start training").click()
    page.wait_for_function(f"() => ({ACCURACY})() > 90")
    assert built.console_errors == []


def test_blocks_are_dragged_moved_and_removed_by_mouse_and_keyboard(built: Dashboard) -> None:
    page = built.page
    before = blocks(built)
    picture = widget(page).get_by_role("slider", name="conv1, channels")
    drag(page, picture, 60, 0)
    expect(picture).not_to_have_attribute("aria-valuetext", "6 channels")
    expect_page_to_show(built, 4)
    assert blocks(built)[0]["channels"] > before[0]["channels"]
    assert blocks(built)[1:] == before[1:]
    picture.press("Home")
    expect(picture).to_have_attribute("aria-valuetext", "1 channels")
    expect_page_to_show(built, 4)
    assert blocks(built)[0]["channels"] == 1

    grip = widget(page).get_by_role("slider", name="Place of dense1")
    x, _ = middle(grip)
    there, _ = middle(widget(page).get_by_role("slider", name="Place of dense2"))
    drag(page, grip, there - x, 0)
    expect_page_to_show(built, 4)
    assert [block.get("neurons") for block in blocks(built)] == [None, None, 84, 120]
    widget(page).get_by_role("slider", name="Place of dense2").press("ArrowLeft")
    expect_page_to_show(built, 4)
    assert blocks(built)[1:] == before[1:]
    expect(widget(page).get_by_role("slider", name="Place of dense1")).to_be_focused()

    page.keyboard.press("Delete")
    expect_page_to_show(built, 3)
    assert [block.get("neurons") for block in blocks(built)] == [None, None, 84]
    press(page, "Undo")
    expect_page_to_show(built, 4)
    press(page, "small ResNet")
    expect_page_to_show(built, 5)
    assert built.python("builder.picture['name']") == "small resnet"


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (400, 800)])
def test_it_fits_the_window(dashboard: OpenDashboard, width: int, height: int) -> None:
    page = dashboard("07_make_a_network", width, height).page
    expect(cells(page)).to_have_count(6)
    press(page, "small ResNet")
    expect(cells(page)).to_have_count(7)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    if width > 700:
        # Python's answer takes the words of the network before away.
        page.wait_for_function(
            """height => [...document.querySelectorAll(".architecture button")]
                .find((one) => one.textContent === "Share")
                .getBoundingClientRect().bottom <= height""",
            arg=height,
        )
