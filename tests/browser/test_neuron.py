"""The neuron in a real browser: what the hand does on the page is what Python holds."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.gestures import drag, middle, swipe

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

LISTEN = """() => {
    window.drawn = null;
    const root = document.querySelector(".neuron");
    root.addEventListener("derived", (event) => { window.drawn = event.detail; });
}"""
# What Python drew is what the hand holds: nothing is under way.
SETTLED = """() => {
    const now = [...document.querySelectorAll(".pill.weight")].map((h) => +h.ariaValueNow);
    return window.drawn && JSON.stringify(window.drawn.weights) === JSON.stringify(now);
}"""
BLUE = """([x, y]) => {
    const canvas = document.querySelector(".plane canvas.samples");
    const [r, , b] = canvas.getContext("2d").getImageData(x, y, 1, 1).data;
    return b - r > 60;
}"""


@pytest.fixture
def neuron(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard("01_neuron")
    opened.page.evaluate(LISTEN)
    return opened


def handle(page: Page, name: str) -> Locator:
    return page.get_by_role("slider", name=name, exact=True)


def shown(locator: Locator) -> float:
    text = locator.locator(".pill-text").text_content() or ""
    return float(text.replace("−", "-"))


def python_weights(opened: Dashboard) -> list[float]:
    weights: Any = opened.python("neuron.weights")
    return list(weights)


def test_a_weight_dragged_with_the_mouse_is_the_weight_in_python(neuron: Dashboard) -> None:
    page, weight = neuron.page, handle(neuron.page, "Weight 1")
    before = python_weights(neuron)
    x_before, _ = middle(weight)
    drag(page, weight, 60, 16)
    page.wait_for_function(SETTLED)
    after = python_weights(neuron)
    assert after[0] > before[0] + 0.3
    assert after[1:] == before[1:]
    assert shown(weight) == pytest.approx(after[0], abs=0.005)
    assert float(weight.get_attribute("aria-valuenow") or "nan") == after[0]
    assert middle(weight)[0] > x_before + 30


def test_the_handle_moves_with_the_pointer_before_python_answers(neuron: Dashboard) -> None:
    page, weight = neuron.page, handle(neuron.page, "Weight 2")
    x, y = middle(weight)
    page.mouse.move(x, y)
    page.mouse.down()
    neuron.kernel_process().suspend()  # Python can say nothing now
    try:
        page.mouse.move(x + 40, y, steps=4)
        page.wait_for_function(
            """([name, x]) => {
                const box = document.querySelector(`[aria-label="${name}"] .body`)
                    .getBoundingClientRect();
                return Math.abs(box.x + box.width / 2 - x) < 4;
            }""",
            arg=["Weight 2", x + 40],
        )
    finally:
        neuron.kernel_process().resume()
    page.mouse.up()
    page.wait_for_function(SETTLED)
    assert shown(weight) == pytest.approx(python_weights(neuron)[1], abs=0.005)


def test_the_keyboard_does_what_the_mouse_does(neuron: Dashboard) -> None:
    page = neuron.page
    for key, value in [
        ("ArrowUp", 1.3),
        ("ArrowRight", 1.4),
        ("ArrowDown", 1.3),
        ("PageUp", 2.3),
        ("Home", -4),
        ("End", 4),
        ("ArrowUp", 4),
        ("PageDown", 3),
    ]:
        handle(page, "Weight 1").press(key)
        page.wait_for_function(SETTLED)
        assert python_weights(neuron)[0] == pytest.approx(value)
        assert shown(handle(page, "Weight 1")) == pytest.approx(value)
    handle(page, "Threshold").press("ArrowRight")
    page.wait_for_function("() => Math.abs(window.drawn.bias + 0.6) < 1e-9")
    assert neuron.python("neuron.bias") == pytest.approx(-0.6)


def test_a_finger_drags_too(dashboard: OpenDashboard) -> None:
    opened = dashboard("01_neuron", width=400, height=800, touch=True)
    page = opened.page
    page.evaluate(LISTEN)
    weight = handle(page, "Weight 3")
    weight.scroll_into_view_if_needed()
    before = python_weights(opened)
    swipe(page, weight, -48)  # farther than a browser waits before it scrolls
    page.wait_for_function(SETTLED)
    after = python_weights(opened)
    assert after[2] < before[2] - 0.3
    assert after[:2] == before[:2]
    assert shown(weight) == pytest.approx(after[2], abs=0.005)


def test_sliding_the_line_changes_the_bias_and_turning_it_the_weights(neuron: Dashboard) -> None:
    page, before = neuron.page, python_weights(neuron)
    drag(page, handle(page, "Slide the line"), 60, 0)
    page.wait_for_function("() => Math.abs(window.drawn.bias + 0.5) > 0.2")
    page.wait_for_function(SETTLED)
    bias: Any = neuron.python("neuron.bias")
    assert python_weights(neuron) == before
    assert bias < -0.5
    assert shown(handle(page, "Threshold")) == pytest.approx(-bias, abs=0.005)

    turn = handle(page, "Turn the line")
    x, y = middle(turn)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 50, steps=8)
    page.mouse.up()
    page.wait_for_function(SETTLED)
    after = python_weights(neuron)
    assert after[1] > before[1] + 0.2
    assert math.hypot(*after[:2]) == pytest.approx(math.hypot(*before[:2]), abs=0.005)
    assert neuron.python("neuron.bias") == bias
    assert shown(handle(page, "Weight 2")) == pytest.approx(after[1], abs=0.005)


def test_the_map_is_blue_where_the_neuron_fires(neuron: Dashboard) -> None:
    page = neuron.page
    handle(page, "Weight 2").press("PageUp")
    page.wait_for_function(SETTLED)
    cells = [(10, 10), (90, 10), (10, 90), (90, 90), (50, 50), (60, 45), (30, 70)]
    for column, row in cells:
        x = [-2 + (column + 0.5) * 0.04, 2 - (row + 0.5) * 0.04, 0]
        fires = neuron.python(f"bool(neuron.neuron.fires({x}))")
        assert page.evaluate(BLUE, [column, row]) == fires, (column, row)


def test_the_input_is_dragged_in_the_plane_and_the_sum_follows(neuron: Dashboard) -> None:
    page = neuron.page
    drag(page, page.get_by_role("slider", name="The input: left"), -50, -40)
    page.wait_for_function(
        "() => document.querySelector('.neuron .numbers').textContent.includes('1.20·') && "
        "!document.querySelector('.neuron .numbers').textContent.includes('1.20·1.00')"
    )
    inputs: Any = neuron.python("neuron.inputs")
    assert inputs[0] < 0.7
    assert inputs[1] > 0.3
    expected = 1.2 * inputs[0] - 0.8 * inputs[1]
    page.wait_for_function(
        "s => document.querySelector('.neuron .numbers').textContent.endsWith(s)",
        arg=f"= {expected:.2f}".replace("-", "−"),
    )


def test_the_task_checks_itself(neuron: Dashboard) -> None:
    page = neuron.page
    verdict = page.locator(".neuron .verdict")
    assert (verdict.text_content() or "").startswith("7 of 8 right. With inputs 1 and 2 on")
    for key in ["ArrowUp"] * 8:  # weight 2 from −0.8 to 0
        handle(page, "Weight 2").press(key)
    page.get_by_text("Solved: it fires when input 1 is on, and only then.").wait_for()
    assert neuron.python("neuron.verdict.solved") is True
    page.get_by_label("Task").select_option("input 2")
    page.get_by_text("of 8 right").wait_for()
    assert neuron.python("neuron.task") == "input 2"


CORNERS = """() => [...document.querySelectorAll(".corner")].map((mark) => {
    const { x, y, width, height } = mark.querySelector("rect").getBoundingClientRect();
    const map = document.querySelector(".plane canvas.samples").getBoundingClientRect();
    const at = [
        ((x + width / 2 - map.left) / map.width - 0.5) * 4,
        (0.5 - (y + height / 2 - map.top) / map.height) * 4,
    ].map((v) => Math.round(v * 10) / 10);
    const ring = getComputedStyle(mark.querySelector(".ring")).display !== "none";
    return [at, mark.classList.contains("full"), ring];
})"""


def test_a_truth_table_stands_in_the_plane_and_leads_to_its_solution(neuron: Dashboard) -> None:
    page = neuron.page
    page.get_by_label("Task").select_option("and")
    page.get_by_text("2 of 4 right. Input 1 alone wakes it: raise the threshold").wait_for()
    assert neuron.python("(neuron.task, len(neuron.weights))") == ("and", 2)
    assert page.evaluate(CORNERS) == [
        [[0, 0], False, False],
        [[0, 1], False, False],
        [[1, 0], False, True],  # fires and should not
        [[1, 1], True, True],  # is silent and should fire
    ]
    for key in ["PageUp", "PageUp"]:  # weight 2 from −0.8 to 1.2
        handle(page, "Weight 2").press(key)
    handle(page, "Threshold").press("PageUp")
    page.get_by_text("Solved: it fires when both inputs are on, and only then.").wait_for()
    assert [ring for _, _, ring in page.evaluate(CORNERS)] == [False] * 4
    assert neuron.python("neuron.verdict.solved") is True


def test_xor_is_understood_where_one_neuron_can_do_no_more(neuron: Dashboard) -> None:
    page = neuron.page
    page.get_by_label("Task").select_option("xor")
    page.get_by_text("3 of 4 right: one neuron can do no more.").wait_for()
    assert "Win (0, 1) too" in (page.locator(".neuron .verdict").text_content() or "")
    handle(page, "Weight 2").press("End")
    page.get_by_text("Win (1, 1) too and another is lost").wait_for()
    assert neuron.python("(neuron.verdict.solved, neuron.verdict.done)") == (False, True)


def test_a_third_input_ends_a_task_for_two(neuron: Dashboard) -> None:
    page = neuron.page
    page.get_by_label("Task").select_option("or")
    page.get_by_role("radio", name="3", exact=True).click()
    page.wait_for_function("() => document.querySelectorAll('.corner').length === 0")
    assert neuron.python("(neuron.task, neuron.weights)") == ("none", (1.2, -0.8, 0))
    assert page.get_by_label("Task").input_value() == "none"
    assert neuron.python("neuron.problem") == ""


def test_two_inputs_another_activation_and_a_bias(neuron: Dashboard) -> None:
    page = neuron.page
    page.get_by_role("radio", name="2", exact=True).click()
    page.get_by_label("Activation").select_option("sigmoid")
    page.get_by_role("radio", name="bias b").click()
    page.wait_for_function("() => document.querySelector('.meaning').textContent.includes('z =')")
    assert neuron.python("(neuron.inputs, neuron.weights, neuron.activation, neuron.form)") == (
        (1.0, 0.0), (1.2, -0.8), "sigmoid", "bias",
    )  # fmt: skip
    page.wait_for_function("() => document.querySelector('.meaning').textContent.includes('0.67')")
    assert page.locator(".neuron .pill.weight").count() == 2
    assert shown(handle(page, "Bias")) == -0.5


def test_what_python_sets_the_page_shows(neuron: Dashboard) -> None:
    neuron.python("neuron.set_trait('weights', [0.25, -3, 2])")
    neuron.page.wait_for_function(SETTLED)
    values = [shown(handle(neuron.page, f"Weight {i}")) for i in (1, 2, 3)]
    assert values == [0.25, -3, 2]


def test_a_refused_value_is_explained_and_taken_back(neuron: Dashboard) -> None:
    neuron.python("neuron.set_state({'weights': [9, 0, 0]})")
    page = neuron.page
    page.get_by_text("weights, number 1, must lie between −4 and 4, but it is 9.").wait_for()
    assert shown(handle(page, "Weight 1")) == 1.2
    handle(page, "Weight 1").press("ArrowUp")
    page.wait_for_function("() => document.querySelector('.problem').textContent === ''")
