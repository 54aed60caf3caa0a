"""Pooling in a real browser: what is read from the page is what PyTorch computes."""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch.nn import functional

from tests.browser.gestures import drag, middle, swipe

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

NOTEBOOK = "05_convolution_and_pooling"
LISTEN = """() => {
    const root = document.querySelector(".pooling");
    root.addEventListener("derived", (event) => { window.pooled = event.detail; });
}"""
SHOWN = """(name) => [...document.querySelectorAll(`.pooling .${name} [role="row"]`)].map((row) =>
    [...row.children].map((cell) => Number(cell.textContent.replace("−", "-"))))"""
# What the page shows is Python's answer to all that the hand holds.
HELD = """(wanted) => Object.entries(wanted).every(([key, value]) =>
    JSON.stringify(window.pooled?.state[key]) === JSON.stringify(value)) && window.pooled.picture
    .settings.every((value, i) => JSON.stringify(value) === JSON.stringify(window.pooled.state[
        ["kind", "kernel_size", "stride", "padding", "ceil_mode", "count_include_pad", "shift"][i]
    ]))"""


@pytest.fixture
def pooling(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard(NOTEBOOK)
    opened.page.locator(".pooling[data-ready]").scroll_into_view_if_needed()
    opened.page.evaluate(LISTEN)
    return opened


def numbers(page: Page, name: str) -> list[list[float]]:
    found: list[list[float]] = page.evaluate(SHOWN, name)
    return found


def wait_for(page: Page, name: str, wanted: list[list[float]]) -> None:
    same = f"([name, wanted]) => JSON.stringify(({SHOWN})(name)) === JSON.stringify(wanted)"
    page.wait_for_function(same, arg=[name, wanted])


def cell(page: Page, name: str, index: int) -> Locator:
    return page.locator(f".pooling .{name} [role=gridcell]").nth(index)


def frame(page: Page) -> Locator:
    return page.locator(".pooling").get_by_role("slider", name="The window", exact=True)


def test_the_workshops_numbers_stand_on_the_page(pooling: Dashboard) -> None:
    page = pooling.page
    assert numbers(page, "input") == [[1, 1, 2, 4], [5, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4]]
    assert numbers(page, "output") == [[6, 8], [3, 4]]
    assert page.locator(".pooling .sum").text_content() == "max(1, 1, 5, 6) = 6"
    winners = page.locator(".pooling .input [data-is~=winner]")
    assert winners.all_text_contents() == ["6", "8", "3", "4"]
    assert page.locator(".pooling .input [data-is~=dropped]").count() == 12
    assert not pooling.console_errors


def test_the_window_is_dragged_stepped_and_pointed_at(pooling: Dashboard) -> None:
    page = pooling.page
    said = page.locator(".pooling .sum")
    grip = page.locator(".pooling .frame.window .grip")
    side = cell(page, "input", 0).bounding_box()
    assert side
    drag(page, grip, 2 * side["width"], 2 * side["height"])
    assert said.text_content() == "max(1, 0, 3, 4) = 4"
    frame(page).press("ArrowUp")
    assert said.text_content() == "max(2, 4, 7, 8) = 8"
    player = page.locator(".pooling .player")
    player.get_by_role("button", name="Step", exact=True).click()
    assert said.text_content() == "max(3, 2, 1, 2) = 3"
    player.get_by_role("button", name="Step back").click()
    player.get_by_role("button", name="To the start").click()
    assert said.text_content() == "max(1, 1, 5, 6) = 6"
    cell(page, "output", 2).hover()
    assert said.text_content() == "max(3, 2, 1, 2) = 3"
    cell(page, "input", 15).hover()
    touched = page.locator(".pooling .output [data-is~=touched]")
    assert touched.all_text_contents() == ["4"]
    cell(page, "input", 15).press("PageUp")
    wait_for(page, "output", [[6, 8], [3, 5]])
    assert pooling.python("pooling.step") == 2


def test_it_plays_to_the_end(pooling: Dashboard) -> None:
    page = pooling.page
    player = page.locator(".pooling .player")
    player.get_by_label("Speed").select_option(label="fast")
    player.get_by_role("button", name="Play").click()
    player.get_by_role("button", name="Pause").wait_for()
    page.locator(".pooling .sum", has_text="max(1, 0, 3, 4) = 4").wait_for()
    player.get_by_role("button", name="Play").wait_for()


def test_a_cell_is_dragged_typed_and_changed_by_keys(pooling: Dashboard) -> None:
    page = pooling.page
    drag(page, cell(page, "input", 15), 0, -30)  # six pixels a step
    wait_for(page, "output", [[6, 8], [3, 9]])
    one = cell(page, "input", 4)
    one.press("Enter")
    page.keyboard.type("-2,5")
    page.keyboard.press("Enter")
    one.press("ArrowRight")
    cell(page, "input", 5).press("PageUp")
    wait_for(page, "output", [[7, 8], [3, 9]])
    assert numbers(page, "input")[1] == [-2.5, 7, 7, 8]
    assert pooling.python("pooling.input[1]") == (-2.5, 7, 7, 8)


def test_moved_by_one_cell_three_of_four_results_stay(pooling: Dashboard) -> None:
    page = pooling.page
    page.get_by_role("button", name="Move left").click()
    wait_for(page, "output", [[7, 8], [3, 4]])
    assert numbers(page, "input")[0] == [1, 2, 4, 4]
    text = page.locator(".pooling .reading").text_content() or ""
    assert "11 of 16 cells hold another number; 3 of 4 results stayed." in text
    stayed = page.locator(".pooling .output [data-is~=stayed]")
    assert stayed.all_text_contents() == ["8", "3", "4"]
    page.get_by_role("group", name="Move the input").get_by_text("Back").click()
    wait_for(page, "output", [[6, 8], [3, 4]])
    page.get_by_role("button", name="Move up").press("Enter")
    wait_for(page, "output", [[6, 8], [2, 4]])
    cell(page, "input", 0).press("PageUp")  # what is changed is the moved input
    wait_for(page, "input", [[6, 6, 7, 8], [3, 2, 1, 0], [1, 2, 3, 4], [1, 2, 3, 4]])
    assert pooling.python("pooling.shift") == (0, 0)


def test_the_gradient_goes_to_the_winner_or_to_all(pooling: Dashboard) -> None:
    page = pooling.page
    page.locator(".pooling").get_by_role("radio", name="the gradient").click()
    back = [[0, 0, 0, 0], [0, 1, 0, 1], [1, 0, 0, 0], [0, 0, 0, 1]]
    wait_for(page, "gradient_in", back)
    chosen = cell(page, "gradient_out", 1)
    chosen.press("Enter")
    page.keyboard.type("-3")
    page.keyboard.press("Enter")
    back[1][3] = -3
    wait_for(page, "gradient_in", back)
    page.locator(".pooling").get_by_role("radio", name="average", exact=True).click()
    a, b = 0.25, -0.75
    wait_for(page, "gradient_in", [[a, a, b, b], [a, a, b, b], [a] * 4, [a] * 4])
    choose(page, "Example", "a bright line")  # an example begins anew
    wait_for(page, "gradient_out", [[1] * 3] * 3)
    assert pooling.python("pooling.gradient") == ()


def test_which_cell_may_change(pooling: Dashboard) -> None:
    page = pooling.page
    page.locator(".pooling").get_by_label("Task").select_option(label="which cell may change?")
    verdict = page.locator(".pooling .verdict")
    verdict.get_by_text("Click a cell").wait_for()
    assert page.locator(".pooling .input [data-is~=dropped]").count() == 0  # no hint by the look
    cell(page, "input", 7).click()
    verdict.get_by_text("It wins: 8 is the largest cell").wait_for()
    cell(page, "input", 6).click()
    verdict.get_by_text("it may be anything up to 8").wait_for()
    cell(page, "input", 6).press("ArrowDown")
    cell(page, "input", 10).press("Enter")
    verdict.get_by_text("2 of 12 found").wait_for()
    assert page.locator(".pooling .input [data-is~=right]").all_text_contents() == ["7", "1"]
    assert page.locator(".pooling .input [data-is~=wrong]").all_text_contents() == ["8"]
    assert numbers(page, "output") == [[6, 8], [3, 4]]


def chooser(page: Page, label: str) -> Locator:
    named = page.locator(".pooling label.control").filter(has_text=re.compile(f"^{label}"))
    return named.locator("select")


def choose(page: Page, label: str, value: str) -> None:
    chooser(page, label).select_option(value)


# Several controls one after the other, as a hand would set them: buttons, lists, ticks.
SET = """(steps) => {
    const root = document.querySelector(".pooling");
    for (const [name, value] of steps) {
        const [found] = [...root.querySelectorAll("[role=radio], label")].filter((one) =>
            one.textContent.startsWith(name) && one.offsetWidth > 0);
        const input = found.querySelector("input, select") ?? found;
        if (input.localName === "select") {
            input.value = value;
            input.dispatchEvent(new Event("change", { bubbles: true }));
        } else if (input.checked !== value) input.click();
    }
}"""
INPUT_DRAWN = """() => JSON.stringify(window.pooled.picture.input)
    === JSON.stringify(window.pooled.state.input)"""


def expected(table: Any, state: dict[str, Any]) -> Any:
    x = torch.tensor(table, dtype=torch.float64)[None, None]
    size, stride, padding = state["kernel_size"], state["stride"], state["padding"]
    if state["kind"] == "global max":
        y = functional.adaptive_max_pool2d(x, 1)
    elif state["kind"] == "global average":
        y = functional.adaptive_avg_pool2d(x, 1)
    elif state["kind"] == "average":
        include = state["count_include_pad"]
        y = functional.avg_pool2d(x, size, stride, padding, state["ceil_mode"], include)
    else:
        y = functional.max_pool2d(x, size, stride, padding, ceil_mode=state["ceil_mode"])
    return y[0, 0].numpy()


def test_random_settings_clicked_through_give_pytorchs_numbers(pooling: Dashboard) -> None:
    page = pooling.page
    choose(page, "Example", "random numbers")
    page.wait_for_function(HELD, arg={"kernel_size": 2})
    draw = random.Random(5)
    kinds = ["max", "average", "global max", "global average"]
    for _ in range(100):
        side = draw.randint(2, 8)
        wanted: dict[str, Any] = {"kind": draw.choice(kinds)}
        steps: list[tuple[str, Any]] = [(wanted["kind"], True)]
        if wanted["kind"].startswith("global"):  # its window cannot be set, its input can
            steps.append(("Input", f"{side} × {side}"))
        else:
            size = draw.randint(1, side)
            wanted |= {"kernel_size": size, "stride": draw.randint(1, 4)}
            wanted |= {"padding": draw.randint(0, size // 2), "ceil_mode": draw.random() < 0.5}
            steps += [("Padding", 0), ("Window", 1), ("Input", f"{side} × {side}")]
            steps += [("Window", size), ("Padding", wanted["padding"])]
            steps += [("Stride", wanted["stride"]), ("ceil mode", wanted["ceil_mode"])]
        if wanted["kind"] == "average":
            wanted["count_include_pad"] = draw.random() < 0.5
            steps.append(("count the padding", wanted["count_include_pad"]))
        page.evaluate(SET, steps)
        page.wait_for_function(HELD, arg=wanted)
        page.wait_for_function(INPUT_DRAWN)
        state, values = page.evaluate("[window.pooled.state, window.pooled.picture.values]")
        made = expected(state["input"], state)
        assert len(state["input"]) == side
        assert np.allclose(values, made), state
        assert np.allclose(numbers(page, "output"), made, atol=0.051), state
    assert page.locator(".pooling .problem").text_content() == ""


def test_what_does_not_fit_is_said_and_the_grids_stay(pooling: Dashboard) -> None:
    page = pooling.page
    choose(page, "Window", "5")
    problem = page.locator(".pooling .problem")
    problem.get_by_text("does not fit on an input of 4 × 4: take a smaller window").wait_for()
    assert numbers(page, "output") == [[6, 8], [3, 4]]
    assert chooser(page, "Window").input_value() == "2"


def test_a_finger_drags_the_window_and_a_cell(dashboard: OpenDashboard) -> None:
    opened = dashboard(NOTEBOOK, width=400, height=800, touch=True)
    page = opened.page
    page.locator(".pooling[data-ready]").wait_for()
    page.evaluate(LISTEN)
    first = cell(page, "input", 0)
    middle(first)
    side = first.bounding_box()
    assert side
    swipe(page, page.locator(".pooling .frame.window .grip"), 2 * side["width"])
    page.locator(".pooling .sum", has_text="max(2, 4, 7, 8) = 8").wait_for()
    swipe(page, cell(page, "input", 8), 0, -48)
    page.wait_for_function("() => window.pooled?.picture.values[1][0] > 6")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
