"""The receptive field in a real browser: what is outlined is what Python says is seen."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.gestures import swipe

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

NOTEBOOK = "05_convolution_and_pooling"
LISTEN = """() => {
    const root = document.querySelector(".receptive_field");
    root.addEventListener("derived", (event) => { window.field = event.detail; });
}"""
# Python has answered all that the hand holds.
HELD = """(at) => {
    const { state, picture } = window.field ?? {};
    return state && JSON.stringify(state.at) === JSON.stringify(picture.at)
        && JSON.stringify([state.layers, state.size])
            === JSON.stringify([picture.layers, picture.size])
        && (!at || JSON.stringify(state.at) === JSON.stringify(at));
}"""
# The outlined rows and columns of each plane, counted in its cells.
OUTLINED = """() => [...document.querySelectorAll(".receptive_field .plane")].map((plane, i) => {
    const [rows, columns] = window.field.picture.planes[i];
    const [ground, outline] = [".ground", ".outline"].map((name) =>
        plane.querySelector(name).getBBox());
    if (outline.width === 0) return null;
    const [high, wide] = [ground.height / rows, ground.width / columns];
    const cells = (from, length, size) => [from / size, (from + length) / size - 1].map(Math.round);
    return [cells(outline.y - ground.y, outline.height, high),
            cells(outline.x - ground.x, outline.width, wide)];
})"""


@pytest.fixture
def field(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard(NOTEBOOK)
    opened.page.locator(".receptive_field[data-ready]").scroll_into_view_if_needed()
    opened.page.evaluate(LISTEN)
    return opened


def plane(page: Page, layer: int) -> Locator:
    return page.get_by_role("slider", name=f"Layer {layer}:")


def point(page: Page, at: tuple[int, int, int]) -> None:
    """Move the mouse over a cell."""
    rows, columns = page.evaluate("(i) => window.field.picture.planes[i]", at[0])
    box = plane(page, at[0]).bounding_box()
    assert box
    page.mouse.move(
        box["x"] + box["width"] * (at[2] + 0.5) / columns,
        box["y"] + box["height"] * (at[1] + 0.5) / rows,
    )
    page.wait_for_function(HELD, arg=list(at))


def ends(seen: Any) -> list[list[int]]:
    rows, columns = seen
    return [[rows[0], rows[-1]], [columns[0], columns[-1]]]


def chooser(page: Page, label: str) -> Locator:
    named = page.locator(".receptive_field label.control").filter(has_text=re.compile(f"^{label}"))
    return named.locator("select")


def choose(page: Page, label: str, value: str) -> None:
    chooser(page, label).select_option(value)


def test_it_begins_with_lenet(field: Dashboard) -> None:
    page = field.page
    text = page.locator(".receptive_field .sentence").text_content() or ""
    assert text.startswith("The cell sees 16 × 16 pixels of the image: rows 7 to 22")
    steps = page.locator(".receptive_field .recursion li").all_text_contents()
    assert [line.split()[-1] for line in steps] == ["5", "6", "14", "16"]
    assert page.locator(".receptive_field .plane").count() == 5
    assert not field.console_errors


def test_pointing_at_a_cell_outlines_what_python_says_it_sees(field: Dashboard) -> None:
    page = field.page
    plane(page, 3).hover()
    page.wait_for_function(HELD)
    draw = random.Random(3)
    stands = plane(page, 1).bounding_box()
    for _ in range(20):
        layer = draw.randint(1, 4)
        rows, columns = page.evaluate("(i) => window.field.picture.planes[i]", layer)
        point(page, (layer, draw.randrange(rows), draw.randrange(columns)))
        seen: Any = field.python("field.picture['seen']")
        shown = page.evaluate(OUTLINED)
        assert shown[: layer + 1] == [ends(one) for one in seen]
        assert shown[layer + 1 :] == [None] * (4 - layer)
        assert plane(page, 1).bounding_box() == stands  # nothing moves under the pointer


def test_the_keyboard_goes_from_cell_to_cell_and_from_plane_to_plane(field: Dashboard) -> None:
    page = field.page
    plane(page, 4).press("ArrowUp")
    page.wait_for_function(HELD, arg=[4, 1, 2])
    plane(page, 4).press("ArrowRight")
    page.wait_for_function(HELD, arg=[4, 1, 3])
    page.keyboard.press("Shift+Tab")
    page.wait_for_function(HELD, arg=[3, 5, 5])
    spoken = plane(page, 3).get_attribute("aria-valuetext") or ""
    assert spoken.startswith("row 6, column 6. The cell sees 14 × 14 pixels")
    assert field.python("field.chosen") == 3


def test_layers_are_added_changed_and_removed(field: Dashboard) -> None:
    page = field.page
    root = page.locator(".receptive_field")
    root.get_by_role("button", name="Add a layer after it").click()
    page.wait_for_function("() => window.field?.picture.planes.length === 6")
    page.get_by_label("Kind of the layer").select_option("max pooling")
    choose(page, "Kernel", "2")
    choose(page, "Padding", "0")
    page.wait_for_function("() => window.field.picture.layers[4][3] === 0")
    assert field.python("tuple(field.layers[4])")[:4] == ("max pooling", 2, 1, 0)
    assert page.locator(".receptive_field .plane").count() == 6
    assert field.python("field.picture['reaches'][-1]") == 20
    for _ in range(4):
        root.get_by_role("button", name="Remove it").click()
    page.wait_for_function("() => window.field.picture.planes.length === 2")
    assert root.get_by_role("button", name="Remove it").is_disabled()


def test_dilation_leaves_holes_and_a_preset_is_taken(field: Dashboard) -> None:
    page = field.page
    choose(page, "Stack", "dilated 1-2-4")
    page.wait_for_function("() => window.field?.picture.layers.length === 3")
    page.wait_for_function(HELD, arg=[3, 14, 14])
    text = page.locator(".receptive_field .sentence").text_content() or ""
    assert text.startswith("The cell sees 15 × 15 pixels")
    holes = page.locator(".receptive_field .plane").nth(2).locator(".seen").get_attribute("d")
    assert (holes or "").count("M") == 9
    choose(page, "Stack", "three 3 × 3 (against one 7 × 7)")
    page.locator(".receptive_field .reading").get_by_text("with 49 weights").wait_for()


def test_what_does_not_fit_is_said_and_the_stack_stays(field: Dashboard) -> None:
    page = field.page
    page.locator(".receptive_field").get_by_role("button", name="3", exact=True).click()
    choose(page, "Dilation", "8")
    problem = page.locator(".receptive_field .problem")
    problem.get_by_text("Layer 3 does not fit.").wait_for()
    assert chooser(page, "Dilation").input_value() == "1"
    assert page.locator(".receptive_field .plane").count() == 5


def test_a_finger_points_too(dashboard: OpenDashboard) -> None:
    opened = dashboard(NOTEBOOK, width=400, height=800, touch=True)
    page = opened.page
    page.locator(".receptive_field[data-ready]").wait_for()
    page.evaluate(LISTEN)
    swipe(page, plane(page, 4), 28, 28)
    page.wait_for_function("() => window.field?.state.at[1] > 2 && window.field.state.at[2] > 2")
    page.wait_for_function(HELD)
    assert page.evaluate(OUTLINED)[:5] == [
        ends(one) for one in opened.python("field.picture")["seen"]
    ]
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
