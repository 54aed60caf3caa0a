"""A state leaves the page as a link or a text, and comes back exactly."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from hosts import chromium
from tests.browser.harness import open_page, write_notebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard, Lab

HELD = "(neuron.weights, neuron.bias, neuron.inputs, neuron.activation, neuron.form, neuron.task)"
NO_CLIPBOARD = "Object.defineProperty(navigator, 'clipboard', { value: undefined })"
CLIPBOARD = """Object.defineProperty(navigator, "clipboard", {
    value: { writeText: async (text) => { window.clipboard = text; } },
})"""


@pytest.fixture
def neuron(dashboard: OpenDashboard) -> Dashboard:
    return dashboard("01_neuron")


@pytest.fixture
def open_link(lab: Lab, browser: Browser) -> Iterator[Callable[[str], Dashboard]]:
    """Open a link in a window of its own."""
    opened: list[Dashboard] = []

    def start(link: str) -> Dashboard:
        one = open_page(lab, browser, link.removeprefix(lab.url))
        opened.append(one)
        chromium.wait_until_complete(one.page)
        return one

    yield start
    for one in opened:
        one.close()
        one.page.context.close()


def panel(page: Page, nth: int = 0) -> Locator:
    """Open the panel; wait until the state is there."""
    page.get_by_role("button", name="Share").nth(nth).click()
    opened = page.locator(".share").nth(nth)
    expect(opened.get_by_role("textbox", name="To be copied")).to_have_value(re.compile("."))
    return opened


def copied(page: Page, button: str = "Copy link", nth: int = 0) -> str:
    """What a button of the panel puts into its field."""
    opened = panel(page, nth)
    opened.get_by_role("button", name=button).click()
    expect(opened.get_by_role("status")).not_to_be_empty()
    return opened.get_by_role("textbox", name="To be copied").input_value()


def change(page: Page) -> None:
    """Change something of every kind with the hand."""
    page.get_by_role("radio", name="2", exact=True).click()
    page.get_by_label("Task").select_option("and")
    page.get_by_label("Activation").select_option("sigmoid")
    page.get_by_role("radio", name="bias b").click()
    for name, key in [("Weight 1", "ArrowUp"), ("Weight 2", "PageDown"), ("Input 2", "ArrowLeft")]:
        page.get_by_role("slider", name=name, exact=True).press(key)
    line = page.get_by_role("slider", name="Turn the line").bounding_box()
    assert line
    x, y = line["x"] + line["width"] / 2, line["y"] + line["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 31, y + 17, steps=5)  # to numbers that nobody would type
    page.mouse.up()


def numbers(page: Page) -> list[str | None]:
    """All numbers that the page holds."""
    sliders = page.locator(".neuron .diagram [role=slider]").all()
    return [slider.get_attribute("aria-valuenow") for slider in sliders]


def test_a_link_opens_the_same_state_on_another_page(
    neuron: Dashboard, open_link: Callable[[str], Dashboard]
) -> None:
    change(neuron.page)
    link = copied(neuron.page)
    held: Any = neuron.python(HELD)
    assert held[3:] == ("sigmoid", "bias", "and")
    assert link.startswith(neuron.lab.url)
    assert neuron.page.url == link  # a bookmark keeps it too

    other = open_link(link)
    expect(other.page.get_by_label("Activation")).to_have_value("sigmoid")
    expect(other.page.get_by_label("Task")).to_have_value("and")
    assert other.kernel != neuron.kernel
    assert other.python(HELD) == held
    assert numbers(other.page) == numbers(neuron.page)
    text: Any = neuron.python("neuron.state_text()")
    assert copied(other.page, "Copy text") == text
    assert other.console_errors == []


def test_a_damaged_link_says_so_and_changes_nothing(
    neuron: Dashboard, open_link: Callable[[str], Dashboard]
) -> None:
    before = neuron.python(HELD)
    neuron.page.get_by_role("slider", name="Weight 1").press("End")
    other = open_link(copied(neuron.page)[:-5])
    other.page.get_by_role("alert").get_by_text("This text is damaged or cut off").wait_for()
    assert other.python(HELD) == before
    assert numbers(other.page)[1] == "1.2"


def test_a_pasted_text_or_link_is_opened(neuron: Dashboard) -> None:
    page = neuron.page
    before = neuron.python(HELD)
    link = copied(page)
    page.keyboard.press("Escape")
    change(page)
    opened = panel(page)
    field = opened.get_by_role("textbox", name="Open a link or a text")
    field.fill(link[:-1])
    opened.get_by_role("button", name="Open").click()
    expect(opened.get_by_role("status")).to_contain_text("This text is damaged or cut off")
    assert neuron.python(HELD) != before
    field.fill(link)
    field.press("Enter")
    expect(opened).to_be_hidden()
    assert neuron.python(HELD) == before
    expect(page.locator(".problem")).to_be_empty()
    expect(page.get_by_role("slider", name="Weight 3")).to_have_attribute("aria-valuenow", "0.5")


def test_the_text_holds_what_is_still_on_its_way_to_a_slow_python(neuron: Dashboard) -> None:
    page = neuron.page
    weight = page.get_by_role("slider", name="Weight 1", exact=True)
    neuron.kernel_process().suspend()
    try:
        for _ in range(4):  # the first is under way, the others wait for its answer
            weight.press("ArrowUp")
        page.get_by_role("button", name="Share").click()
        expect(page.get_by_role("button", name="Copy text")).to_be_disabled()
    finally:
        neuron.kernel_process().resume()
    field = page.get_by_role("textbox", name="To be copied")
    expect(field).to_have_value(re.compile("neuron="))
    state = field.input_value().partition("neuron=")[2]
    assert state == neuron.python("neuron.state_text()")
    assert neuron.python("neuron.weights[0]") == 1.6


def test_another_link_to_the_open_page_is_taken_over(neuron: Dashboard) -> None:
    page = neuron.page
    text: Any = neuron.python("type(neuron)([0.25, -1, 3], 2).state_text()")
    page.evaluate("text => { location.hash = `neuron=${text}`; }", text)
    weight = page.get_by_role("slider", name="Weight 1")
    expect(weight).to_have_attribute("aria-valuenow", "0.25")
    assert neuron.python("neuron.weights") == (0.25, -1, 3)


def test_copying_uses_the_clipboard_where_the_page_may(neuron: Dashboard) -> None:
    page = neuron.page
    page.evaluate(CLIPBOARD)
    text = copied(page, "Copy text")
    expect(page.locator(".share").get_by_role("status")).to_have_text("Copied.")
    assert page.evaluate("window.clipboard") == text == neuron.python("neuron.state_text()")


def test_where_it_may_not_the_text_is_selected_and_the_panel_says_what_to_press(
    neuron: Dashboard,
) -> None:
    page = neuron.page
    page.evaluate(NO_CLIPBOARD)
    text = copied(page, "Copy text")
    expect(page.locator(".share").get_by_role("status")).to_contain_text("press Ctrl+C")
    assert page.evaluate("getSelection().toString()") == text
    page.keyboard.press("Escape")
    expect(page.locator(".share")).to_be_hidden()
    expect(page.get_by_role("button", name="Share")).to_be_focused()


def test_the_panel_closes_where_the_keyboard_goes_on(neuron: Dashboard) -> None:
    page = neuron.page
    opened = panel(page)
    for name in ["Copy link", "Copy text"]:
        page.keyboard.press("Tab")
        expect(opened.get_by_role("button", name=name)).to_be_focused()
    for _ in range(4):  # two fields, the button that opens, and out
        expect(opened).to_be_visible()
        page.keyboard.press("Tab")
    expect(opened).to_be_hidden()
    assert page.evaluate("document.activeElement.getAttribute('role')") == "slider"


@pytest.mark.parametrize(("width", "height"), [(1920, 1080), (1366, 768), (400, 800)])
def test_the_panel_stays_on_the_page_and_moves_nothing(
    dashboard: OpenDashboard, width: int, height: int
) -> None:
    page = dashboard("01_neuron", width, height).page
    stage = page.locator(".neuron .stage")
    before = stage.bounding_box()
    box = panel(page).bounding_box()
    assert box
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.evaluate("document.documentElement.clientWidth")
    assert stage.bounding_box() == before


def test_two_neurons_of_a_page_keep_their_states_apart(
    voila_for: Callable[..., Lab], dashboard: OpenDashboard, tmp_path: Path
) -> None:
    cell = "from widgets.neuron import Neuron\none, two = Neuron(), Neuron()\ndisplay(one, two)"
    write_notebook(tmp_path / "two.ipynb", "# Two neurons", cell)
    opened = dashboard("two", lab=voila_for(tmp_path))
    page = opened.page
    page.get_by_role("slider", name="Weight 1").nth(0).press("End")
    page.get_by_role("slider", name="Weight 1").nth(1).press("Home")
    copied(page, nth=0)
    page.keyboard.press("Escape")
    copied(page, nth=1)
    page.reload()
    chromium.wait_until_complete(page)
    for nth, value in enumerate(("4", "-4")):
        weight = page.get_by_role("slider", name="Weight 1").nth(nth)
        expect(weight).to_have_attribute("aria-valuenow", value)
    assert opened.python("(one.weights[0], two.weights[0])") == (4, -4)
