"""Backpropagation in a real browser: the film, the hand and the training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.browser.gestures import middle, swipe

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

    from tests.browser.conftest import OpenDashboard
    from tests.browser.harness import Dashboard

NOTEBOOK = "03_backpropagation"
LISTEN = """() => {
    window.drawn = null;
    const root = document.querySelector(".backpropagation");
    root.addEventListener("derived", (event) => { window.drawn = event.detail; });
}"""
# What Python drew is what the hand holds: nothing is under way.
SETTLED = """() => {
    if (!window.drawn) return false;
    const { picture, state } = window.drawn;
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    return picture.step === state.step && same(picture.inputs, state.inputs)
        && (state.rounds ? picture.rounds === state.rounds
            : same(picture.weights, state.weights) && same(picture.biases, state.biases));
}"""
EXPLAINED = (
    "[(e.title, e.caption, e.formulas, e.numpy, e.torch) for e in "
    "(__import__('lab.backpropagation_text', fromlist=['explain'])"
    ".explain(backpropagation.round, f) for f in "
    "__import__('lab.backpropagation', fromlist=['film']).film(backpropagation.sizes))]"
)
SHOWN = """() => {
    const text = (query) => [...document.querySelectorAll(query)].map((node) => node.textContent);
    return {
        activations: text(".neuron-node:not(.input) .activation"),
        known: text(".neuron-node[data-known] .activation"),
        deltas: text(".neuron-node .delta"),
        gradients: text(".gradient-text"),
        weights: text(".pill.weight .pill-text"),
        formulas: text(".formulas"),
    };
}"""


@pytest.fixture
def opened(dashboard: OpenDashboard) -> Dashboard:
    one = dashboard(NOTEBOOK)
    one.page.evaluate(LISTEN)
    return one


def film(page: Page) -> Locator:
    return page.get_by_role("slider", name="Step of the round")


def weight(page: Page, layer: int, source: int, to: int) -> Locator:
    return page.get_by_role("slider", name=f"Weight of layer {layer}, from {source} to {to}")


def button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name, exact=True)


def read(text: str) -> float:
    return float(text.replace("δ", "").replace("−", "-"))


def wait_for_step(page: Page, step: int) -> None:
    page.wait_for_function(
        "step => window.drawn?.picture.step === step && window.drawn.state.step === step", arg=step
    )


def test_the_whole_film_by_clicks_says_and_shows_what_python_knows(opened: Dashboard) -> None:
    page = opened.page
    explained: Any = opened.python(EXPLAINED)
    picture: Any = opened.python(
        "{k: v for k, v in backpropagation.picture.items() if k != 'errors'}"
    )
    states = []
    for step, (title, caption, formulas, with_numpy, with_torch) in enumerate(explained):
        if step:
            button(page, "Next step").click()
            wait_for_step(page, step)
        reading = page.locator(".backpropagation .reading")
        assert reading.locator("h3").text_content() == title
        assert reading.locator(".caption").text_content() == caption
        spans = [
            (text or "").replace("\xa0", " ")
            for text in reading.locator("p > span").all_text_contents()
        ]
        assert spans == [part for row in formulas for part in row]
        assert reading.locator(".lines code").all_text_contents() == [with_numpy, with_torch]
        states.append(page.evaluate(SHOWN))

    # The numbers by the textbook, from the inputs and weights alone
    (w1, w2), (b1, b2) = (map(np.array, picture[name]) for name in ("weights", "biases"))
    x, t = np.array(picture["inputs"]), np.array(picture["targets"])
    h = 1 / (1 + np.exp(-(w1 @ x + b1)))
    o = 1 / (1 + np.exp(-(w2 @ h + b2)))
    d2 = (o - t) * o * (1 - o)
    d1 = (w2.T @ d2) * h * (1 - h)
    last = states[19]  # all gradients are known, nothing is updated
    assert [read(a) for a in last["activations"]] == pytest.approx([*h, *o], abs=6e-4)
    assert [read(d) for d in last["deltas"]] == pytest.approx([*d1, *d2], abs=6e-4)
    gradients = [*np.outer(d1, x).ravel(), *np.outer(d2, h).ravel()]
    assert [read(g) for g in last["gradients"]] == pytest.approx(gradients, abs=6e-4)
    new = [*(w1 - 0.5 * np.outer(d1, x)).ravel(), *(w2 - 0.5 * np.outer(d2, h)).ravel()]
    assert [read(w) for w in states[-1]["weights"]] == pytest.approx(new, abs=6e-3)

    # Nothing is told before its time
    assert states[0]["known"] == []
    assert [len(state["known"]) for state in states[:6]] == [0, 1, 2, 3, 4, 4]
    assert [sum(map(bool, state["deltas"])) for state in states[5:10]] == [0, 1, 2, 3, 4]
    assert [sum(map(bool, state["gradients"])) for state in states[9:12]] == [0, 1, 2]

    # and step back restores what was there
    for step in range(len(explained) - 2, 15, -1):
        button(page, "Step back").click()
        wait_for_step(page, step)
        assert page.evaluate(SHOWN) == states[step]
    button(page, "To the start").click()
    wait_for_step(page, 0)
    assert page.evaluate(SHOWN) == states[0]


def test_the_film_by_the_keyboard(opened: Dashboard) -> None:
    page = opened.page
    for key, step in [
        ("ArrowRight", 1),
        ("ArrowRight", 2),
        ("ArrowLeft", 1),
        ("PageUp", 11),
        ("End", 22),
        ("ArrowRight", 22),
        ("ArrowLeft", 21),
        ("Home", 0),
    ]:
        film(page).press(key)
        wait_for_step(page, step)
        assert film(page).get_attribute("aria-valuenow") == str(step)
        title: Any = opened.python("backpropagation.picture['title']")
        assert page.locator(".reading h3").text_content() == title


def test_the_film_by_its_handle_and_by_its_parts(opened: Dashboard) -> None:
    page = opened.page
    x, y = middle(film(page))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 300, y, steps=10)
    page.mouse.up()
    page.wait_for_function(SETTLED)
    assert opened.python("backpropagation.step") > 5
    page.locator(".film-part", has_text="Update").click(position={"x": 4, "y": 8})
    wait_for_step(page, 20)


def test_play_runs_to_the_end_and_can_be_held(opened: Dashboard) -> None:
    page = opened.page
    page.get_by_label("Speed").select_option("fast speed")
    button(page, "Play").click()
    page.wait_for_function("() => window.drawn?.picture.step === 3")
    button(page, "Pause").click()
    page.wait_for_function(SETTLED)
    held: Any = opened.python("backpropagation.step")
    assert held in (3, 4)
    film(page).press("End")
    film(page).press("ArrowLeft")
    button(page, "Play").click()
    wait_for_step(page, 22)
    button(page, "Play").wait_for()


def check_weight(opened: Dashboard, before: float) -> None:
    page = opened.page
    page.wait_for_function(SETTLED)
    held: Any = opened.python("backpropagation.weights[0][0][0]")
    assert abs(held - before) > 0.15
    label = weight(page, 1, 1, 1).locator(".pill-text")
    assert read(label.text_content() or "") == pytest.approx(held, abs=0.005)
    activations: Any = opened.python("backpropagation.picture['activations']")
    texts = page.evaluate(SHOWN)["activations"]
    assert [read(a) for a in texts] == pytest.approx(np.concatenate(activations), abs=6e-4)


def test_a_weight_is_dragged_with_the_mouse(opened: Dashboard) -> None:
    page = opened.page
    handle = weight(page, 1, 1, 1)
    x, y = middle(handle)
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 40, y, steps=8)
    page.mouse.up()
    check_weight(opened, 0.8)


def test_a_weight_is_moved_with_the_keyboard(opened: Dashboard) -> None:
    for key in ["ArrowUp", "ArrowUp", "PageUp"]:
        weight(opened.page, 1, 1, 1).press(key)
    check_weight(opened, 0.8)
    assert opened.python("backpropagation.weights[0][0][0]") == pytest.approx(2.0)


def test_a_finger_drags_a_weight_and_an_input(dashboard: OpenDashboard) -> None:
    opened = dashboard(NOTEBOOK, width=400, height=800, touch=True)
    page = opened.page
    page.evaluate(LISTEN)
    swipe(page, weight(page, 1, 1, 1), 10)
    check_weight(opened, 0.8)
    swipe(page, page.get_by_role("slider", name="Input 1"), -12)
    page.wait_for_function(SETTLED)
    assert opened.python("backpropagation.inputs[0]") < 0.8
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_biases_and_targets_are_dragged_too(opened: Dashboard) -> None:
    page = opened.page
    error: Any = opened.python("backpropagation.picture['error']")
    page.get_by_role("slider", name="Bias of layer 2, neuron 1").press("PageUp")
    page.get_by_role("slider", name="Target 2").press("ArrowUp")
    page.wait_for_function("() => window.drawn?.picture.targets[1] === 0.1")
    page.wait_for_function(SETTLED)
    assert opened.python("backpropagation.biases[1][0]") == pytest.approx(1.3)
    assert opened.python("backpropagation.picture['error']") < error


def test_training_makes_the_error_fall_and_reset_takes_it_back(opened: Dashboard) -> None:
    page = opened.page
    errors = [opened.python("backpropagation.picture['error']")]
    for name, rounds in [("Train 1 round", 1), ("Train 10 rounds", 11), ("Train 100 rounds", 111)]:
        button(page, name).click()
        page.get_by_text(f"After {rounds} round").wait_for()
        errors.append(opened.python("backpropagation.picture['error']"))
    assert errors == sorted(errors, reverse=True)
    assert errors[-1] < 0.1 * errors[0]
    trained: Any = opened.python("backpropagation.picture['weights']")
    shown = [read(text) for text in page.evaluate(SHOWN)["weights"]]
    assert shown == pytest.approx(np.ravel(trained), abs=6e-3)

    # A weight dragged now is the beginning of other rounds
    weight(page, 1, 1, 1).press("ArrowUp")
    page.wait_for_function("() => window.drawn?.state.rounds === 0")
    page.wait_for_function(SETTLED)
    assert opened.python("backpropagation.rounds") == 0
    assert opened.python("backpropagation.weights[1][1][1]") == trained[1][1][1]

    begun = page.evaluate(SHOWN)["weights"]
    button(page, "Train 10 rounds").click()
    page.get_by_text("After 10 rounds").wait_for()
    assert page.evaluate(SHOWN)["weights"] != begun
    button(page, "Reset").click()
    page.get_by_text("before the first round").wait_for()
    assert page.evaluate(SHOWN)["weights"] == begun


def test_after_the_new_error_comes_the_next_round(opened: Dashboard) -> None:
    page = opened.page
    film(page).press("End")
    wait_for_step(page, 22)
    after = page.evaluate(SHOWN)["weights"]
    button(page, "Next round").click()
    page.get_by_text("After 1 round").wait_for()
    wait_for_step(page, 0)
    assert page.evaluate(SHOWN)["weights"] == after
    button(page, "Step back").click()
    wait_for_step(page, 22)
    assert opened.python("backpropagation.rounds") == 0


def test_a_weight_dragged_after_its_update_begins_a_new_film(opened: Dashboard) -> None:
    page = opened.page
    film(page).press("End")
    wait_for_step(page, 22)
    updated: Any = opened.python("backpropagation.picture['new_weights']")
    weight(page, 2, 1, 1).press("ArrowUp")
    wait_for_step(page, 0)
    page.wait_for_function(SETTLED)
    updated[1][0][0] = opened.python("backpropagation.weights[1][0][0]")
    assert opened.python("backpropagation.picture['weights']") == updated
    assert updated[1][0][0] > -1.4 + 0.1


def test_a_sign_is_predicted_then_shown(opened: Dashboard) -> None:
    page = opened.page
    button(page, "Predict the signs").click()
    page.get_by_text("Before you see it: what sign has").wait_for()
    assert page.locator(".formulas .numbers").text_content() == "=\xa0?"
    assert not any(page.evaluate(SHOWN)["gradients"])
    button(page, "+ positive").click()
    page.get_by_text("what sign has the product of the two?").wait_for()
    assert not any(page.evaluate(SHOWN)["gradients"])
    button(page, "− negative").click()
    page.get_by_text("Yes: δ₁² is negative").wait_for()
    gradient: Any = opened.python("backpropagation.picture['weight_gradients'][1][0][0]")
    shown = [read(text) for text in page.evaluate(SHOWN)["gradients"] if text]
    assert shown == pytest.approx([gradient], abs=6e-4)

    weight(page, 1, 2, 1).focus()  # another weight is asked for by touching it
    page.get_by_text("what sign has ∂C/∂w₁₂¹").wait_for()
    button(page, "Show me").click()
    page.get_by_text("the weight").first.wait_for()
    page.wait_for_function("() => window.drawn?.picture.hidden === false")


def test_another_shape_another_activation_and_another_loss(opened: Dashboard) -> None:
    page = opened.page
    film(page).press("End")
    page.get_by_label("Neurons of layer 1").select_option("3")
    page.wait_for_function("() => document.querySelectorAll('.pill.weight').length === 12")
    page.get_by_label("Layers").select_option("3")
    page.wait_for_function("() => document.querySelectorAll('.pill.weight').length === 21")
    page.get_by_label("Activation").select_option("tanh")
    page.get_by_label("Loss").select_option("binary cross-entropy")
    page.wait_for_function("() => document.querySelectorAll('.nodes > g').length === 10")
    page.wait_for_function(SETTLED)
    opened.settled(
        "(backpropagation.sizes, backpropagation.activation, backpropagation.loss)",
        ((2, 3, 3, 2), "tanh", "binary_cross_entropy_with_logits"),
    )
    page.wait_for_function(SETTLED)
    texts: Any = opened.python("[w for t in backpropagation.weights for row in t for w in row]")
    assert [read(text) for text in page.evaluate(SHOWN)["weights"]] == pytest.approx(texts)
    button(page, "New weights").click()
    page.wait_for_function("() => window.drawn?.state.seed === 1")
    page.wait_for_function(SETTLED)
    drawn: Any = opened.python("[w for t in backpropagation.weights for row in t for w in row]")
    assert drawn != texts
    assert [read(text) for text in page.evaluate(SHOWN)["weights"]] == pytest.approx(drawn)
    assert opened.console_errors == []


@pytest.mark.parametrize(("width", "height"), [(1366, 768), (1920, 1080)])
def test_everything_is_seen_without_scrolling(
    dashboard: OpenDashboard, width: int, height: int
) -> None:
    page = dashboard(NOTEBOOK, width=width, height=height).page
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
