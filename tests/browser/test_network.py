"""The network in a real browser: what the hand does on the page is what Python holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import expect

from tests.browser.gestures import middle, swipe

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

LISTEN = """() => {
    window.drawn = null;
    const root = document.querySelector(".network");
    root.addEventListener("derived", (event) => { window.drawn = event.detail; });
}"""
# What Python drew is what stands on the connection.
SETTLED = """([name, layer, to, from]) => {
    const held = +document.querySelector(`.network [aria-label="${name}"]`).ariaValueNow;
    return window.drawn && Math.abs(window.drawn.weights[layer][to][from] - held) < 0.0006;
}"""
FIRST = ("Weight of layer 1, from 1 to 1", 0, 0, 0)
LAST = ("Weight of layer 3, from 2 to 1", 2, 0, 1)


@pytest.fixture
def network(dashboard: OpenDashboard) -> Dashboard:
    opened = dashboard("02_layers_and_networks")
    opened.page.evaluate(LISTEN)
    opened.page.locator(".network").scroll_into_view_if_needed()
    return opened


def handle(page: Page, name: str) -> Locator:
    return page.locator(".network").get_by_role("slider", name=name, exact=True)


def weight(opened: Dashboard, layer: int, to: int, from_: int) -> float:
    value: Any = opened.python(f"network.weights[{layer}][{to}][{from_}]")
    return float(value)


def settle(page: Page, place: tuple[str, int, int, int]) -> None:
    page.wait_for_function(SETTLED, arg=list(place))


def test_a_weight_dragged_with_the_mouse_is_the_weight_in_python(network: Dashboard) -> None:
    page, (name, *place) = network.page, LAST
    before = weight(network, *place)
    x, y = middle(handle(page, name))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 30, y - 10, steps=8)
    page.mouse.up()
    settle(page, LAST)
    after = weight(network, *place)
    assert after > before + 0.5
    said = float(handle(page, name).get_attribute("aria-valuenow") or "nan")
    assert said == pytest.approx(after, abs=0.0005)
    label = handle(page, name).locator(".pill-text").text_content() or ""
    assert float(label.replace("−", "-")) == pytest.approx(after, abs=0.005)


def test_the_line_itself_can_be_grasped(network: Dashboard) -> None:
    page, place = network.page, LAST[1:]
    before = weight(network, *place)
    line = page.locator(".network .reach").last
    x, y = middle(line)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y, steps=5)
    page.mouse.up()
    settle(page, LAST)
    assert weight(network, *place) > before + 0.2


def test_the_keyboard_moves_weights_and_biases(network: Dashboard) -> None:
    page, (name, *place) = network.page, FIRST
    for key, value in [("Home", -4), ("PageUp", -3), ("ArrowRight", -2.9), ("ArrowDown", -3)]:
        handle(page, name).press(key)
        settle(page, FIRST)
        assert weight(network, *place) == pytest.approx(value)
    handle(page, "Bias of neuron 2 in layer 1").press("End")
    page.wait_for_function(
        "() => document.querySelector('.network [aria-label=\"Bias of neuron 2 in layer 1\"]')"
        ".ariaValueNow === '4'"
    )
    settle(page, FIRST)
    page.wait_for_function("w => window.drawn.weights[0][0][0] === w", arg=-3)
    assert network.python("network.biases[0][1]") == 4


def test_a_finger_drags_a_weight(dashboard: OpenDashboard) -> None:
    opened = dashboard("02_layers_and_networks", width=400, height=800, touch=True)
    page, (name, *place) = opened.page, LAST
    page.evaluate(LISTEN)
    before = weight(opened, *place)
    swipe(page, handle(page, name), 32)
    settle(page, LAST)
    assert weight(opened, *place) > before + 0.3


def test_it_trains_pauses_and_goes_back(network: Dashboard) -> None:
    page = network.page
    initial: Any = network.python("network.weights")
    view = page.locator(".network")
    view.get_by_role("button", name="Train").click()
    page.wait_for_function(
        """() => parseFloat(document.querySelector(".network .accuracy")
            .textContent.match(/test ([\\d.]+)/)[1]) > 90""",
        timeout=60_000,
    )
    view.get_by_role("button", name="Pause").click()
    page.wait_for_function(
        """() => new Promise((resolve) => {
            const before = window.drawn.steps;
            setTimeout(() => resolve(window.drawn.steps === before), 400);
        })"""
    )
    steps: Any = network.python("network.picture['steps']")
    assert page.evaluate("window.drawn.steps") == steps > 0
    assert f"{steps:,} steps" in (view.locator(".counter").text_content() or "")
    accuracy: Any = network.python("network.picture['test']['accuracy']")
    assert f"test {100 * accuracy:.1f} %" in (view.locator(".accuracy").text_content() or "")
    view.get_by_role("button", name="Reset").click()
    page.wait_for_function("() => window.drawn.steps === 0")
    assert network.python("network.weights") == initial


def test_a_held_weight_stays_in_the_hand_while_the_network_learns(network: Dashboard) -> None:
    page, (name, *place) = network.page, LAST
    page.locator(".network").get_by_role("button", name="Train").click()
    page.wait_for_function("() => window.drawn && window.drawn.steps > 20")
    x, y = middle(handle(page, name))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y, steps=5)
    settle(page, LAST)
    held = float(handle(page, name).get_attribute("aria-valuenow") or "nan")
    steps = page.evaluate("window.drawn.steps")
    page.wait_for_function("s => window.drawn.steps > s + 30", arg=steps)
    assert weight(network, *place) == pytest.approx(held, abs=0.0005)
    page.mouse.up()
    page.wait_for_function(
        "h => Math.abs(window.drawn.weights[2][0][1] - h) > 1e-4", arg=held, timeout=30_000
    )


def test_a_view_that_is_closed_in_mid_drag_lets_go(network: Dashboard) -> None:
    page, (name, *place) = network.page, LAST
    x, y = middle(handle(page, name))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 20, y, steps=5)
    settle(page, LAST)
    assert network.python("network.held")[4] == 1
    page.evaluate(
        """async (id) => {
            const model = await jupyterapp.widgetManager.get_model(id);
            for (const view of Object.values(model.views)) (await view).remove();
        }""",
        network.python("network.model_id"),
    )
    page.wait_for_function("() => !document.querySelector('.network')")
    page.mouse.up()
    asked = iter(range(500))  # the page's last word may come after the first question
    assert any(network.python("network.held")[4] == 0 for _ in asked)
    assert network.python("network.held")[:3] == tuple(place)


def test_neurons_and_layers_are_added_in_place(network: Dashboard) -> None:
    page = network.page
    view = page.locator(".network")
    before: Any = network.python("network.weights")
    view.get_by_role("button", name="One neuron more in layer 1").click()
    page.wait_for_function("() => window.drawn?.weights[0].length === 5")
    assert network.python("network.weights[0][:4]") == before[0]
    assert view.locator(".neuron-node").count() == 5 + 2 + 1
    view.get_by_role("button", name="Take the last hidden layer away").click()
    page.wait_for_function("() => window.drawn?.weights.length === 2")
    assert network.python("network.neurons") == (5,)
    view.get_by_role("button", name="Neuron 2 of layer 1").click()
    formula = view.locator(".formula")
    page.wait_for_function(
        "() => document.querySelector('.network .formula').textContent.includes('tanh')"
    )
    w: Any = network.python("network.weights[0][1]")
    assert f"{abs(w[0]):.2f}·x₁" in (formula.text_content() or "")
    view.get_by_role("button", name="Switch off").click()
    view.get_by_role("button", name="Switch on").wait_for()
    assert network.python("network.off") == ((0, 1),)


def test_xor_is_a_task_that_leads_on(network: Dashboard) -> None:
    page = network.page
    view = page.locator(".network")
    view.get_by_label("Task").select_option("separate xor")
    view.get_by_text("Without a hidden layer the border is one straight line").wait_for()
    view.get_by_role("button", name="Add a hidden layer").click()
    view.get_by_text("of 4 corners right").wait_for()
    assert network.python("network.sizes") == (2, 2, 1)
    view.get_by_role("radio", name="layer 1").click()
    page.wait_for_function(
        "() => document.querySelector('.network .frame').textContent"
        ".includes('neuron 1 of layer 1')"
    )


def test_own_points_are_put_into_the_plane(network: Dashboard) -> None:
    page = network.page
    view = page.locator(".network")
    view.locator("select[name=points]").select_option("own")
    view.get_by_text("There are no points yet").wait_for()
    plane = view.locator(".plane canvas.marks")
    plane.scroll_into_view_if_needed()
    box = plane.bounding_box()
    assert box
    for count, (label, x, y) in enumerate([(0, 0.25, 0.25), (0, 0.3, 0.4), (1, 0.75, 0.75)], 1):
        view.get_by_role("radiogroup", name="Class of the points you put").get_by_role("radio").nth(
            label
        ).click()
        plane.click(position={"x": x * box["width"], "y": y * box["height"]})
        page.wait_for_function(
            "n => document.querySelector('.network .plane canvas.samples')"
            ".getAttribute('aria-label').startsWith(`${n} points`)",
            arg=count,
        )
    own: Any = network.python("network.own")
    assert own["y"] == [0, 0, 1]
    assert own["x"][0] == pytest.approx([-3, 3], abs=0.1)
    view.get_by_role("button", name="One epoch").click()
    page.wait_for_function("() => window.drawn?.steps > 0")


def test_a_link_reopens_the_network_with_its_weights(
    network: Dashboard, dashboard: OpenDashboard
) -> None:
    page, view = network.page, network.page.locator(".network")
    view.get_by_role("button", name="One epoch").click()
    page.wait_for_function("() => window.drawn?.steps > 0")
    handle(page, FIRST[0]).press("End")
    settle(page, FIRST)
    view.get_by_role("button", name="Share").click()
    field = view.get_by_role("textbox", name="To be copied")
    expect(field).to_have_value(re.compile("#network=network"))
    link = field.input_value()
    again = dashboard("02_layers_and_networks")
    again.page.evaluate(LISTEN)
    again.page.evaluate("link => { location.hash = new URL(link).hash; }", link)
    again.page.wait_for_function("() => window.drawn?.weights[0][0][0] === 4")
    for part in ("weights", "biases", "seed", "points"):
        assert again.python(f"network.{part}") == network.python(f"network.{part}")
