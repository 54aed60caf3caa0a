"""The layers in a real browser: what the hand does on the page is what Python holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import torch

from tests.browser.gestures import drag, middle, swipe

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

LISTEN = """() => {
    window.drawn = null;
    const root = document.querySelector(".lab.layers");
    root.addEventListener("derived", (event) => { window.drawn = event.detail; });
}"""
# What Python drew is what the hand holds: nothing is under way.
SETTLED = """() => {
    const held = (selector) =>
        [...document.querySelectorAll(`.lab.layers ${selector}`)].map((h) => +h.ariaValueNow);
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    return window.drawn
        && same(window.drawn.inputs, held(".input"))
        && same(window.drawn.weights.flat(2), held(".pill.weight"))
        && same(window.drawn.biases.flat(), held(".pill.bias"));
}"""


@pytest.fixture
def layers(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard("02_layers_and_networks")
    opened.page.evaluate(LISTEN)
    return opened


def handle(page: Page, name: str) -> Locator:
    return widget(page).get_by_role("slider", name=name, exact=True)


def settle(page: Page) -> None:
    page.wait_for_function(SETTLED)


def widget(page: Page) -> Locator:
    return page.locator(".lab.layers")


def number(text: str | None) -> float:
    return float((text or "nan").replace("−", "-"))


def state(opened: Dashboard) -> tuple[Any, Any, Any]:
    found: Any = opened.python("(layers.inputs, layers.weights, layers.biases)")
    inputs, weights, biases = found
    return inputs, weights, biases


def assert_page_equals_torch(opened: Dashboard) -> None:
    """For identity, and tanh in between: the numbers on neurons and bars."""
    page = opened.page
    inputs, weights, biases = state(opened)
    a, shown = torch.tensor(inputs, dtype=torch.double), []
    for i, (rows, offsets) in enumerate(zip(weights, biases, strict=True)):
        a = torch.tensor(rows, dtype=torch.double) @ a + torch.tensor(offsets, dtype=torch.double)
        a = a if i == len(weights) - 1 else a.tanh()
        shown += a.tolist()
    units = [number(text) for text in widget(page).locator(".unit .value").all_text_contents()]
    bars = [number(text) for text in widget(page).locator(".bars .number").all_text_contents()]
    assert units == pytest.approx(shown, abs=0.0051)
    assert bars == pytest.approx(a.tolist(), abs=0.0051)
    names = widget(page).locator(".bars [data-best].name").all_text_contents()
    assert names == [f"class {int(a.argmax()) + 1}"]
    assert widget(page).get_by_text("◀ strongest").count() == 1


def test_an_input_is_dragged_and_every_number_follows(layers: Dashboard) -> None:
    page = layers.page
    assert_page_equals_torch(layers)
    before = state(layers)
    x_before = middle(widget(page).locator(".knob").nth(1))[0]
    drag(page, widget(page).locator(".knob").nth(1), -40, 3)
    settle(page)
    after = state(layers)
    assert after[0][1] < before[0][1] - 0.3
    assert (after[0][0], *after[0][2:]) == (before[0][0], *before[0][2:])
    assert after[1:] == before[1:]
    assert number(widget(page).locator(".input .value").nth(1).text_content()) == after[0][1]
    assert middle(widget(page).locator(".knob").nth(1))[0] < x_before - 20
    settle(page)
    assert_page_equals_torch(layers)


def test_a_weight_and_a_bias_are_dragged_with_the_mouse(layers: Dashboard) -> None:
    page, before = layers.page, state(layers)
    weight = handle(page, "Weight of layer 1, from 5 to 2")
    drag(page, weight.locator(".body"), 50, -20)
    settle(page)
    after = state(layers)
    assert after[1][0][1][4] > before[1][0][1][4] + 0.2
    assert after[1][0][1][:4] == before[1][0][1][:4]
    text = (weight.locator(".pill-text").text_content() or "").replace("+", "")
    assert number(text) == pytest.approx(after[1][0][1][4], abs=0.005)
    drag(page, handle(page, "Bias of layer 1, neuron 3").locator(".body"), 12, 0)
    settle(page)
    assert state(layers)[2][0][2] > 0.2
    assert (
        page.locator(".lab.layers")
        .get_by_role("button", name="Neuron 3 of layer 1")
        .get_attribute("aria-pressed")
    )
    settle(page)
    assert_page_equals_torch(layers)


def test_the_whole_connection_is_a_handle(layers: Dashboard) -> None:
    page, before = layers.page, state(layers)
    line = widget(page).locator(".reach").nth(0)  # from input 1 to neuron 1, which is not chosen
    drag(page, line, 40, 4)
    settle(page)
    assert state(layers)[1][0][0][0] > before[1][0][0][0] + 0.1
    assert layers.python("layers.chosen") == (1, 1)
    page.wait_for_function(
        "() => document.querySelector('.lab.layers .symbols').textContent.startsWith('z₁ = w₁₁·x₁')"
    )


def test_the_keyboard_does_what_the_mouse_does(layers: Dashboard) -> None:
    page = layers.page
    weight = handle(page, "Weight of layer 1, from 1 to 3")
    for key, value in [("Home", -2), ("ArrowUp", -1.9), ("PageUp", -0.9), ("End", 2)]:
        weight.press(key)
        settle(page)
        assert state(layers)[1][0][2][0] == pytest.approx(value)
    handle(page, "Input 4").press("End")
    handle(page, "Bias of layer 1, neuron 1").press("ArrowDown")
    settle(page)
    assert state(layers)[0][3] == 1
    assert state(layers)[2][0] == pytest.approx((-0.1, 0, 0))
    settle(page)
    assert_page_equals_torch(layers)


def test_a_finger_drags_too(dashboard: OpenDashboard) -> None:
    opened = dashboard("02_layers_and_networks", width=400, height=800, touch=True)
    page = opened.page
    page.evaluate(LISTEN)
    before = state(opened)
    for target, dx in [
        (handle(page, "Weight of layer 1, from 2 to 2").locator(".body"), 3),
        (widget(page).locator(".knob").nth(0), -2),
    ]:
        swipe(page, target, 8 * dx)
    settle(page)
    after = state(opened)
    assert after[1][0][1][1] > before[1][0][1][1] + 0.2
    assert after[0][0] < before[0][0] - 0.2
    settle(page)
    assert_page_equals_torch(opened)


def test_the_task_is_solved_by_following_its_hints(layers: Dashboard) -> None:
    page = layers.page
    verdict = widget(page).locator(".verdict")
    for _move in range(6):
        text = verdict.text_content() or ""
        if text.startswith("Solved"):
            break
        found = re.fullmatch(
            r"Output 2 is .* behind output [13]\. Input (\d) has a (larger|smaller) weight to "
            r"output 2 \(.*\) than to output [13] \(.*\): (raise|lower) it\.",
            text,
        )
        assert found, text
        assert (found[2] == "larger") == (found[3] == "raise")
        handle(page, f"Input {found[1]}").press("End" if found[3] == "raise" else "Home")
        page.wait_for_function(
            "t => document.querySelector('.lab.layers .verdict').textContent !== t", arg=text
        )
    assert verdict.text_content() == "Solved: this input is assigned to class 2."
    page.get_by_text("Class 2: output 2 is the strongest.").wait_for()
    assert layers.python("layers.advice.solved") is True
    settle(page)
    assert_page_equals_torch(layers)
    # A sample is another input: the task is open again.
    widget(page).get_by_role("button", name="Sample 3").click()
    page.wait_for_function("() => !document.querySelector('.lab.layers .verdict[data-solved]')")
    settle(page)
    assert list(state(layers)[0]) == layers.python("layers.samples[2][:5]")


def test_layers_and_neurons_come_and_go_and_what_remains_keeps_its_weights(
    layers: Dashboard,
) -> None:
    page, before = layers.page, state(layers)
    widget(page).get_by_role("button", name="One layer more").click()
    widget(page).get_by_role("button", name="One neuron of layer 2 less").click()
    widget(page).get_by_role(
        "button", name="One input less"
    ).click()  # 4, 3, 2: a network of two layers
    page.wait_for_function(
        "() => document.querySelectorAll('.lab.layers .bars .number').length === 2"
    )
    settle(page)
    assert layers.python("(layers.network.sizes, layers.activations)") == (
        (4, 3, 2), ("tanh", "identity"),
    )  # fmt: skip
    inputs, weights, biases = state(layers)
    assert inputs == before[0][:4]
    assert weights[0] == tuple(row[:4] for row in before[1][0])
    assert biases == ((0, 0, 0), (0, 0))
    settle(page)
    assert_page_equals_torch(layers)
    handle(page, "Weight of layer 2, from 3 to 1").press("Home")
    settle(page)
    assert_page_equals_torch(layers)
    widget(page).get_by_role("button", name="One layer less").click()
    widget(page).get_by_role("button", name="One input more").click()
    page.wait_for_function(
        "() => document.querySelectorAll('.lab.layers .bars .number').length === 3"
    )
    settle(page)
    assert layers.python("layers.network.sizes") == (5, 3)
    assert state(layers)[1][0][0][:4] == before[1][0][0][:4]
    settle(page)
    assert_page_equals_torch(layers)
    assert layers.console_errors == []


def test_threshold_units_have_no_strongest_one(layers: Dashboard) -> None:
    page = layers.page
    select = widget(page).get_by_label("Activation of layer 1")
    select.select_option("step")
    for neuron in (1, 2, 3):
        handle(page, f"Bias of layer 1, neuron {neuron}").press("End")
    page.get_by_text("Three neurons fire alike: a threshold unit only says yes or no").wait_for()
    assert widget(page).get_by_text("◀ strongest").count() == 0
    select.select_option("softmax")
    widget(page).get_by_text("◀ strongest").wait_for()
    shares = [number(text) for text in widget(page).locator(".bars .number").all_text_contents()]
    assert sum(shares) == pytest.approx(1, abs=0.02)


def test_what_python_sets_the_page_shows_and_what_it_refuses_is_said(layers: Dashboard) -> None:
    page = layers.page
    layers.python("layers.set_trait('inputs', [1, -1, 0.5, 0, 0.25])")
    page.wait_for_function("() => window.drawn?.inputs[2] === 0.5")
    settle(page)
    assert_page_equals_torch(layers)
    shown = widget(page).locator(".input .value").all_text_contents()
    assert [number(text) for text in shown] == [1, -1, 0.5, 0, 0.25]
    layers.python("layers.set_state({'inputs': [9, 0, 0, 0, 0]})")
    page.get_by_text("inputs, number 1, must lie between −1 and 1, but it is 9.").wait_for()
    settle(page)
    assert_page_equals_torch(layers)


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080), (400, 800)])
def test_it_fits_the_window(dashboard: OpenDashboard, width: int, height: int) -> None:
    opened = dashboard("02_layers_and_networks", width=width, height=height)
    page = opened.page
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    box = page.locator(".lab.layers").bounding_box()
    assert box
    if width > 700:
        assert box["y"] + box["height"] <= height
